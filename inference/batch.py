"""Many photos: read ahead in a thread, analysed one after the other, results in input order, bounded memory."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from typing import NamedTuple

import numpy as np

from inference.analyzer import Analyzer
from inference.images import ImageError, read_image
from postprocess.analysis import Analysis
from postprocess.prevalence import DEFAULT_SETTING

# Endings that are looked for in folders; a file that is named itself is read whatever its name.
PHOTO_ENDINGS = frozenset({".jpg", ".jpeg", ".png", ".webp", ".bmp", ".tif", ".tiff", ".heic", ".heif"})
_READ_AHEAD = 8


class BatchResult(NamedTuple):
    """One photo of many: its analysis, or why there is none."""

    path: str
    analysis: Analysis | None
    photo: np.ndarray | None
    """The photo, RGB uint8 (H, W, 3)."""
    error: str | None


def find_photos(paths: Iterable[str]) -> list[str]:
    """Files as given, and the photos in folders and below, sorted within each folder."""
    found: list[str] = []
    for path in paths:
        if Path(path).is_dir():
            inside = (item for item in Path(path).rglob("*") if item.suffix.lower() in PHOTO_ENDINGS and item.is_file())
            found += sorted(str(item) for item in inside)
        else:
            found.append(path)
    return found


def analyze_files(
    analyzer: Analyzer, paths: Iterable[str], mc_samples: int, setting: str = DEFAULT_SETTING
) -> Iterator[BatchResult]:
    """Analyse files in order. A photo that cannot be read gives a result with an error, and the rest go on."""
    remaining = iter(paths)
    with ThreadPoolExecutor(1) as reader:
        waiting = [(path, reader.submit(read_image, path)) for path in islice(remaining, _READ_AHEAD)]
        while waiting:
            path, photo = waiting.pop(0)
            following = next(remaining, None)
            if following is not None:
                waiting.append((following, reader.submit(read_image, following)))
            yield _analyze(analyzer, path, photo, mc_samples, setting)


def _analyze(analyzer: Analyzer, path: str, photo: "Future[np.ndarray]", mc_samples: int, setting: str) -> BatchResult:
    try:
        image_u8_rgb = photo.result()
    except ImageError as error:
        return BatchResult(path, None, None, str(error))
    return BatchResult(path, analyzer.analyze(image_u8_rgb, mc_samples, setting=setting), image_u8_rgb, None)
