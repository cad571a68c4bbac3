"""What runs in each Ray actor: it holds the compiled model and turns a part's photos into the part's file."""

import os
import tempfile
from functools import partial
from pathlib import Path
from typing import Any

import ray

from inference.analyzer import cache_folder, load_analyzer
from inference.batch import BatchResult, analyze_files
from inference.model_spec import MODEL_FILE, file_sha256
from inference.scale.parts import PartsFolder
from inference.scale.photos import read_photo
from postprocess.analysis import to_json_object
from postprocess.table import table_row

# One of them computes; the others wait for an object store, which takes longer than a photo's analysis.
_THREADS = 4


class PartWorker:
    """Ray Data calls it with one part after the other.

    Args:
        model: Ray's reference to what `pack_model` returned.
        engine: one of `inference.analyzer.ENGINES`.
        parts: where its results go.
        mc_samples: as `Analyzer.analyze`.
        setting: as `Analyzer.analyze`.
        views: as `Analyzer.analyze`.
    """

    def __init__(
        self, model: "ray.ObjectRef", engine: str, parts: PartsFolder, mc_samples: int, setting: str, views: int
    ) -> None:
        # Ray counts this actor as one CPU; the engine would take all that the machine has.
        os.environ["SKINGLANCE_THREADS"] = "1"
        analyzer = load_analyzer(unpack_model(ray.get(model)), engine, many=True)
        self._parts = parts
        self._analyze = partial(
            analyze_files, analyzer, mc_samples=mc_samples, setting=setting, read=read_photo, threads=_THREADS, views=views
        )

    def __call__(self, part: dict[str, Any]) -> dict[str, Any]:
        """Analyse {"part": number, "photos": [...]} and write it; returns its number, and the photos that failed, with why."""
        photos = [str(photo) for photo in part["photos"]]
        rows, errors = [], []
        for result in self._analyze(paths=photos):
            rows.append(_row(result))
            if result.error is not None:
                errors.append(f"{result.path}: {result.error}")
        self._parts.write(int(part["part"]), rows)
        return {"part": int(part["part"]), "errors": errors}


def _row(result: BatchResult) -> dict[str, Any]:
    if result.analysis is None:
        return {"image": result.path, "error": result.error}
    # A table has no column for the recommendation.
    return table_row({"image": result.path} | to_json_object(result.analysis, recommendation=""))


def pack_model(folder: Path) -> dict[str, bytes]:
    """A model folder's files, to be sent to every machine: none needs a file system in common with this one."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def unpack_model(files: dict[str, bytes]) -> Path:
    """Write a packed model once a machine; returns its folder. Loading checks every file's SHA-256."""
    cache = cache_folder()
    if cache is None:
        return _write_model(files, Path(tempfile.mkdtemp()))
    # Named after its content: another model lies elsewhere, and compiled models of this one are found again.
    written = _write_model(files, Path(tempfile.mkdtemp(dir=cache)))
    folder = cache / f"model-{file_sha256(written / MODEL_FILE)}"
    try:
        written.rename(folder)
    except OSError:
        # Another actor of this machine was first.
        for path in written.iterdir():
            path.unlink()
        written.rmdir()
    return folder


def _write_model(files: dict[str, bytes], folder: Path) -> Path:
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder
