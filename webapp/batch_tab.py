"""The tab for many photos: files, folders or zip files in; a table and CSV files out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES
from inference.batch import PHOTO_ENDINGS
from webapp.batch import MAX_PHOTOS, BatchPhoto, Upload, analyze_batch, count_batch
from webapp.batch_table import download_links, summary, table_html
from webapp.markup import card
from webapp.service import Service
from webapp.uploads import note_use

# One at a time: a batch takes as much of the machine as it gets.
BATCH = "batch"
_STATE_SECONDS = 3600
_SECONDS_BETWEEN_UPDATES = 0.5
_EMPTY = (
    "<div class='sg-empty'><h2>Choose photos, a folder or a zip file</h2><p>You will get a table to sort and to keep.</p></div>"
)
_ANNOUNCE = """() => {
  const result = document.querySelector('.sg-batch[data-say]');
  document.getElementById('sg-live').textContent = result ? result.dataset.say : '';
}"""


@dataclass
class BatchRun:
    """What a visitor's batch is told. Lives on the server."""

    stopped: bool = False


class BatchHandlers:
    """The tab's handlers over a service."""

    def __init__(self, service: Service, engine: str) -> None:
        self._service = service
        self._engine = engine

    def run(self, files: list[Upload], folder: list[Upload], state: BatchRun) -> Iterator[str]:
        """Progress as HTML while photos are analysed, then the table; what is done by then when it is stopped."""
        state.stopped = False
        uploads = files + [upload for upload in folder if _is_wanted(upload)]
        if not uploads:
            yield _EMPTY
            return
        total, photos, shown_at = count_batch(uploads), [], 0.0
        for photo in analyze_batch(self._service, uploads, self._engine, DEFAULT_MC_SAMPLES):
            photos.append(photo)
            if state.stopped:
                break
            if time.monotonic() - shown_at >= _SECONDS_BETWEEN_UPDATES:
                shown_at = time.monotonic()
                yield _progress_html(photos, total)
        yield self._result_html(photos, total)

    def _result_html(self, photos: list[BatchPhoto], total: int) -> str:
        if not photos:
            empty = card("No photos", "<p>There is no photo in what you sent.</p>")
            return f"<div class='sg-batch' data-say='No photos.'>{empty}</div>"
        done = f"{total} photos" if len(photos) == total else f"Stopped after {len(photos)} of {total} photos"
        if len(photos) == MAX_PHOTOS < total:
            done = f"The first {MAX_PHOTOS} of {total} photos; send the rest by themselves"
        links = download_links(photos, self._service.analyzer(self._engine).spec)
        body = f"<p>{summary(photos)}.</p>{links}{table_html(photos)}"
        return f"<div class='sg-batch' data-say='{done}: {summary(photos)}.'>{card(done, body)}</div>"


def stop(state: BatchRun) -> None:
    """Stop after the photo that is being analysed."""
    state.stopped = True


def batch_tab(service: Service, engine: str) -> None:
    """Add the tab's content."""
    handlers = BatchHandlers(service, engine)
    state = gr.State(BatchRun(), time_to_live=_STATE_SECONDS)
    with gr.Row(equal_height=False, elem_classes="sg-main"):
        with gr.Column(scale=2, min_width=320, elem_classes="sg-settings"):
            files = uploads_input("Photos or zip files", "multiple")
            folder = uploads_input("Or a folder", "directory")
            with gr.Row():
                start = gr.Button("Analyse all", variant="primary")
                stopper = gr.Button("Stop", variant="secondary")
        with gr.Column(scale=3, min_width=320):
            result = gr.HTML(_EMPTY, apply_default_css=False, elem_classes="sg-html")
    run = start.click(
        handlers.run,
        [files, folder, state],
        result,
        api_visibility="private",
        show_progress="hidden",
        concurrency_id=BATCH,
        concurrency_limit=1,
    )
    run.success(None, js=_ANNOUNCE)
    stopper.click(stop, state, None, api_visibility="private", queue=False)


def uploads_input(label: str, file_count: Any) -> gr.File:
    """An upload of many files that hands over their own names and where they lie."""
    chosen = gr.File(label=label, file_count=file_count, height=160, elem_classes="sg-upload")
    # Gradio would give paths alone, whose names it has changed, and leave an empty file behind for each.
    chosen.preprocess = _uploads  # type: ignore[method-assign, assignment]
    return chosen


def _uploads(payload: Any) -> list[Upload]:
    """Gradio has checked that the files lie in its upload folder."""
    if payload is None:
        return []
    files = getattr(payload, "root", payload)
    return [_upload(file) for file in (files if isinstance(files, list) else [files])]


def _upload(file: Any) -> Upload:
    if not file.path:
        raise gr.Error("Send each photo as a file.", print_exception=False)
    note_use(file.path)
    # The name that a client claims: without folders.
    return Upload(PureWindowsPath(file.orig_name or file.path).name, Path(file.path))


def _is_wanted(upload: Upload) -> bool:
    """Of a folder, photos and zip files only: nobody chose the other files in it."""
    return Path(upload.name).suffix.lower() in PHOTO_ENDINGS | {".zip"}


def _progress_html(photos: list[BatchPhoto], total: int) -> str:
    done = len(photos)
    return (
        f"<div class='sg-batch'><label>{done} of {total} photos: {summary(photos)}"
        f"<progress max='{total}' value='{done}'></progress></label></div>"
    )
