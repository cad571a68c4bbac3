"""Many photos, one after the other: files and zip files, in order. One that fails gives a sentence, and the rest go on."""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import count, islice
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import NamedTuple

from inference.images import ImageError
from postprocess.analysis import Analysis
from webapp.handlers import message_of
from webapp.received import GONE
from webapp.service import Service
from webapp.zip_files import ZippedPhoto, count_photos, is_zip, unzip_photos

MAX_PHOTOS = 1000


class Upload(NamedTuple):
    """A file that someone sent."""

    name: str
    """What it is called there; it is shown, and never a path here."""
    path: Path


class BatchPhoto(NamedTuple):
    """One photo of many: its analysis, or why there is none."""

    name: str
    analysis: Analysis | None
    error: str | None


def count_batch(uploads: Sequence[Upload]) -> int:
    """How many photos there are; `analyze_batch` gives as many results, but no more than MAX_PHOTOS."""
    return sum(map(_count, uploads))


def analyze_batch(service: Service, uploads: Sequence[Upload], engine: str, mc_samples: int) -> Iterator[BatchPhoto]:
    """Analyse the first MAX_PHOTOS photos of some uploads."""
    photos = (photo for upload in uploads for photo in _analyze_upload(service, upload, engine, mc_samples))
    yield from islice(photos, MAX_PHOTOS)


def tell_apart(names: Sequence[str]) -> list[str]:
    """Number names that come again, as browsers do: "1.jpg" and "1 (2).jpg". Of a folder only the bare names are sent."""
    taken, seen = set(names), Counter[str]()
    told = []
    for name in names:
        seen[name] += 1
        if seen[name] > 1:
            path = PurePosixPath(name)
            numbered = (f"{path.stem} ({number}){path.suffix}" for number in count(seen[name]))
            name = next(each for each in numbered if each not in taken)
            taken.add(name)
        told.append(name)
    return told


def _count(upload: Upload) -> int:
    try:
        return count_photos(upload.path) if is_zip(upload.path) else 1
    except (ImageError, OSError):
        # One result: the sentence that says why.
        return 1


def _analyze_upload(service: Service, upload: Upload, engine: str, mc_samples: int) -> Iterator[BatchPhoto]:
    if not upload.path.exists():
        yield BatchPhoto(upload.name, None, GONE)
        return
    try:
        if is_zip(upload.path):
            with TemporaryDirectory() as folder:
                for photo in unzip_photos(upload.path, Path(folder)):
                    yield _analyze_zipped(service, upload, photo, engine, mc_samples)
        else:
            yield _analyze(service, upload.name, upload.path, engine, mc_samples)
    except Exception as error:
        yield BatchPhoto(upload.name, None, message_of(error))


def _analyze_zipped(service: Service, upload: Upload, photo: ZippedPhoto, engine: str, mc_samples: int) -> BatchPhoto:
    name = f"{upload.name}/{photo.name}"
    if photo.path is None:
        return BatchPhoto(name, None, photo.error)
    return _analyze(service, name, photo.path, engine, mc_samples)


def _analyze(service: Service, name: str, path: Path, engine: str, mc_samples: int) -> BatchPhoto:
    try:
        return BatchPhoto(name, service.examine(str(path), engine, mc_samples).analysis, None)
    except Exception as error:
        return BatchPhoto(name, None, message_of(error))
