"""`python -m inference` as scripts use it: objects on standard output, everything else beside it, and exit statuses."""

import csv
import json
import os
import signal
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
from PIL import Image

from inference.__main__ import INTERRUPTED, main
from tests.bad_files import BAD_FILES
from tests.running_app import PATIENCE_SECONDS, REPOSITORY, wait_until

API_FIELDS = {
    "predicted_class": str,
    "predicted_class_full": str,
    "predicted_probability": float,
    "class_probabilities": dict,
    "cancer_probability": float,
    "cancer_certainty": float,
    "certainty_score": float,
    "certainty_level": str,
    "risk_level": str,
    "recommendation": str,
    "is_ood": bool,
    "model_uncertainty": float,
    "certainty_parts": dict,
    "cancer_probability_interval": list,
    "ood_score": float,
    "prediction_set": list,
    "model_version": str,
}


@pytest.fixture
def folder(tmp_path: Path, drawing_jpeg: bytes) -> Path:
    """Two drawings, one of them in a folder below, and a file that is no photo by its ending."""
    (tmp_path / "below").mkdir()
    (tmp_path / "b.jpg").write_bytes(drawing_jpeg)
    (tmp_path / "below" / "a.jpg").write_bytes(drawing_jpeg)
    (tmp_path / "notes.txt").write_text("not looked at")
    return tmp_path


def test_json_has_every_field_of_the_api(folder: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(folder), "--json"]) == 0
    records = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [Path(record["image"]).name for record in records] == ["b.jpg", "a.jpg"]
    for record in records:
        assert next(iter(record)) == "image"
        for field, kind in API_FIELDS.items():
            assert isinstance(record[field], kind), field
        assert sum(record["class_probabilities"].values()) == pytest.approx(100)
        assert len(record["class_probabilities"]) == 8
        assert record["cancer_probability"] == pytest.approx(
            sum(record["class_probabilities"][code] for code in ("MEL", "BCC", "AK", "SCC"))
        )
        assert list(record["certainty_parts"]) == [
            "base_confidence",
            "calibration",
            "decision_clarity",
            "prediction_stability",
        ]


def test_without_samples_the_uncertainty_is_null(drawing_file: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(drawing_file), "--json", "--mc-samples", "0"]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["model_uncertainty"] is None
    assert record["cancer_probability_interval"] is None


def test_eight_views_can_be_asked_for(drawing_file: Path, capsys: pytest.CaptureFixture) -> None:
    records = []
    for views in ("1", "8"):
        assert main([str(drawing_file), "--json", "--views", views]) == 0
        records.append(json.loads(capsys.readouterr().out))
    assert [record["views"] for record in records] == [1, 8]
    assert records[0]["cancer_probability"] != records[1]["cancer_probability"]


def test_a_bad_file_is_named_with_its_reason_and_the_rest_is_done(
    drawing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture
) -> None:
    paths = []
    for name, (make, _) in BAD_FILES.items():
        paths.append(tmp_path / name)
        paths[-1].write_bytes(make())
    assert main([*map(str, paths), str(drawing_file), "--json"]) == 1
    captured = capsys.readouterr()
    records = [json.loads(line) for line in captured.out.splitlines()]
    for record, (name, (_, words)) in zip(records, BAD_FILES.items(), strict=False):
        assert set(record) == {"image", "error"}
        assert words in record["error"]
        assert f"{name}: " in captured.err
    assert "predicted_class" in records[-1]
    assert "1 of 7 photos analysed" in captured.err


def test_csv_has_a_row_a_photo(folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    table = tmp_path / "out.csv"
    (folder / "c.jpg").write_bytes(b"")
    assert main([str(folder), "--csv", str(table)]) == 1
    rows = list(csv.DictReader(table.open()))
    assert len(rows) == 3
    assert float(rows[0]["class_probabilities.MEL"]) >= 0
    assert [bool(row["error"]) for row in rows] == [False, False, True]
    assert "empty" in rows[2]["error"]
    assert capsys.readouterr().out == ""


def test_heat_maps_are_pictures(drawing_file: Path, tmp_path: Path) -> None:
    assert main([str(drawing_file), "--heatmap", str(tmp_path / "maps")]) == 0
    (picture,) = (tmp_path / "maps").iterdir()
    assert Image.open(picture).size[0] == Image.open(picture).size[1]


def test_plain_output_is_a_line_a_photo(drawing_file: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(drawing_file)]) == 0
    captured = capsys.readouterr()
    assert len(captured.out.splitlines()) == 1
    assert "not a diagnosis" in captured.err


def test_wrong_usage_ends_with_2(tmp_path: Path, drawing_file: Path, capsys: pytest.CaptureFixture) -> None:
    assert main([str(drawing_file), "--model", str(tmp_path)]) == 2
    assert "model.json is missing" in capsys.readouterr().err
    empty = tmp_path / "empty"
    empty.mkdir()
    assert main([str(empty)]) == 2
    for arguments in (
        [str(drawing_file), "--mc-samples", "1"],
        [],
        [str(drawing_file), "--engine", "other"],
        [str(drawing_file), "--views", "2"],
    ):
        with pytest.raises(SystemExit, match="2"):
            main(arguments)


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--mc-samples", "some", "must be a whole number, 0 or 2 to 1000, got 'some'"),
        ("--mc-samples", "1", "must be a whole number, 0 or 2 to 1000, got '1'"),
        ("--workers", "2.5", "must be a whole number of at least 1, got '2.5'"),
    ],
)
def test_a_number_that_is_none_gets_a_sentence(
    drawing_file: Path, capsys: pytest.CaptureFixture, option: str, value: str, words: str
) -> None:
    with pytest.raises(SystemExit, match="2"):
        main([str(drawing_file), option, value])
    assert f"error: argument {option}: {words}\n" in capsys.readouterr().err


@pytest.fixture
def archive(tmp_path: Path, drawing_file: Path) -> Path:
    """Enough photos that a run can be stopped among them; one of them is damaged."""
    folder = tmp_path / "archive"
    folder.mkdir()
    for number in range(96):
        os.link(drawing_file, folder / f"{number:03d}.jpg")
    (folder / "001.jpg").unlink()
    (folder / "001.jpg").write_bytes(b"no photo")
    return folder


# Photos take so long that the run is stopped before it ends, on a machine that is busy with something else, too.
_SLOW = """
import time
from inference import batch
from inference.__main__ import main
analyze = batch._analyze
def slowly(*arguments):
    time.sleep(0.2)
    return analyze(*arguments)
batch._analyze = slowly
raise SystemExit(main())
"""


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_a_stopped_run_leaves_whole_rows_and_goes_on_with_resume(
    archive: Path, tmp_path: Path, capsys: pytest.CaptureFixture, stop: signal.Signals
) -> None:
    table = tmp_path / "out.csv"
    command = [sys.executable, "-c", _SLOW, str(archive), "--csv", str(table), "--mc-samples", "0"]
    # Tests that a shell runs in the background are deaf to SIGINT, and what they start would be too.
    hears = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
    run = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.PIPE, text=True, preexec_fn=hears)
    wait_until(lambda: table.exists() and table.read_bytes().count(b"\n") > 3)
    run.send_signal(stop)
    said = run.communicate(timeout=PATIENCE_SECONDS)[1]
    if stop == signal.SIGINT:
        assert run.returncode == INTERRUPTED
        assert said.splitlines()[-1] == "stopped; what is written stays; the same command with --resume goes on"
    assert table.read_bytes().endswith(b"\r\n")
    before = table.read_bytes()
    rows = list(csv.DictReader(table.open()))
    assert 3 <= len(rows) < 96
    assert all(row["error"] or row["risk_level"] for row in rows)

    assert main([*command[3:], "--resume"]) == 1
    assert table.read_bytes().startswith(before)
    photos = sorted(map(str, archive.iterdir()))
    assert [row["image"] for row in csv.DictReader(table.open())] == photos
    assert f"95 of 96 photos analysed, {len(rows)} in an earlier run" in capsys.readouterr().err


def test_the_heat_map_of_a_photo_has_one_name_in_every_run(folder: Path, tmp_path: Path) -> None:
    table, maps = tmp_path / "out.csv", folder / "maps"
    assert main([str(folder), "--csv", str(table)]) == 0
    whole = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(b"".join(whole[:2]))
    assert main([str(folder), "--csv", str(table), "--resume", "--heatmap", str(maps)]) == 0
    assert table.read_bytes().splitlines(keepends=True) == whole
    # Numbered as in a run of all; and the maps that lie below the photos are no photos.
    assert [path.name for path in maps.iterdir()] == ["000002_a.png"]


def test_resume_needs_a_table_that_is_ours(drawing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    for arguments in (["--resume"], ["--resume", "--csv", str(tmp_path / "o"), "--isic-csv", str(tmp_path / "i")]):
        with pytest.raises(SystemExit, match="2"):
            main([str(drawing_file), *arguments])
        assert "--resume goes on with the table of --csv" in capsys.readouterr().err
    other = tmp_path / "patients.csv"
    other.write_text("name,age\n")
    assert main([str(drawing_file), "--csv", str(other), "--resume"]) == 2
    assert "has other columns" in capsys.readouterr().err
    assert other.read_text() == "name,age\n"


@pytest.mark.parametrize("changed", [["--views", "8"], ["--mc-samples", "2"], ["--setting", "screening"]])
def test_resume_goes_on_with_the_same_settings_alone(
    drawing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture, changed: list[str]
) -> None:
    table = tmp_path / "out.csv"
    command = [str(drawing_file), "--csv", str(table), "--mc-samples", "0"]
    assert main(command) == 0
    (row,) = csv.DictReader(table.open())
    assert (row["engine"], row["views"], row["mc_samples"]) == ("openvino", "1", "0")
    before = table.read_bytes()
    assert main([*command, "--resume"]) == 0
    assert main([*command, *changed, "--resume"]) == 2
    assert f"was written with {changed[0].strip('-').replace('-', '_')} " in capsys.readouterr().err
    assert table.read_bytes() == before


def test_a_name_that_is_not_utf8_ends_no_run(tmp_path: Path, drawing_jpeg: bytes) -> None:
    photos = tmp_path / "photos"
    photos.mkdir()
    name = os.fsdecode(b"caf\xe9.jpg")
    (photos / name).write_bytes(drawing_jpeg)
    command = [sys.executable, "-m", "inference", str(photos), "--mc-samples", "0"]
    for more in ([], ["--csv", str(tmp_path / "out.csv"), "--isic-csv", str(tmp_path / "isic.csv")]):
        run = subprocess.run(
            [*command, *more],
            cwd=REPOSITORY,
            env=os.environ | {"PYTHONIOENCODING": "utf-8:strict"},
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr
        assert ("caf\\udce9.jpg: " in run.stdout) == (not more)
    assert main([str(photos), "--mc-samples", "0", "--csv", str(tmp_path / "out.csv"), "--resume"]) == 0
    for table, in_it in (("out.csv", b"caf\xe9.jpg,"), ("isic.csv", b"caf\xe9,")):
        assert (tmp_path / table).read_bytes().count(in_it) == 1


def test_what_ray_does_not_do_is_wrong_usage(drawing_file: Path, tmp_path: Path, capsys: pytest.CaptureFixture) -> None:
    out = str(tmp_path / "out")
    for arguments, message in (
        (["--parquet", out], "--parquet is for --ray"),
        (["--workers", "2"], "--workers is for --ray"),
        (["--ray"], "give --parquet DIR or --csv DIR"),
        (["--ray", "--parquet", out, "--csv", out], "one of them"),
        (["--ray", "--parquet", out, "--json"], "nothing else"),
        (["--ray", "--parquet", out, "--part-photos", "0"], "must be a whole number of at least 1"),
    ):
        with pytest.raises(SystemExit, match="2"):
            main([str(drawing_file), *arguments])
        assert message in capsys.readouterr().err
    assert not Path(out).exists()
