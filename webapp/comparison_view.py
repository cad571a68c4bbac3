"""Two photos of one lesion as HTML: what changed, in words first, and never a change that may be the model's wavering."""

import cv2
import numpy as np

from inference.alignment import Alignment, lay_over
from llm.offline import advice_level
from postprocess.analysis import Analysis
from postprocess.comparison import BEYOND, WITHIN, Comparison
from postprocess.heatmap import overlay
from postprocess.risk import HIGH, LOW, MEDIUM
from webapp.markup import card, note, percent, text
from webapp.photo_view import photo_cautions
from webapp.pictures import data_url
from webapp.risk_view import RISK_MEANINGS, RISK_TITLES
from webapp.service import Examined

EMPTY_COMPARISON = (
    "<div class='sg-empty'><h2>Choose two photos of the same spot</h2><p>You will see both results side by side, what changed "
    "between them, and whether the change is more than the model's own uncertainty.</p></div>"
)
_CAUTION = (
    "This compares two answers of a model, not the spot itself: light, focus and pressure change an answer too. "
    "If you see or feel a change, show the spot to a doctor, whatever stands here."
)
_OTHER_KIND = "Photos of different kinds"
_OTHER_KIND_WORDS = (
    "One was taken through a dermatoscope, the other without: what differs between the answers may be only that, and no change."
)
_SIDE = 448
# Differences below a tenth of a percentage point are shown as none.
_NONE = 0.0005


def comparison_html(
    first: Examined, second: Examined, change: Comparison, alignment: Alignment | None, days: int | None, full_scale: float
) -> str:
    """The whole comparison; `days` between the photos, None where unknown."""
    title, words = _summary(first.analysis, second.analysis, change, days)
    level = _higher(advice_level(first.analysis), advice_level(second.analysis))
    # What to do about the spot does not depend on whether it changed.
    meaning = RISK_MEANINGS[level]
    banner = (
        f"<section class='sg-banner {_tone(level, change)}'><div><h2>{title}</h2><p>{words}</p>"
        f"<p><strong>{meaning}</strong></p><p>{_CAUTION}</p></div></section>"
    )
    return (
        f"<div class='sg-result' data-say='{title}. {words} {meaning}'>{banner}"
        f"<div class='sg-columns'>{_side('First photo', first.analysis)}{_side('Second photo', second.analysis)}</div>"
        f"{_classes(first.analysis, second.analysis, change)}{_heat_maps(first, second, alignment, full_scale)}</div>"
    )


def _higher(first: str, second: str) -> str:
    """Of one spot the photo that looks worse counts."""
    return max(first, second, key=(LOW, MEDIUM, HIGH).index)


def _tone(level: str, change: Comparison) -> str:
    if level != LOW:
        return f"sg-{level.lower()}"
    # Never green: nothing here shows that a spot is harmless.
    return "sg-medium" if change.certainty == BEYOND and change.cancer_change > 0 else "sg-error"


def _summary(first: Analysis, second: Analysis, change: Comparison, days: int | None) -> tuple[str, str]:
    span = "" if days is None else f" in {days} day{'' if days == 1 else 's'}"
    before, now = percent(first.cancer_probability), percent(second.cancer_probability)
    numbers = f"The probability of cancer went from {before} to {now}{span}."
    if change.certainty == BEYOND:
        title = f"The model rates the second photo {'higher' if change.cancer_change > 0 else 'lower'}"
        words = f"{numbers} This is more than the repeated runs of each photo differ among themselves."
    elif change.certainty == WITHIN:
        title = "Another risk level, but within the uncertainty" if change.risk_changed else "No change that the model can tell"
        words = f"{numbers} This is within the uncertainty: the repeated runs of the two photos overlap."
    else:
        title = "The uncertainty was not measured"
        words = f"{numbers} Without repeated runs nobody can say whether this is a change."
    if change.risk_changed:
        levels = (RISK_TITLES[analysis.risk_level].lower() for analysis in (first, second))
        words += " The level went from {} to {}.".format(*levels)
    if first.is_clinical != second.is_clinical:
        return _OTHER_KIND, f"{_OTHER_KIND_WORDS} {words}"
    return title, words


def _side(title: str, analysis: Analysis) -> str:
    interval = ""
    if analysis.uncertainty is not None:
        low, high = (percent(bound) for bound in analysis.uncertainty.cancer_interval)
        interval = f"<p>At least 9 of 10 repeated runs gave {low} to {high}.</p>"
    level = f"sg-{advice_level(analysis).lower()}"
    about_the_photo = "".join(f"<p>{sentence}</p>" for sentence in photo_cautions(analysis))
    return card(
        title,
        f"<p><span class='sg-level {level}'>{RISK_TITLES[analysis.risk_level]}</span></p>"
        f"<p class='sg-number'>{percent(analysis.cancer_probability)} <span class='sg-aside'>probability of cancer</span></p>"
        f"{interval}<p>Most like {text(analysis.class_names[analysis.predicted].lower())} "
        f"({percent(float(analysis.probs[analysis.predicted]))}); certainty {analysis.certainty_level.lower()}.</p>"
        f"{about_the_photo}",
    )


def _classes(first: Analysis, second: Analysis, change: Comparison) -> str:
    order = np.argsort(-np.abs(change.probs_change), kind="stable")
    rows = "".join(
        f"<tr><th scope='row'>{text(first.class_names[label])}</th><td>{percent(float(first.probs[label]))}</td>"
        f"<td>{percent(float(second.probs[label]))}</td><td>{_points(float(change.probs_change[label]))}</td></tr>"
        for label in order
    )
    return card(
        "Change of each diagnosis",
        "<div class='sg-scroll' tabindex='0' role='region' aria-label='Change of each diagnosis'><table class='sg-changes'>"
        "<thead><tr><th scope='col'>Diagnosis</th><th scope='col'>First</th><th scope='col'>Second</th>"
        f"<th scope='col'>Change</th></tr></thead><tbody>{rows}</tbody></table></div>"
        + note("Changes in percentage points, the largest first."),
    )


def _points(change: float) -> str:
    if abs(change) < _NONE:
        return "0"
    return f"{'+' if change > 0 else '−'}{100 * abs(change):.1f}"


def _heat_maps(first: Examined, second: Examined, alignment: Alignment | None, full_scale: float) -> str:
    """Both heat maps on one scale; the second laid where the first lies, where that can be believed."""
    pictures = [_enlarged(examined.seen_u8_rgb) for examined in (first, second)]
    maps = [_enlarged(examined.analysis.heatmap) for examined in (first, second)]
    words = "The photos could not be aligned believably: the second is shown as it was taken. Compare places with care."
    if alignment is not None:
        pictures[1], maps[1] = (
            _enlarged(lay_over(layer, alignment, first.seen_u8_rgb.shape[:2])) for layer in (second.seen_u8_rgb, _grown(second))
        )
        words = "The second photo was turned, moved and scaled onto the first; white is what it does not show."
    highest = [100 * float(examined.analysis.heatmap.max()) for examined in (first, second)]
    titles = ("First photo", "Second photo")
    figures = "".join(
        _figure(title, overlay(picture, heat, full_scale), peak)
        for title, picture, heat, peak in zip(titles, pictures, maps, highest, strict=True)
    )
    scale = f"Both on the same scale: full colour from {100 * full_scale:.2f} percentage points of cancer probability."
    return card("What the model looked at", f"<div class='sg-pictures'>{figures}</div><p>{words}</p>{note(scale)}")


def _figure(title: str, image_u8_rgb: np.ndarray, highest: float) -> str:
    return (
        f"<figure><div class='sg-frame'><img alt='{title}, heat map' src='{data_url(image_u8_rgb)}'></div>"
        f"<figcaption>{title}: highest {highest:.2f} percentage points.</figcaption></figure>"
    )


def _grown(examined: Examined) -> np.ndarray:
    """The heat map at the size of the photo, as `overlay` would grow it."""
    height, width = examined.seen_u8_rgb.shape[:2]
    return cv2.resize(examined.analysis.heatmap, (width, height), interpolation=cv2.INTER_LINEAR)


def _enlarged(layer: np.ndarray) -> np.ndarray:
    return cv2.resize(layer, (_SIDE, _SIDE), interpolation=cv2.INTER_LINEAR)
