"""Many photos: decoded and analysed in parallel, results in input order, bounded memory."""

import os
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator, Set
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inference.analyzer import VIEWS, Analyzer
from inference.images import ImageError, read_image
from postprocess.analysis import Analysis
from postprocess.prevalence import DEFAULT_SETTING

# Endings that are looked for in folders (`is_photo_name`); a file that is named itself is read whatever its name.
PHOTO_ENDINGS = frozenset(
    {
        ".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp", ".dib", ".tif", ".tiff", ".heic", ".heif", ".dcm", ".dicom"
    }
)  # fmt: skip
# Photos that may be under way for each thread: a slow one at the front must not make the others wait.
_AHEAD = 4


class BatchResult(NamedTuple):
    """One photo of many: its analysis, or why there is none."""

    path: str
    analysis: Analysis | None
    view: np.ndarray | None
    """What the network saw of it, RGB uint8 (S, S, 3)."""
    error: str | None


def find_photos(paths: Iterable[str], leave_out: Path | None = None) -> Iterator[str]:
    """Photos to analyse: files as they are named, folders with all that is below them, by name; found as they are asked for.

    Args:
        paths: files and folders.
        leave_out: a folder that is not gone into: where pictures are written while the search goes on.
    """
    for path in map(Path, paths):
        if path.is_dir():
            yield from _find_below(path, leave_out)
        else:
            yield str(path)


def is_photo_name(name: str, more_endings: Set[str] = frozenset()) -> bool:
    """Whether a file that lies in a folder is taken for a photo; not a hidden one: macOS puts a "._1.jpg" beside each 1.jpg."""
    return not name.startswith(".") and Path(name).suffix.lower() in PHOTO_ENDINGS | more_endings


def _find_below(folder: Path, leave_out: Path | None) -> Iterator[str]:
    try:
        # One folder's names are all that lies in memory; an archive's would not fit.
        entries = sorted(os.scandir(folder), key=attrgetter("name"))
    except OSError:
        # Nobody may look into it: read like a photo, it gives an error that names it.
        yield str(folder)
        return
    for entry in entries:
        # A link to a folder may lead back to where we came from.
        if entry.is_dir(follow_symlinks=False):
            if leave_out is None or not leave_out.exists() or not leave_out.samefile(entry.path):
                yield from _find_below(folder / entry.name, leave_out)
        elif is_photo_name(entry.name) and entry.is_file():
            yield str(folder / entry.name)


def analyze_files(
    analyzer: Analyzer,
    paths: Iterable[str],
    mc_samples: int,
    setting: str = DEFAULT_SETTING,
    read: Callable[[str], np.ndarray] = read_image,
    threads: int | None = None,
    views: int = VIEWS[0],
) -> Generator[BatchResult, None, None]:
    """Analyse files; results come in their order. A photo that cannot be read gives a result with an error, and the rest go on.

    Close the iterator to stop early (`contextlib.closing`): what has not begun is then left.

    Args:
        analyzer: what analyses them.
        paths: taken as there is room for more.
        mc_samples: as `Analyzer.analyze`.
        setting: as `Analyzer.analyze`.
        read: path -> RGB uint8 (H, W, 3); raises ImageError.
        threads: photos that are worked on at once; by default one more than the network has streams: while it waits for a disk,
            the others keep every stream at work.
        views: as `Analyzer.analyze`.
    """
    threads = threads or analyzer.streams + 1
    remaining = iter(paths)
    pool = ThreadPoolExecutor(threads)
    analyze = partial(_analyze, analyzer, read, mc_samples, setting, views)
    try:
        under_way: deque[Future[BatchResult]] = deque()
        for path in islice(remaining, threads * _AHEAD):
            under_way.append(pool.submit(analyze, path))
        while under_way:
            result = under_way.popleft().result()
            for path in islice(remaining, 1):
                under_way.append(pool.submit(analyze, path))
            yield result
    finally:
        pool.shutdown(cancel_futures=True)


def _analyze(
    analyzer: Analyzer, read: Callable[[str], np.ndarray], mc_samples: int, setting: str, views: int, path: str
) -> BatchResult:
    try:
        photo = read(path)
    except ImageError as error:
        return BatchResult(path, None, None, str(error))
    view = analyzer.network_view(photo)
    return BatchResult(
        path, analyzer.analyze_view(view, mc_samples, setting=setting, image_u8_rgb=photo, views=views), view, None
    )
