"""Zip files from strangers: photos come out, everything else is one sentence."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from inference.images import MAX_BYTES, ImageError
from webapp import zip_files
from webapp.zip_files import MAX_ENTRIES, MAX_TOTAL_BYTES, is_zip, unzip_photos

Unpack = Callable[[bytes], list[tuple[str, bytes | None, str | None]]]


@pytest.fixture
def unpack(tmp_path: Path) -> Unpack:
    """Unpacks a zip file: name, bytes and error of each entry."""

    def run(content: bytes) -> list[tuple[str, bytes | None, str | None]]:
        archive, folder = tmp_path / "photos.zip", tmp_path / "unpacked"
        archive.write_bytes(content)
        folder.mkdir(exist_ok=True)
        found = []
        for name, path, error in unzip_photos(archive, folder):
            assert len(list(folder.iterdir())) <= 1, "more than one photo lies there"
            found.append((name, path.read_bytes() if path else None, error))
        assert list(folder.iterdir()) == []
        return found

    return run


def _zip(*entries: tuple[str | zipfile.ZipInfo, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compression) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return buffer.getvalue()


def _info(name: str, mode: int) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.external_attr = mode << 16
    return entry


def _patch_list(content: bytes, offset: int, value: bytes) -> bytes:
    """Overwrite bytes of the first entry of the list of entries."""
    place = content.index(b"PK\1\2") + offset
    return content[:place] + value + content[place + len(value) :]


def test_photos_come_out_and_the_rest_is_passed_over(unpack: Unpack) -> None:
    content = _zip(("a.jpg", b"one"), ("sub/", b""), ("sub/b.jpg", b"two"), ("__MACOSX/._a.jpg", b"x"), (".DS_Store", b"x"))
    assert unpack(content) == [("a.jpg", b"one", None), ("sub/b.jpg", b"two", None)]


def test_a_zip_file_is_told_by_its_content(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_bytes(_zip(("a.jpg", b"one")))
    (tmp_path / "b.zip").write_bytes(b"no zip")
    assert is_zip(tmp_path / "a.jpg")
    assert not is_zip(tmp_path / "b.zip")


@pytest.mark.parametrize(
    "entry",
    [
        "../../etc/cron.d/a",
        "a/../../b.jpg",
        "/etc/passwd",
        "..\\b.jpg",
        "C:\\b.jpg",
        "C:b.jpg",
        _info("link.jpg", stat.S_IFLNK | 0o777),
        _info("device.jpg", stat.S_IFCHR | 0o600),
    ],
    ids=str,
)
def test_paths_that_lead_out_and_links_are_refused_whole(unpack: Unpack, entry: str | zipfile.ZipInfo) -> None:
    with pytest.raises(ImageError, match="lead out of it"):
        unpack(_zip(("good.jpg", b"one"), (entry, b"/etc/passwd")))


def test_too_many_entries_are_refused(unpack: Unpack) -> None:
    with pytest.raises(ImageError, match=f"more than {MAX_ENTRIES} entries"):
        unpack(_zip(*((f"{number}.jpg", b"") for number in range(MAX_ENTRIES + 1))))


def test_a_huge_list_of_entries_is_refused_before_it_is_read(unpack: Unpack, monkeypatch: pytest.MonkeyPatch) -> None:
    content = _zip(*((f"{number:0400}.jpg", b"") for number in range(1500)))
    monkeypatch.setattr(zip_files.zipfile, "ZipFile", lambda *_: pytest.fail("the list was read"))
    with pytest.raises(ImageError, match="entries"):
        unpack(content)


def test_the_other_record_of_the_lists_length_is_not_believed(unpack: Unpack, tmp_path: Path) -> None:
    content = _zip(*((f"{number:0400}.jpg", b"") for number in range(1500)))
    end = content.rindex(b"PK\5\6")
    (list_bytes, list_start) = struct.unpack("<II", content[end + 12 : end + 20])
    large = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, 1500, 1500, list_bytes, list_start)
    locator = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    small_record = content[end : end + 12] + struct.pack("<II", 46, list_start) + content[end + 20 :]
    crafted = content[:end] + large + locator + small_record
    # The library would read all of them.
    assert len(zipfile.ZipFile(io.BytesIO(crafted)).namelist()) == 1500
    with pytest.raises(ImageError, match="zip64"):
        unpack(crafted)


def test_a_bomb_is_refused_before_anything_is_unpacked(unpack: Unpack, monkeypatch: pytest.MonkeyPatch) -> None:
    assert MAX_TOTAL_BYTES < 2**30
    monkeypatch.setattr(zip_files, "MAX_TOTAL_BYTES", 9 * 2**20)
    content = _zip(("a.jpg", b"x"), *((f"{number}.bmp", bytes(2**20)) for number in range(10)))
    assert len(content) < 20_000
    with pytest.raises(ImageError, match="would unpack to more than 9 MB"):
        unpack(content)


def test_a_bomb_that_lies_about_its_size_is_cut_at_what_it_said(unpack: Unpack) -> None:
    lie = _patch_list(_zip(("bomb.bmp", bytes(5_000_000)), ("a.jpg", b"one")), 24, struct.pack("<I", 1000))
    (name, content, error), good = unpack(lie)
    assert (name, content) == ("bomb.bmp", None)
    assert "damaged" in str(error)
    assert good == ("a.jpg", b"one", None)


def test_one_entry_that_is_refused_never_stops_the_others(unpack: Unpack) -> None:
    good, bad = ("good.jpg", b"one"), ("bad.jpg", b"two" * 100)
    cases = {
        "zip file in a zip file": _zip(("inner.zip", _zip(good)), good),
        "password": _patch_list(_zip(bad, good), 8, b"\1\0"),
        "more than 64 MB": _patch_list(_zip(("big.bmp", b"x"), good), 24, struct.pack("<I", MAX_BYTES + 1)),
        "damaged": _zip(bad, good, compression=zipfile.ZIP_STORED).replace(b"two" * 100, b"TWO" * 100),
        "way that is not accepted": _zip(bad, compression=zipfile.ZIP_LZMA),
    }
    for words, content in cases.items():
        found = unpack(content)
        assert found[0][1] is None
        assert words in str(found[0][2])
        assert [entry[:2] for entry in found[1:]] in ([good], [])


@pytest.mark.parametrize("content", [b"PK\3\4", b"PK\3\4" + b"x" * 100, b"PK\5\6" + b"\xff" * 18], ids=["start", "text", "end"])
def test_what_only_begins_as_a_zip_file_is_damaged(unpack: Unpack, content: bytes) -> None:
    with pytest.raises(ImageError, match=r"damaged|entries"):
        unpack(content)


def test_half_a_zip_file_is_damaged(unpack: Unpack) -> None:
    content = _zip(("a.jpg", bytes(range(256)) * 40))
    with pytest.raises(ImageError, match="damaged or cut off"):
        unpack(content[: len(content) // 2])
