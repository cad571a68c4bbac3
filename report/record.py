"""What is kept of one analysis for its report: small, without the file, its name or its metadata."""

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import cv2
import numpy as np

from postprocess.analysis import Analysis, to_json_object

_PHOTO_SIDE = 900


@dataclass(frozen=True, eq=False)
class Record:
    """One analysis with its pictures, under an id that says nothing about the photo."""

    identifier: str
    made: datetime
    """With its time zone."""
    analysis: Analysis
    photo_u8_rgb: np.ndarray
    """RGB uint8 (H, W, 3), reduced to at most 900 pixels on the longer side."""
    seen_u8_rgb: np.ndarray
    """What the network saw: RGB uint8 (S, S, 3)."""
    heatmap_full_scale: float
    """Value of the heat map that gets its last colour."""
    measured_coverage: tuple[float, float] | None = None
    """How often the true diagnosis of test photos was in the prediction set: lowest and highest share of a diagnosis, 0-1; None
    where it was not measured."""

    @property
    def file_stem(self) -> str:
        """Name of its files, without the ending."""
        return f"skinglancecare-{self.identifier}"

    def to_json_object(self, recommendation: str, disclaimer: str) -> dict[str, Any]:
        """The API's object for the analysis, with the report's id, time and disclaimer first."""
        # Not `analysis_id`: the API does not know this one.
        head = {"report_id": self.identifier, "made": self.made.isoformat(timespec="seconds"), "disclaimer": disclaimer}
        return head | to_json_object(self.analysis, recommendation)


def make_record(
    analysis: Analysis,
    photo_u8_rgb: np.ndarray,
    seen_u8_rgb: np.ndarray,
    heatmap_full_scale: float,
    measured_coverage: tuple[float, float] | None = None,
) -> Record:
    """Keep an analysis; `photo_u8_rgb` of any size, the others as in `Record`."""
    made = datetime.now(UTC)
    identifier = f"{made:%Y%m%d}-{secrets.token_hex(4)}"
    return Record(identifier, made, analysis, _reduced(photo_u8_rgb), seen_u8_rgb, heatmap_full_scale, measured_coverage)


def _reduced(photo_u8_rgb: np.ndarray) -> np.ndarray:
    height, width = photo_u8_rgb.shape[:2]
    scale = min(1.0, _PHOTO_SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    # A copy even where nothing is reduced: what is kept must not hold on to a larger array.
    return cv2.resize(photo_u8_rgb, size, interpolation=cv2.INTER_AREA)
