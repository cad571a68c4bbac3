"""The report as one page of PDF: what the page of the app shows, in the reader's language, for paper.

Of a photo that cannot be judged it states no risk and no probability: on paper nothing can be folded away.
"""

import numpy as np

from llm.client import Recommendation
from llm.offline import advice_level
from llm.texts import PREMALIGNANT, TEXTS
from postprocess.analysis import Analysis
from postprocess.heatmap import overlay
from report.cautions import cautions
from report.record import Record
from report.sheet import BENIGN, CANCER, HEIGHT_MM, INK, MARGIN_MM, SOFT, WIDTH_MM, Color, Sheet
from report.words import WORDS, Words

_INNER_MM = WIDTH_MM - 2 * MARGIN_MM
_GAP_MM = 8.0
_COLUMN_MM = (_INNER_MM - _GAP_MM) / 2
# Of a row: one line, beside its value.
NAME_MM, NAME_POINTS = _COLUMN_MM - 22, 8
_BANNER_MM = 27.0
_PICTURE_MM = 66.0
_FOOT_MM = 17.0
# The text is read by people who may have forgotten their glasses: small only when a language model was wordy.
_LARGEST_POINTS, _SMALLEST_POINTS = 10.0, 6.0
# (letters, background) of a level, as in the style sheet.
_LEVEL_COLORS: dict[str, tuple[Color, Color]] = {
    "HIGH": ((166, 27, 27), (253, 241, 239)),
    "MEDIUM": ((138, 75, 6), (253, 245, 228)),
    "LOW": ((13, 102, 95), (236, 247, 244)),
    "OOD": ((76, 58, 146), (243, 241, 251)),
}


def build_pdf(record: Record, recommendation: Recommendation, language: str) -> bytes:
    """Lay out the report of one analysis.

    Args:
        recommendation: what to do next, written in `language`.
        language: one of `report.words.WORDS`.

    Returns:
        A PDF of exactly one page of A4.

    Raises:
        ValueError: the recommendation is too long for a page.
    """
    words, analysis = WORDS[language], record.analysis
    sheet = Sheet(language, words.title)
    sheet.set_creation_date(record.made)
    y = _header(sheet, record, words)
    y = _banner(sheet, analysis, words, y)
    below = _cautions(sheet, analysis, words, y) + 6
    # What is said more takes its room from the pictures, not from the advice.
    y = _pictures(sheet, record, words, below, _PICTURE_MM - (below - y - 6)) + 5
    if not analysis.is_ood:
        left = _diagnoses(sheet, analysis, words, language, y)
        y = max(left, _certainty(sheet, record, words, language, y)) + 4
    _advice(sheet, recommendation, words, y)
    _footer(sheet, analysis, words)
    return bytes(sheet.output())


def _header(sheet: Sheet, record: Record, words: Words) -> float:
    made = words.made.format(date=f"{record.made:%Y-%m-%d %H:%M} UTC", identifier=record.identifier)
    sheet.write_text("SkinGlanceCare", MARGIN_MM, 13, 60, 15, bold=True, color=BENIGN)
    sheet.write_text(made, MARGIN_MM + 60, 14.5, _INNER_MM - 60, 8.5, color=SOFT, align="R")
    return sheet.write_text(words.title, MARGIN_MM, 20.5, _INNER_MM, 10, color=SOFT) + 3


def _banner(sheet: Sheet, analysis: Analysis, words: Words, y: float) -> float:
    # As on the page: a low risk without a dermatoscope is not shown in green.
    kind = "OOD" if analysis.is_ood else advice_level(analysis)
    color, background = _LEVEL_COLORS[kind]
    sheet.set_fill_color(*background)
    sheet.rect(MARGIN_MM, y, _INNER_MM, _BANNER_MM, style="F")
    sheet.set_fill_color(*color)
    sheet.rect(MARGIN_MM, y, 2, _BANNER_MM, style="F")
    sheet.draw_icon(kind, MARGIN_MM + 8, y + 7, 13, color)
    left = MARGIN_MM + 28
    if analysis.is_ood:
        distance, limit = (words.number(value, 2) for value in (analysis.ood_score, analysis.ood_threshold))
        below = sheet.write_text(words.not_judged, left, y + 4, _INNER_MM - 32, 15, bold=True, color=color)
        reason = words.not_judged_reason.format(distance=distance, limit=limit)
        sheet.write_text(reason, left, below + 0.5, _INNER_MM - 32, 8.5)
        return y + _BANNER_MM
    title = words.risk[analysis.risk_level]
    sheet.write_text(title, left, y + 9, 62, 17, bold=True, color=color)
    left, width = MARGIN_MM + 92, _INNER_MM - 95
    below = sheet.write_text(words.cancer_probability, left, y + 2.5, width, 9)
    below = sheet.write_text(words.percent(analysis.cancer_probability), left, below, width, 20, bold=True)
    sheet.write_text(_interval(analysis, words), left, below, width, 8, color=SOFT)
    return y + _BANNER_MM


def _interval(analysis: Analysis, words: Words) -> str:
    sampled = analysis.uncertainty
    if sampled is None:
        return words.no_interval
    low, high = (words.percent(bound) for bound in sampled.cancer_interval)
    return words.interval.format(low=low, high=high, runs=sampled.samples)


def _cautions(sheet: Sheet, analysis: Analysis, words: Words, y: float) -> float:
    sentences = cautions(analysis, words)
    if not sentences:
        return y
    return sheet.write_text(" ".join(sentences), MARGIN_MM, y + 2, _INNER_MM, 8.5, bold=True, color=_LEVEL_COLORS["MEDIUM"][0])


def _pictures(sheet: Sheet, record: Record, words: Words, y: float, picture_mm: float) -> float:
    """Photo and heat map side by side, captions below; of a photo that cannot be judged, the photo alone."""
    photo, heatmap = record.photo_u8_rgb, record.analysis.heatmap
    height, width = photo.shape[:2]
    scale = min(_COLUMN_MM / width, picture_mm / height)
    caption = words.photo if abs(width - height) <= 2 else words.photo_square
    top = y + (picture_mm - height * scale) / 2
    sheet.draw_picture(photo, MARGIN_MM, top, width * scale, height * scale, caption)
    if width != height:
        _mark_square(sheet, MARGIN_MM, top, width * scale, height * scale)
    below = sheet.write_text(caption, MARGIN_MM, y + picture_mm + 1, _COLUMN_MM, 7.5, color=SOFT)
    # Beside a photo that cannot be judged a heat map would be taken for a finding.
    if record.analysis.is_ood:
        return below
    right, full_scale = MARGIN_MM + _COLUMN_MM + _GAP_MM, record.heatmap_full_scale
    peak, full = (words.number(100 * value, 2) for value in (float(heatmap.max()), full_scale))
    caption = words.heat_map.format(peak=peak, full=full)
    sheet.draw_picture(overlay(_enlarged(record.seen_u8_rgb), heatmap, full_scale), right, y, picture_mm, picture_mm, caption)
    return max(below, sheet.write_text(caption, right, y + picture_mm + 1, _COLUMN_MM, 7.5, color=SOFT))


def _mark_square(sheet: Sheet, x: float, y: float, width: float, height: float) -> None:
    side = min(width, height)
    left, top = x + (width - side) / 2, y + (height - side) / 2
    for color, thickness in (((0, 0, 0), 0.7), ((255, 255, 255), 0.35)):
        sheet.set_draw_color(*color)
        sheet.set_line_width(thickness)
        sheet.rect(left, top, side, side)


def _enlarged(seen_u8_rgb: np.ndarray) -> np.ndarray:
    """Twice the size, so that the colours of the heat map run smoothly on paper."""
    return seen_u8_rgb.repeat(2, axis=0).repeat(2, axis=1)


def _diagnoses(sheet: Sheet, analysis: Analysis, words: Words, language: str, y: float) -> float:
    names = TEXTS[language].names
    y = sheet.write_text(words.diagnoses, MARGIN_MM, y, _COLUMN_MM, 10.5, bold=True) + 1
    for label in sorted(range(len(analysis.probs)), key=lambda label: -analysis.probs[label]):
        cancer, share = analysis.is_cancer[label], float(analysis.probs[label])
        code = analysis.class_codes[label]
        tag = f" ({words.counted if code == PREMALIGNANT else words.cancer})" if cancer else ""
        y = _row(sheet, MARGIN_MM, y, names[code] + tag, words.percent(share), share, CANCER if cancer else BENIGN)
    return sheet.write_text(words.counted_note, MARGIN_MM, y + 0.4, _COLUMN_MM, 7, color=SOFT)


def _certainty(sheet: Sheet, record: Record, words: Words, language: str, y: float) -> float:
    analysis = record.analysis
    left, score = MARGIN_MM + _COLUMN_MM + _GAP_MM, words.score.format(score=f"{analysis.certainty_score:.0f}")
    y = sheet.write_text(words.certainty, left, y, _COLUMN_MM, 10.5, bold=True)
    y = sheet.write_text(f"{words.certainty_levels[analysis.certainty_level]}, {score}", left, y, _COLUMN_MM, 9) + 1.4
    for name, share in analysis.certainty_parts._asdict().items():
        # Without repeated runs the clear lead stands in for it in the score; as a row it would look measured.
        if name == "prediction_stability" and analysis.uncertainty is None:
            continue
        y = _row(sheet, left, y, words.parts[name], f"{100 * share:.0f}", share, BENIGN)
    names = [TEXTS[language].names[analysis.class_codes[label]] for label in analysis.prediction_set]
    y = sheet.write_text(words.not_ruled_out.format(names=", ".join(names)), left, y + 0.6, _COLUMN_MM, 8, bold=True)
    return sheet.write_text(_promise(record, words), left, y + 0.4, _COLUMN_MM, 7, color=SOFT)


def _promise(record: Record, words: Words) -> str:
    promise = words.promise.format(coverage=f"{100 * record.analysis.coverage:.0f}")
    if record.measured_coverage is None:
        return promise
    low, high = (f"{100 * share:.0f}" for share in record.measured_coverage)
    return f"{promise} {words.measured.format(low=low, high=high)}"


def _row(sheet: Sheet, x: float, y: float, name: str, value: str, share: float, color: Color) -> float:
    sheet.write_text(name, x, y, NAME_MM, NAME_POINTS)
    sheet.write_text(value, x + _COLUMN_MM - 30, y, 30, 8, align="R")
    sheet.draw_bar(x, y + 4, _COLUMN_MM, share, color)
    return y + 6.3


def _advice(sheet: Sheet, recommendation: Recommendation, words: Words, y: float) -> None:
    sheet.draw_line(y)
    y = sheet.write_text(words.next_step, MARGIN_MM, y + 2.5, _INNER_MM, 10.5, bold=True) + 0.5
    source_mm = 4.0 if recommendation.source == "llm" else 0.0
    left_mm = HEIGHT_MM - _FOOT_MM - 2 - source_mm - y
    points = sheet.fitting_points(recommendation.text, _INNER_MM, left_mm, _LARGEST_POINTS, _SMALLEST_POINTS)
    y = sheet.write_text(recommendation.text, MARGIN_MM, y, _INNER_MM, points)
    if source_mm:
        sheet.write_text(words.written_by_model, MARGIN_MM, y + 0.3, _INNER_MM, 7, color=SOFT)


def _footer(sheet: Sheet, analysis: Analysis, words: Words) -> None:
    y = HEIGHT_MM - _FOOT_MM
    sheet.draw_line(y)
    distance, limit = (words.number(value, 2) for value in (analysis.ood_score, analysis.ood_threshold))
    y = sheet.write_text(words.disclaimer, MARGIN_MM, y + 1.8, _INNER_MM, 8, bold=True, color=INK)
    # A number, not a word: it stands in all languages.
    engine = analysis.engine if analysis.views == 1 else f"{analysis.engine}, {analysis.views}\N{MULTIPLICATION SIGN}"
    technical = words.technical.format(model=analysis.model_version, engine=engine, distance=distance, limit=limit)
    sheet.write_text(technical, MARGIN_MM, y + 0.6, _INNER_MM, 7, color=SOFT)
