"""The results of many photos: a table to sort, and files to keep, which are made in the page and never lie on the server."""

import base64
import csv
import io
from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from inference.model_spec import ModelSpec
from llm.offline import DEFAULT_LANGUAGE, advice_level, offline_text
from postprocess.analysis import Analysis, to_json_object
from postprocess.isic import isic_header, isic_row
from postprocess.risk import HIGH, LOW, MEDIUM
from postprocess.table import table_columns, table_row
from webapp.batch import BatchPhoto, tell_apart
from webapp.markup import percent, text

_REFUSED, _FAILED = "cannot be judged", "not analysed"
_RISKS = {HIGH: "high", MEDIUM: "medium", LOW: "low"}
# Of a clinical photo a low risk does not reassure: its advice is MEDIUM's.
_CLINICAL = "without a dermatoscope"
_LOW_CLINICAL = f"low, {_CLINICAL}"
# What needs a doctor first, then what needs another photo.
_ORDER = ("high", "medium", _LOW_CLINICAL, _REFUSED, _FAILED, "low")
_STYLES = {_LOW_CLINICAL: "medium", _REFUSED: "ood", _FAILED: "error"}
_COUNTED = {kind: f"{kind} risk" for kind in _RISKS.values()} | {
    _LOW_CLINICAL: f"low risk {_CLINICAL} (for a doctor to look at in any case)"
}
_TITLES = ("Photo", "Risk", "Probability of cancer", "Likeliest diagnosis", "Certainty")
# A spreadsheet takes a text that starts so for a formula, and runs it.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Of a number the highest is looked for.
_DOWNWARDS_FIRST = ("Probability of cancer", "Certainty")
# Sorts by the column of the button, and the other way round when it is pressed again; what has no value comes last both times.
_SORT = """
const head = this.closest('th'), body = this.closest('table').tBodies[0], place = head.cellIndex;
const upwards = head.ariaSort === 'none' ? !('downwards' in head.dataset) : head.ariaSort === 'descending';
for (const other of head.parentElement.cells) other.ariaSort = 'none';
head.ariaSort = upwards ? 'ascending' : 'descending';
const value = row => row.cells[place].dataset.sort, none = row => value(row) === undefined;
const compare = (a, b) => value(a).localeCompare(value(b), undefined, {numeric: true});
body.append(...[...body.rows].sort((a, b) =>
  none(a) || none(b) ? none(a) - none(b) : upwards ? compare(a, b) : compare(b, a)));
"""


def summary(photos: Sequence[BatchPhoto]) -> str:
    """How many there are of each kind, in words."""
    counts = Counter(map(_kind, photos))
    return ", ".join(f"{counts[kind]} {_COUNTED.get(kind, kind)}" for kind in _ORDER if counts[kind])


def table_html(photos: Sequence[BatchPhoto]) -> str:
    """One row a photo, those first that need a doctor; every column can be sorted by."""
    heads = "".join(
        f"<th scope='col' aria-sort='{'ascending' if title == 'Risk' else 'none'}'"
        f"{' data-downwards' if title in _DOWNWARDS_FIRST else ''}>"
        f'<button type="button" onclick="{text(_SORT)}">{title}</button></th>'
        for title in _TITLES
    )
    rows = "".join(_row(photo) for photo in sorted(photos, key=lambda photo: _ORDER.index(_kind(photo))))
    # The frame scrolls sideways on a narrow screen, so a keyboard must reach it.
    return (
        "<div class='sg-table' tabindex='0' role='region' aria-label='Results'><table>"
        f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def download_links(photos: Sequence[BatchPhoto], spec: ModelSpec) -> str:
    """Links that hold the two CSV files themselves."""
    table = _link("skinglance.csv", table_csv(photos, spec), "Download the table (CSV)")
    return (
        f"<p class='sg-downloads'>{table} {_link('isic.csv', isic_csv(photos, spec), 'Download in the ISIC 2019 format')}</p>"
    )


def table_csv(photos: Sequence[BatchPhoto], spec: ModelSpec) -> str:
    """The table that `python -m inference --csv` writes."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, table_columns(spec.codes), extrasaction="ignore")
    writer.writeheader()
    for photo in photos:
        name = f"'{photo.name}" if photo.name.startswith(_FORMULA_STARTS) else photo.name
        writer.writerow(table_row(batch_record(name, photo, _offline_answer)))
    return buffer.getvalue()


def isic_csv(photos: Sequence[BatchPhoto], spec: ModelSpec) -> str:
    """The photos that were analysed as an ISIC 2019 submission."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(isic_header(spec.codes))
    rows = [isic_row(photo.name, photo.analysis) for photo in photos if photo.analysis]
    # Without folder and ending, photos may be called the same that were not before.
    names = tell_apart([row[0] for row in rows])
    writer.writerows([name, *row[1:]] for name, row in zip(names, rows, strict=True))
    return buffer.getvalue()


def batch_record(name: str, photo: BatchPhoto, answer: Callable[[Analysis], dict[str, Any]]) -> dict[str, Any]:
    """The JSON object of one photo, as `python -m inference --json` prints it; `answer` makes the API's of an analysis."""
    if photo.analysis is None:
        return {"image": name, "error": photo.error}
    return {"image": name} | answer(photo.analysis)


def _offline_answer(analysis: Analysis) -> dict[str, Any]:
    return to_json_object(analysis, offline_text(analysis, DEFAULT_LANGUAGE))


def _kind(photo: BatchPhoto) -> str:
    if photo.analysis is None:
        return _FAILED
    if photo.analysis.is_ood:
        return _REFUSED
    level = photo.analysis.risk_level
    return _RISKS[level] if advice_level(photo.analysis) == level else _LOW_CLINICAL


def _row(photo: BatchPhoto) -> str:
    kind, analysis = _kind(photo), photo.analysis
    first = f"{_cell(text(photo.name), text(photo.name), 'th')}{_cell(_badge(photo), str(_ORDER.index(kind)))}"
    if analysis is None:
        return f"<tr>{first}{_words(photo.error or '')}</tr>"
    if analysis.is_ood:
        # No number beside "cannot be judged": it would be read as an answer.
        return f"<tr>{first}{_words('Too unlike the photos that the model learned from.')}</tr>"
    cells = (
        _cell(percent(analysis.cancer_probability), f"{analysis.cancer_probability:.6f}"),
        _cell(text(analysis.class_names[analysis.predicted]), text(analysis.class_names[analysis.predicted])),
        _cell(
            f"{analysis.certainty_level.lower()} <small>{analysis.certainty_score:.0f}</small>",
            f"{analysis.certainty_score:.2f}",
        ),
    )
    return f"<tr>{first}{''.join(cells)}</tr>"


def _badge(photo: BatchPhoto) -> str:
    kind, analysis = _kind(photo), photo.analysis
    style = _STYLES.get(kind, kind)
    if analysis is None or not analysis.is_clinical:
        return f"<span class='sg-badge sg-{style}'>{kind}</span>"
    # The badge cannot be broken into lines; the words beside it can.
    return f"<span class='sg-badge sg-{style}'>{_RISKS[analysis.risk_level]}</span>, <small>{_CLINICAL}</small>"


def _words(words: str) -> str:
    """A sentence in place of the numbers; it has nothing to sort by, nor have the cells of the columns that it covers."""
    empty = "<td hidden></td>"
    return f"<td colspan='3'>{text(words)}</td>{empty}{empty}"


def _cell(shown: str, sort: str, tag: str = "td") -> str:
    return f"<{tag}{' scope=row' if tag == 'th' else ''} data-sort='{sort}'>{shown}</{tag}>"


def _link(name: str, content: str, words: str) -> str:
    data = base64.b64encode(content.encode()).decode()
    return f"<a class='sg-download' download='{name}' href='data:text/csv;base64,{data}'>{words}</a>"
