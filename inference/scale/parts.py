"""A folder of parts: which photos are in which part is written down first, and each part is there whole or not at all.

So nothing is counted twice, whatever dies and whenever: a part that is done again is the same file with the same rows, and a
part that is there is not done again. Plain names and formats: what reads the parts needs none of this.
"""

import csv
import io
import json
import re
import uuid
from collections.abc import Sequence
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.csv
import pyarrow.dataset
import pyarrow.parquet
from pyarrow.fs import FileInfo, FileSelector, FileType

from inference.scale.photos import locate
from inference.table_file import TableError

PARQUET, CSV = "parquet", "csv"
# Readers of data sets pass over names that begin so.
_UNFINISHED = "_"
PLAN = "_photos.parquet"
_SETTINGS = b"settings"
_FLAGS = frozenset({"is_ood", "is_clinical_photo"})
_TEXTS = frozenset(
    {
        "image", "error", "predicted_class", "cancer_probability_interval", "certainty_level", "risk_level", "prediction_set",
        "model_version", "photo_quality.problems", "setting", "engine",
    }
)  # fmt: skip
_COUNTS = frozenset({"views", "mc_samples"})
# Where an object is there only when it has been written to its end; elsewhere a file is moved to its name when it is whole.
_OBJECT_STORES = frozenset({"s3", "gcs", "abfs"})


class Counts(NamedTuple):
    """What lies in the parts."""

    photos: int
    failed: int


class PartsFolder:
    """The parts of one run.

    Args:
        location: a folder's path or address.
        kind: PARQUET or CSV.
        columns: of every part, as `postprocess.table.table_columns` has them.
    """

    def __init__(self, location: str, kind: str, columns: Sequence[str]) -> None:
        self._location = location
        self._kind = kind
        self._columns = list(columns)
        self._filesystem, self._path = locate(location)

    def plan(self, photos: Sequence[str], part_photos: int, settings: dict[str, Any]) -> list[list[str]]:
        """Write down which photos are in which part, in a new folder.

        Raises:
            TableError: the folder holds something else than what a run that was killed while it did this left half written.
        """
        if any(map(_is_content, self._filesystem.get_file_info(FileSelector(self._path, allow_not_found=True)))):
            raise TableError(f"{self._location} is not empty; choose another folder, or go on with its run by --resume")
        self._filesystem.create_dir(self._path)
        parts = [list(photos[start : start + part_photos]) for start in range(0, len(photos), part_photos)]
        table = pa.table(
            {
                "part": pa.array([number for number, part in enumerate(parts) for _ in part], pa.int64()),
                "image": pa.array(photos, pa.string()),
            }
        ).replace_schema_metadata({_SETTINGS: json.dumps(self._with_kind(settings))})
        self._write_whole(PLAN, _parquet(table))
        return parts

    def read_plan(self, settings: dict[str, Any]) -> list[list[str]] | None:
        """The parts of an earlier run; None when it was stopped before it had written them down.

        Raises:
            TableError: the earlier run had other settings, or wrote parts of the other kind.
        """
        path = f"{self._path}/{PLAN}"
        if self._filesystem.get_file_info(path).type == FileType.NotFound:
            return None
        table = pa.parquet.read_table(path, filesystem=self._filesystem, partitioning=None)
        earlier = json.loads(table.schema.metadata[_SETTINGS])
        for name, value in self._with_kind(settings).items():
            if earlier.get(name) != value:
                raise TableError(
                    f"the run in {self._location} has {name} {earlier.get(name)!r}, and this one {value!r}; "
                    "give the same command, or choose another folder"
                )
        parts: list[list[str]] = [[] for _ in range(table["part"][-1].as_py() + 1)]
        for number, photo in zip(table["part"].to_pylist(), table["image"].to_pylist(), strict=True):
            parts[number].append(photo)
        return parts

    def done(self) -> dict[int, str]:
        """Number of each part that is there -> its path."""
        name = re.compile(rf"part-(\d+)\.{self._kind}")
        infos = self._filesystem.get_file_info(FileSelector(self._path, allow_not_found=True))
        return {int(found[1]): info.path for info in infos if (found := name.fullmatch(info.base_name))}

    def write(self, number: int, rows: Sequence[dict[str, Any]]) -> None:
        """Write a part: rows as `postprocess.table.table_row` makes them, other columns left out."""
        data = _parquet(pa.Table.from_pylist(list(rows), self._schema())) if self._kind == PARQUET else self._csv(rows)
        self._write_whole(f"part-{number:08d}.{self._kind}", data)

    def count(self) -> Counts:
        """Count the photos that are in the parts now, and those of them that could not be analysed."""
        paths = list(self.done().values())
        if not paths:
            return Counts(0, 0)
        form = pa.dataset.ParquetFileFormat() if self._kind == PARQUET else _csv_format()
        parts = pa.dataset.dataset(paths, filesystem=self._filesystem, format=form)
        return Counts(parts.count_rows(), parts.count_rows(filter=pa.dataset.field("error") != ""))

    def _with_kind(self, settings: dict[str, Any]) -> dict[str, Any]:
        return settings | {"kind": self._kind}

    def _schema(self) -> pa.Schema:
        return pa.schema([(name, _type(name)) for name in self._columns])

    def _csv(self, rows: Sequence[dict[str, Any]]) -> bytes:
        file = io.StringIO(newline="")
        writer = csv.DictWriter(file, self._columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return file.getvalue().encode()

    def _write_whole(self, name: str, data: bytes) -> None:
        in_place = self._filesystem.type_name in _OBJECT_STORES
        path = f"{self._path}/{name}" if in_place else f"{self._path}/{_UNFINISHED}{uuid.uuid4().hex}"
        with self._filesystem.open_output_stream(path) as file:
            file.write(data)
        if not in_place:
            self._filesystem.move(path, f"{self._path}/{name}")


def _is_content(info: FileInfo) -> bool:
    return info.base_name == PLAN or not info.base_name.startswith(_UNFINISHED)


def _parquet(table: pa.Table) -> bytes:
    file = io.BytesIO()
    pa.parquet.write_table(table, file)
    return file.getvalue()


def _type(column: str) -> pa.DataType:
    # Stated, not guessed: in a part without a single analysis there is nothing to guess from.
    if column in _FLAGS:
        return pa.bool_()
    if column in _COUNTS:
        return pa.int64()
    return pa.string() if column in _TEXTS else pa.float64()


def _csv_format() -> pa.dataset.CsvFileFormat:
    return pa.dataset.CsvFileFormat(
        parse_options=pa.csv.ParseOptions(newlines_in_values=True),
        convert_options=pa.csv.ConvertOptions(column_types={"error": pa.string()}),
    )
