"""The report as two buttons under the result. It is written from what the server kept, never from what a browser sends."""

import json
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr

from llm.client import Recommendation
from llm.offline import offline_text
from report.record import Record
from report.words import WORDS
from webapp.handlers import Shown, message_of

Written = Callable[[Record, Recommendation, str], bytes]
# Gradio's download button can only hand out a file that is already there: this one is out of sight, and pressed when
# the file is written.
_PRESS = "() => document.querySelector('.sg-report-file:is(a, button), .sg-report-file a, .sg-report-file button').click()"


def report_buttons(shown: gr.State) -> gr.Row:
    """Add the buttons; the row is hidden until there is a result."""
    with gr.Row(visible=False, elem_classes="sg-report") as row:
        pdf = gr.Button("Report for paper (PDF)", size="md")
        data = gr.Button("All numbers (JSON)", size="md")
    file = gr.DownloadButton(visible="hidden", elem_classes="sg-report-file")
    for button, write in ((pdf, _write_pdf), (data, _write_json)):
        written = button.click(write, shown, file, api_visibility="private", show_progress="hidden")
        written.success(None, js=_PRESS)
    return row


def show_report_buttons(shown: Shown) -> Any:
    """The row of buttons, where there is something to report."""
    return gr.update(visible=shown.record is not None)


def _write_pdf(shown: Shown) -> Iterator[Any]:
    # Imported when it is asked for: the library of PDFs and fonts would make every start slower.
    from report.pdf import build_pdf

    yield from _written(shown, "pdf", build_pdf)


def _write_json(shown: Shown) -> Iterator[Any]:
    yield from _written(shown, "json", _json)


def _json(record: Record, recommendation: Recommendation, language: str) -> bytes:
    content = record.to_json_object(recommendation.text, WORDS[language].disclaimer)
    return json.dumps(content, ensure_ascii=False, indent=2).encode()


def _written(shown: Shown, ending: str, write: Written) -> Iterator[Any]:
    record, language = shown.record, shown.language
    if record is None:
        raise gr.Error("There is no result to report any more; send the photo again.", print_exception=False)
    shown.note_use()
    recommendation = shown.recommendation or Recommendation(offline_text(record.analysis, language), "offline", "")
    content = write(record, recommendation, language)
    # Gradio copies the file into its cache, which it empties, before this goes on and removes the original.
    try:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{record.file_stem}.{ending}"
            path.write_bytes(content)
            yield str(path)
    except OSError as error:
        raise gr.Error(message_of(error), print_exception=False) from error
