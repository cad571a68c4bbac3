"""Photos are found and read by path, by glob and by address alike."""

import os
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ray", reason="needs requirements-scale.txt")

from inference import batch
from inference.images import ImageError, read_image
from inference.scale.photos import find_photos, locate, read_photo


@pytest.fixture
def archive(tmp_path: Path, drawing_jpeg: bytes) -> Path:
    """Photos in three folders, with names that addresses have another meaning for."""
    for name in ("2024/b b.jpg", "2024/a%20.JPG", "2025/deep/c.png", "2025/#d.jpg", "e.jpg"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(drawing_jpeg)
    (tmp_path / "2024" / "notes.txt").touch()
    return tmp_path


def test_a_folder_gives_what_the_command_line_finds_without_ray(archive: Path) -> None:
    (archive / "2024" / "loop").symlink_to(archive)
    (archive / "2024" / "linked.jpg").symlink_to(archive / "e.jpg")
    found = find_photos([str(archive)])
    assert found == list(batch.find_photos([str(archive)]))
    assert len(found) == 6
    assert find_photos([f"file://{archive}"]) == [f"file://{photo}" for photo in found]
    assert sorted(find_photos([f"{archive}/**/*.[jJ]*", f"{archive}/**/*.png"])) == sorted(found)


@pytest.mark.parametrize("pattern", ["", "/*", "/caf*", "/caf\udce9.jpg"])
def test_a_name_that_is_not_utf8_is_named(archive: Path, pattern: str) -> None:
    (archive / os.fsdecode(b"caf\xe9.jpg")).touch()
    with pytest.raises(OSError, match=r"caf\\udce9\.jpg' is not UTF-8, which --ray needs; rename it"):
        find_photos([f"{archive}{pattern}"])


def test_a_photo_that_is_named_twice_is_found_once(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(archive)
    assert find_photos(["e.jpg", ".", str(archive / "2025")])[0] == str(archive / "e.jpg")
    assert len(find_photos(["e.jpg", ".", str(archive / "2025")])) == 5


@pytest.mark.parametrize("prefix", ["", "file://"])
def test_globs_match_files_and_folders(archive: Path, prefix: str) -> None:
    root = f"{prefix}{archive}"
    assert find_photos([f"{root}/*.jpg"]) == [f"{root}/e.jpg"]
    assert find_photos([f"{root}/202[45]"]) == [
        f"{root}/2024/a%20.JPG",
        f"{root}/2024/b b.jpg",
        f"{root}/2025/#d.jpg",
        f"{root}/2025/deep/c.png",
    ]
    assert find_photos([f"{root}/**/*.png"]) == [f"{root}/2025/deep/c.png"]
    assert find_photos([f"{root}/none/*.jpg"]) == []


@pytest.mark.parametrize("root", ["mock://photos", None], ids=["bucket", "folder"])
def test_hidden_files_are_left_unless_they_are_named(root: str | None, tmp_path: Path) -> None:
    """Arrow has a file system in memory, which answers as those behind an address do."""
    root = root or str(tmp_path)
    for name in ("1.jpg", "._1.jpg"):
        filesystem, path = locate(f"{root}/{name}")
        filesystem.create_dir(os.path.dirname(path))
        filesystem.open_output_stream(path).close()
    for location in (root, f"{root}/*.jpg"):
        assert find_photos([location]) == [f"{root}/1.jpg"]
    for location in (f"{root}/._1.jpg", f"{root}/.*.jpg"):
        assert find_photos([location]) == [f"{root}/._1.jpg"]


def test_an_address_gives_the_photo_of_the_path(archive: Path) -> None:
    for address in find_photos([f"file://{archive}"]):
        assert address.startswith("file:///")
        np.testing.assert_array_equal(read_photo(address), read_image(address.removeprefix("file://")))


def test_a_file_system_has_one_connection_for_all_of_its_photos(archive: Path) -> None:
    first, second = (locate(f"file://{archive}/{name}") for name in ("e.jpg", "2024"))
    assert first[0] is second[0]
    assert first[1] == str(archive / "e.jpg")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [("none.jpg", None, "could not be read: No such file"), ("bad.jpg", b"no photo", "not a photo in a format")],
)
def test_a_photo_that_cannot_be_used_says_why(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    for location in (str(tmp_path / name), f"file://{tmp_path / name}"):
        with pytest.raises(ImageError, match=message):
            read_photo(location)


def test_a_file_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    with (tmp_path / "large.jpg").open("wb") as file:
        file.truncate(65 * 2**20)
    with pytest.raises(ImageError, match="65 MB; at most 64 MB"):
        read_photo(str(tmp_path / "large.jpg"))
