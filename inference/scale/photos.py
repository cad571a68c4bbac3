"""Photos wherever pyarrow can read: folders of this machine, S3, Google Cloud Storage, Azure, HDFS."""

import os
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path, PurePosixPath

import numpy as np
from fsspec.implementations.arrow import ArrowFSWrapper
from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType, LocalFileSystem

from inference import batch
from inference.images import MAX_BYTES, ImageError, decode_image, too_many_bytes

_WILDCARD = re.compile(r"[*?\[]")


def locate(location: str) -> tuple[FileSystem, str]:
    """The file system of a path or of an address such as s3://bucket/key, and the path in it.

    The key is taken as it is written; what follows a `?` in an address are the options of `FileSystem.from_uri`.
    """
    scheme, is_address, rest = location.partition("://")
    if not is_address:
        return LocalFileSystem(), os.path.abspath(location)
    address, _, options = rest.partition("?")
    host, _, path = address.partition("/")
    filesystem, root = _file_system(f"{scheme}://{host}/" + (f"?{options}" if options else ""))
    return filesystem, f"{root.rstrip('/')}/{path}"


@lru_cache
def _file_system(root: str) -> tuple[FileSystem, str]:
    # Once for each bucket: it may ask the network for the bucket's region.
    return FileSystem.from_uri(root)


def find_photos(locations: Iterable[str]) -> list[str]:
    """Photos to analyse, each once: files as they are named, folders with all that is below them, and what a glob matches.

    Returns:
        Paths and addresses that `read_photo` takes on any machine; of a folder or a glob sorted by name.

    Raises:
        OSError: a file system cannot be reached, or a name is not UTF-8.
    """
    return list(dict.fromkeys(_require_utf8(photo) for location in locations for photo in _find(location)))


def _require_utf8(name: str) -> str:
    try:
        name.encode()
    except UnicodeEncodeError as error:
        # Of other bytes Arrow knows no text: neither its file systems nor its tables could name this photo.
        raise OSError(f"the name of {name!a} is not UTF-8, which --ray needs; rename it, or leave --ray out") from error
    return name


def _find(location: str) -> Iterator[str]:
    filesystem, path = locate(_require_utf8(location))
    info = filesystem.get_file_info(path)
    if info.type == FileType.Directory:
        found = _below(filesystem, path)
    elif info.type == FileType.NotFound and _WILDCARD.search(path):
        # As a shell has it: a wildcard stands for no dot that a name begins with.
        found = [each for each in _matching(filesystem, path) if _is_hidden(path) or not _is_hidden(each)]
    else:
        # One that is not there gets a result that says so.
        found = [path]
    for each in sorted(found, key=lambda each: PurePosixPath(each).parts):
        yield _address(location, path, each)


def _below(filesystem: FileSystem, folder: str) -> list[str]:
    if isinstance(filesystem, LocalFileSystem):
        # Arrow would follow links to folders, and one may lead back to where it came from.
        return list(batch.find_photos([folder]))
    return [info.path for info in filesystem.get_file_info(FileSelector(folder, recursive=True)) if _is_photo(info)]


def _matching(filesystem: FileSystem, pattern: str) -> list[str]:
    if isinstance(filesystem, LocalFileSystem):
        root = Path(pattern).anchor
        return list(batch.find_photos(map(str, Path(root).glob(pattern.removeprefix(root)))))
    found: list[str] = []
    for info in filesystem.get_file_info(ArrowFSWrapper(filesystem).glob(pattern)):
        found += _below(filesystem, info.path) if info.type == FileType.Directory else [info.path]
    return found


def _is_hidden(path: str) -> bool:
    return PurePosixPath(path).name.startswith(".")


def _is_photo(info: FileInfo) -> bool:
    return info.type == FileType.File and batch.is_photo_name(PurePosixPath(info.path).name)


def _address(location: str, path: str, found: str) -> str:
    """The address of a path that was found, written as the location is."""
    scheme, is_address, rest = location.partition("://")
    if not is_address:
        return found
    address, has_options, options = rest.partition("?")
    host, _, key = address.partition("/")
    root = path.removesuffix(key)
    return f"{scheme}://{host}/{found.removeprefix(root).lstrip('/')}{has_options}{options}"


def read_photo(location: str) -> np.ndarray:
    """Read and decode a photo of any file system; as `inference.images.read_image`."""
    filesystem, path = locate(location)
    try:
        with filesystem.open_input_file(path) as file:
            if file.size() > MAX_BYTES:
                raise ImageError(too_many_bytes(file.size()))
            data = file.read()
    except OSError as error:
        raise ImageError(f"The file could not be read: {os.strerror(error.errno) if error.errno else error}.") from error
    return decode_image(data)
