"""`--isic-csv`: the challenge's own program reads it and scores it."""

import csv
from pathlib import Path

import pandas as pd
import pytest
from isic_challenge_scoring.classification import ClassificationMetric, ClassificationScore

from inference.__main__ import main
from tests.analyses import CODES

_COLUMNS = ("image", *CODES, "UNK")


@pytest.fixture
def scoring(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program calls a pandas method by the name that it had before pandas 3."""
    monkeypatch.setattr(pd.DataFrame, "applymap", pd.DataFrame.map, raising=False)


@pytest.fixture
def submission(tmp_path: Path, drawing_jpeg: bytes, example_files: list[Path], capsys: pytest.CaptureFixture) -> Path:
    """Of nine readable pictures, three each of three drawings, and one file that is none."""
    photos = tmp_path / "photos"
    photos.mkdir()
    for number in range(9):
        (photos / f"ISIC_{number}.png").write_bytes(example_files[number % 3].read_bytes())
    (photos / "ISIC_9.jpg").write_bytes(drawing_jpeg[:1000])
    table = tmp_path / "submission.csv"
    assert main([str(photos), "--isic-csv", str(table), "--mc-samples", "0"]) == 1
    assert capsys.readouterr().out == ""
    return table


@pytest.mark.usefixtures("scoring")
def test_the_challenges_own_program_scores_it(submission: Path, tmp_path: Path) -> None:
    rows = list(csv.DictReader(submission.open()))
    assert tuple(rows[0]) == _COLUMNS
    # No row for what could not be read: any number there would be made up.
    assert [row["image"] for row in rows] == [f"ISIC_{number}" for number in range(9)]
    truth = pd.DataFrame({"image": [row["image"] for row in rows]})
    for label, code in enumerate(_COLUMNS[1:]):
        truth[code] = [float(number == label) for number in range(9)]
    truth.to_csv(tmp_path / "truth.csv", index=False)
    with submission.open() as predicted, (tmp_path / "truth.csv").open() as true:
        score = ClassificationScore.from_stream(true, predicted, ClassificationMetric.BALANCED_ACCURACY)
    chosen = [max(_COLUMNS[1:], key=lambda code: float(row[code])) for row in rows]
    right = sum(code == true for code, true in zip(chosen, _COLUMNS[1:], strict=True))
    assert score.overall == pytest.approx(right / 9)
