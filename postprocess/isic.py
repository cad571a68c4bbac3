"""Rows of an ISIC 2019 submission: `image,MEL,NV,BCC,AK,BKL,DF,VASC,SCC,UNK`, all nine confidences 0-1.

The challenge's ninth class, "none of the others", is what the out-of-distribution score is about. The challenge reads a row
twice: by its largest value, and against a limit of 0.5 in each column. Both must say what the app says, so UNK is such that

    photo refused (score > threshold)    UNK = score / (score + threshold), above 1/2 and above every class
    photo accepted                       2/9 of that, at most 1/9: the largest of eight classes has no less

A clinical photo is accepted whatever its score; above the threshold its UNK stays 1/9. For all other photos UNK grows with the
score throughout, so areas under curves of the column are those of the score. The rest, 1 - UNK, goes to the eight classes in
proportion to their calibrated probabilities.
"""

from collections.abc import Iterable
from pathlib import PureWindowsPath

from postprocess.analysis import Analysis

UNKNOWN = "UNK"
_ACCEPTED_SCALE = 2 / 9
# Always with a point: the challenge refuses whole numbers.
_DIGITS = 8


def isic_header(class_codes: Iterable[str]) -> list[str]:
    """The first line."""
    return ["image", *class_codes, UNKNOWN]


def isic_row(image: str, analysis: Analysis) -> list[str]:
    """One photo.

    Args:
        image: its path or file name; the challenge names a photo by that without folders and ending.
        analysis: what was found.
    """
    unknown = unknown_confidence(analysis)
    classes = ((1 - unknown) * analysis.probs).tolist()
    return [image_name(image), *(f"{value:.{_DIGITS}f}" for value in (*classes, unknown))]


def unknown_confidence(analysis: Analysis) -> float:
    """The value of UNK, 0-1: above 1/2 exactly for photos that are refused."""
    relative = analysis.ood_score / (analysis.ood_score + analysis.ood_threshold)
    return relative if analysis.is_ood else _ACCEPTED_SCALE * min(relative, 1 / 2)


def image_name(path: str) -> str:
    """File name without folders, of any system, and without its ending."""
    return PureWindowsPath(path).stem
