"""Photos out of a zip file from a stranger: nothing is believed that the file says about itself before it is checked.

    too many entries, or a list of them that is too long     refused whole, before the list is read
    more than MAX_TOTAL_BYTES unpacked                       refused whole, before anything is unpacked
    paths that leave the folder, links, devices              refused whole: no honest program writes them
    password, rare compression, zip in zip, too large        that entry is refused, the others go on
    folders, hidden files, "__MACOSX"                        passed over

Entries are unpacked one at a time into a file with a name of ours, and deleted before the next: names never reach the disk, and
no more than one photo lies there.
"""

import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import NamedTuple

from inference.images import MAX_BYTES, ImageError
from webapp.storage import NO_ROOM, is_full

MAX_ENTRIES = 1000
MAX_TOTAL_BYTES = 512 * 2**20
# Of the list of entries, which the library reads whole: room for MAX_ENTRIES with long names.
_MAX_LIST_BYTES = 512 * MAX_ENTRIES
_END_RECORD = b"PK\5\6"
_END_RECORD_BYTES = 22
_ZIP64_LOCATOR = b"PK\6\7"
_ZIP64_LOCATOR_BYTES = 20
_MAX_COMMENT_BYTES = 2**16
_ZIP_STARTS = (b"PK\3\4", _END_RECORD)
_ENCRYPTED = 1
_CHUNK_BYTES = 2**20
# Others can need gigabytes to be unpacked (LZMA), and photo programs do not write them.
_COMPRESSIONS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


class ZippedPhoto(NamedTuple):
    """An entry: unpacked, or why not."""

    name: str
    """Its name in the zip file, folders included."""
    path: Path | None
    """Valid until the next entry is asked for."""
    error: str | None


def is_zip(path: Path) -> bool:
    """Whether the content begins as a zip file does, whatever the name says."""
    with path.open("rb") as file:
        return file.read(4) in _ZIP_STARTS


def count_photos(archive: Path) -> int:
    """Number of photos that `unzip_photos` will give; raises as it does."""
    with _open(archive) as opened:
        return len(_checked_entries(opened))


def unzip_photos(archive: Path, folder: Path) -> Iterator[ZippedPhoto]:
    """Unpack the photos of a zip file one after the other into an existing folder.

    Raises:
        ImageError: the zip file is refused as a whole; one sentence for the person who sent it.
    """
    with _open(archive) as opened:
        for number, entry in enumerate(_checked_entries(opened)):
            path = folder / str(number)
            try:
                yield _unzip(opened, entry, path)
            finally:
                path.unlink(missing_ok=True)


def _open(archive: Path) -> zipfile.ZipFile:
    _check_end_record(archive)
    try:
        return zipfile.ZipFile(archive)
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError) as error:
        raise _damaged() from error


def _check_end_record(archive: Path) -> None:
    """Find the record that says how long the list of entries is, where `zipfile` will look for it."""
    size = archive.stat().st_size
    with archive.open("rb") as file:
        file.seek(max(0, size - _MAX_COMMENT_BYTES - _END_RECORD_BYTES - _ZIP64_LOCATOR_BYTES))
        tail = file.read()
    start = len(tail) - _END_RECORD_BYTES
    if start < 0 or not (tail.startswith(_END_RECORD, start) and tail.endswith(b"\0\0")):
        start = tail.rfind(_END_RECORD)
    record = tail[start : start + _END_RECORD_BYTES]
    if start < 0 or len(record) < _END_RECORD_BYTES:
        raise _damaged()
    # A record of the format for huge files, which would stand before this one, would be believed instead of it.
    if tail[max(0, start - _ZIP64_LOCATOR_BYTES) : start].startswith(_ZIP64_LOCATOR):
        raise ImageError("Zip files in the format for huge ones (zip64) are not accepted; pack fewer photos.")
    if int.from_bytes(record[12:16], "little") > _MAX_LIST_BYTES:
        raise _too_many_entries()


def _checked_entries(opened: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    _check_paths(opened.infolist())
    entries = [entry for entry in opened.infolist() if not _is_passed_over(entry)]
    _check_sizes(entries)
    return entries


def _check_paths(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        kind = stat.S_IFMT(entry.external_attr >> 16)
        # As Windows reads it: both kinds of slashes, and drives.
        path = PureWindowsPath(entry.filename)
        if kind not in (0, stat.S_IFREG, stat.S_IFDIR) or path.anchor or ".." in path.parts:
            raise ImageError("The zip file holds links or paths that lead out of it, so it was not opened; pack only photos.")


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > MAX_ENTRIES:
        raise _too_many_entries()
    if sum(entry.file_size for entry in entries) > MAX_TOTAL_BYTES:
        raise ImageError(
            f"The zip file would unpack to more than {MAX_TOTAL_BYTES // 2**20} MB, so it was not opened; send fewer photos."
        )


def _unzip(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> ZippedPhoto:
    try:
        _write(opened, entry, path)
    except ImageError as error:
        return ZippedPhoto(entry.filename, None, str(error))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError) as error:
        damaged = "This part of the zip file is damaged; pack the photo again."
        return ZippedPhoto(entry.filename, None, NO_ROOM if is_full(error) else damaged)
    return ZippedPhoto(entry.filename, path, None)


def _write(opened: zipfile.ZipFile, entry: zipfile.ZipInfo, path: Path) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise ImageError("This photo is locked with a password; pack it without one.")
    if entry.compress_type not in _COMPRESSIONS:
        raise ImageError("This photo is packed in a way that is not accepted; pack it as an ordinary zip file.")
    if entry.file_size > MAX_BYTES:
        raise ImageError(f"This photo has more than {MAX_BYTES // 2**20} MB; save it as JPEG.")
    # The library hands over no more bytes than the size that was checked, whatever is packed.
    with opened.open(entry) as packed, path.open("wb") as file:
        start = packed.read(4)
        if start in _ZIP_STARTS:
            raise ImageError("A zip file in a zip file is not opened; send it by itself.")
        file.write(start)
        while chunk := packed.read(_CHUNK_BYTES):
            file.write(chunk)


def _is_passed_over(entry: zipfile.ZipInfo) -> bool:
    parts = PureWindowsPath(entry.filename).parts
    return entry.is_dir() or not parts or parts[0] == "__MACOSX" or parts[-1].startswith(".")


def _damaged() -> ImageError:
    return ImageError("The zip file is damaged or cut off; pack the photos again.")


def _too_many_entries() -> ImageError:
    return ImageError(f"The zip file has more than {MAX_ENTRIES} entries, so it was not opened; send fewer photos.")
