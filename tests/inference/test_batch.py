"""Many photos: in order, in bounded memory, and nothing is begun that nobody waits for."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from PIL import Image

from inference.analyzer import Analyzer, load_analyzer
from inference.batch import PHOTO_ENDINGS, analyze_files, find_photos
from inference.images import read_image
from tests.dicom_files import make_dicom

# For each thread.
MOST_UNDER_WAY = 4


@pytest.fixture(scope="module")
def many_analyzer() -> Analyzer:
    """As the command line loads it for a folder."""
    return load_analyzer(many=True)


def test_results_come_in_input_order_though_the_first_photo_takes_longest(
    many_analyzer: Analyzer, drawing: np.ndarray, drawing_file: Path, tmp_path: Path
) -> None:
    large = tmp_path / "large.png"
    cv2.imwrite(str(large), np.tile(drawing, (12, 12, 1)))
    paths = [str(large), str(drawing_file), str(tmp_path / "missing.jpg"), str(drawing_file)]
    results = list(analyze_files(many_analyzer, paths, mc_samples=0))
    assert [result.path for result in results] == paths
    assert [result.error is None for result in results] == [True, True, False, True]
    assert "could not be read" in str(results[2].error)


def test_an_analysis_is_the_one_that_the_photo_gets_alone(
    many_analyzer: Analyzer, analyzer: Analyzer, drawing_file: Path, example_files: list[Path]
) -> None:
    paths = [drawing_file, *example_files]
    for path, result in zip(paths, analyze_files(many_analyzer, map(str, paths), mc_samples=30), strict=True):
        alone = analyzer.analyze(read_image(path), mc_samples=30)
        assert result.analysis is not None
        np.testing.assert_allclose(result.analysis.probs, alone.probs, atol=1e-5)
        np.testing.assert_array_equal(result.view, analyzer.network_view(read_image(path)))
        assert result.analysis.photo_quality == alone.photo_quality


def test_no_more_photos_are_under_way_than_there_is_work_for(many_analyzer: Analyzer, drawing_file: Path) -> None:
    taken = []

    def paths() -> Iterator[str]:
        for number in range(10_000):
            taken.append(number)
            yield str(drawing_file)

    most = MOST_UNDER_WAY * (many_analyzer.streams + 1)
    with closing(analyze_files(many_analyzer, paths(), mc_samples=0)) as results:
        for done, _ in enumerate(islice(results, 20), 1):
            assert len(taken) <= done + most
    # Closed: what waited was left, and nothing more was taken.
    assert len(taken) <= 20 + most


def test_folders_are_searched_by_name_and_their_other_files_left(tmp_path: Path) -> None:
    for name in ("b/2.JPG", "b/10.png", "a.jpg", "b.jpg", "c/d/e.tiff", "notes.txt", "b/table.csv"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    (tmp_path / "c" / "loop").symlink_to(tmp_path)
    (tmp_path / "c" / "linked.jpg").symlink_to(tmp_path / "a.jpg")
    named = str(tmp_path / "notes.txt")
    found = list(find_photos([str(tmp_path), named]))
    names = ["a.jpg", "b/10.png", "b/2.JPG", "b.jpg", "c/d/e.tiff", "c/linked.jpg"]
    assert found == [*(str(tmp_path / name) for name in names), named]


def test_hidden_files_of_a_folder_are_left_unless_they_are_named(tmp_path: Path) -> None:
    """macOS lays one beside each photo on a disk that is not its own."""
    for name in ("1.jpg", "._1.jpg", ".jpg", ".hidden/2.jpg"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.touch()
    named = str(tmp_path / "._1.jpg")
    found = list(find_photos([str(tmp_path), named]))
    assert found == [str(tmp_path / ".hidden" / "2.jpg"), str(tmp_path / "1.jpg"), named]


def test_photos_of_every_format_that_is_read_are_found(tmp_path: Path, drawing: np.ndarray) -> None:
    pillow_heif.register_heif_opener()
    endings = {
        "JPEG": ["jpg", "JPEG", "jpe", "jfif"],
        "PNG": ["png"],
        "WEBP": ["webp"],
        "BMP": ["bmp"],
        "DIB": ["dib"],
        "TIFF": ["tif", "tiff"],
        "HEIF": ["heic", "heif"],
    }
    for kind, of_kind in endings.items():
        for ending in of_kind:
            Image.fromarray(drawing).save(tmp_path / f"photo.{ending}", kind)
    for ending in ("dcm", "DICOM"):
        (tmp_path / f"photo.{ending}").write_bytes(make_dicom(drawing))
    found = list(find_photos([str(tmp_path)]))
    assert found == sorted(map(str, tmp_path.iterdir()))
    assert {Path(photo).suffix.lower() for photo in found} == PHOTO_ENDINGS
    assert {read_image(photo).shape for photo in found} == {drawing.shape}


def test_the_search_goes_on_only_as_photos_are_asked_for(tmp_path: Path, drawing_file: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "1.jpg").touch()
    (tmp_path / "z").mkdir()
    photos = find_photos([str(tmp_path / "a"), str(tmp_path / "z")])
    assert next(photos).endswith("1.jpg")
    (tmp_path / "z" / "2.jpg").touch()
    assert [Path(photo).name for photo in photos] == ["2.jpg"]


def test_a_folder_that_cannot_be_looked_into_is_named(
    many_analyzer: Analyzer, drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scandir = os.scandir

    # The tests may run as a user whom no folder is closed to.
    def closed(folder: Path) -> Iterator["os.DirEntry[str]"]:
        if folder.name == "closed":
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    (drawing_file.parent / "closed").mkdir()
    monkeypatch.setattr(os, "scandir", closed)
    results = list(analyze_files(many_analyzer, find_photos([str(drawing_file.parent)]), mc_samples=0))
    assert [(Path(result.path).name, result.error is None) for result in results] == [("closed", False), ("drawing.jpg", True)]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_number_of_photos(drawing_file: Path, tmp_path: Path) -> None:
    """Peak resident memory for 2,000 photos is within 3 % of that for 200."""
    peaks = []
    measure = "import resource, sys; from inference.__main__ import main; main(sys.argv[1:]); " + (
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )
    for count in (200, 2000):
        folder = tmp_path / str(count)
        folder.mkdir()
        for number in range(count):
            os.link(drawing_file, folder / f"{number}.jpg")
        command = [sys.executable, "-c", measure, str(folder), "--csv", str(tmp_path / "out.csv")]
        peaks.append(int(subprocess.run(command, check=True, capture_output=True, text=True).stdout))
    assert peaks[1] <= 1.03 * peaks[0]
