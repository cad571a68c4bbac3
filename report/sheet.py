"""A sheet of A4 to write and draw on: the project's fonts and colours, and the shapes that the report is made of."""

import io
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from fpdf import FPDF

FONTS = Path(__file__).parent.parent / "assets" / "fonts"
# Subsets (Latin, Cyrillic) of DejaVu Sans 2.37, whose licence lies beside them.
_FACES = {"": "DejaVuSans.ttf", "B": "DejaVuSans-Bold.ttf"}
_FAMILY = "DejaVu"
MARGIN_MM = 15.0
WIDTH_MM = 210.0
HEIGHT_MM = 297.0
_JPEG_QUALITY = 90
# A line is this many times as high as its letters' size.
_LINE = 1.35
_MM_PER_POINT = 25.4 / 72

Color = tuple[int, int, int]
INK, SOFT, LINE, TRACK = (34, 48, 47), (81, 96, 94), (217, 212, 203), (235, 231, 223)
BENIGN, CANCER = (15, 118, 110), (180, 83, 9)


class Sheet(FPDF):
    """One page; coordinates and sizes in mm, letters in points."""

    def __init__(self, language: str, title: str) -> None:
        super().__init__(format="A4")
        for style, name in _FACES.items():
            self.add_font(_FAMILY, style, FONTS / name)
        self.set_auto_page_break(False)
        self.set_margins(0, 0, 0)
        self.c_margin = 0
        self.set_lang(language)
        self.set_title(title)
        self.set_producer("SkinGlanceCare")
        self.add_page()

    def write_text(
        self,
        words: str,
        x: float,
        y: float,
        width: float,
        points: float,
        bold: bool = False,
        color: Color = INK,
        align: str = "L",
    ) -> float:
        """Write a paragraph; returns the y below it."""
        self._letters(points, bold, color)
        self.set_xy(x, y)
        self.multi_cell(width, _line_mm(points), words, align=align, new_x="LEFT", new_y="NEXT")
        return float(self.get_y())

    def text_height(self, words: str, width: float, points: float, bold: bool = False) -> float:
        """Height that `write_text` takes."""
        self._letters(points, bold, INK)
        height: Any = self.multi_cell(width, _line_mm(points), words, dry_run=True, output="HEIGHT")
        return float(height)

    def fitting_points(self, words: str, width: float, height: float, largest: float, smallest: float) -> float:
        """Largest size in which a paragraph fits.

        Raises:
            ValueError: it does not fit even in the smallest.
        """
        for points in np.arange(largest, smallest - 0.01, -0.5):
            if self.text_height(words, width, float(points)) <= height:
                return float(points)
        raise ValueError(f"the text of {len(words)} characters does not fit into {width:.0f} x {height:.0f} mm")

    def draw_picture(self, image_u8_rgb: np.ndarray, x: float, y: float, width: float, height: float, words: str) -> None:
        """Draw a picture, RGB uint8 (H, W, 3), into a rectangle; `words` say what it is to those who cannot see it."""
        done, encoded = cv2.imencode(".jpg", image_u8_rgb[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
        if not done:
            raise ValueError("the picture could not be encoded")
        self.image(io.BytesIO(encoded.tobytes()), x, y, width, height, alt_text=words)

    def draw_bar(self, x: float, y: float, width: float, share: float, color: Color) -> None:
        """Draw a bar of which `share`, 0-1, is filled."""
        self.set_fill_color(*TRACK)
        self.rect(x, y, width, 1.6, style="F")
        if share > 0:
            self.set_fill_color(*color)
            self.rect(x, y, max(width * share, 0.2), 1.6, style="F")

    def draw_icon(self, kind: str, x: float, y: float, size: float, color: Color) -> None:
        """Outlines that are told apart without colour: triangle HIGH, diamond MEDIUM, circle LOW, square anything else."""
        self.set_draw_color(*color)
        self.set_line_width(0.8)
        middle, right, bottom = x + size / 2, x + size, y + size
        if kind == "HIGH":
            self.polygon([(middle, y), (right, bottom), (x, bottom)])
        elif kind == "MEDIUM":
            self.polygon([(middle, y), (right, y + size / 2), (middle, bottom), (x, y + size / 2)])
        elif kind == "LOW":
            self.ellipse(x, y, size, size)
        else:
            self.rect(x, y, size, size)
        sign = {"HIGH": "!", "MEDIUM": "!", "LOW": "–"}.get(kind, "?")
        lift = 0.12 * size if kind == "HIGH" else 0.0
        points = 0.5 * size / _MM_PER_POINT
        self.write_text(sign, x, y + lift + (size - _line_mm(points)) / 2, size, points, True, color, "C")

    def draw_line(self, y: float) -> None:
        """A thin line from margin to margin."""
        self.set_draw_color(*LINE)
        self.set_line_width(0.25)
        self.line(MARGIN_MM, y, WIDTH_MM - MARGIN_MM, y)

    def _letters(self, points: float, bold: bool, color: Color) -> None:
        self.set_font(_FAMILY, "B" if bold else "", points)
        self.set_text_color(*color)


def _line_mm(points: float) -> float:
    return points * _MM_PER_POINT * _LINE
