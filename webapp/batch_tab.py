"""The tab for many photos: files, folders or zip files in; a table and CSV files out."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES
from inference.batch import is_photo_name
from webapp.batch import MAX_PHOTOS, BatchPhoto, Upload, analyze_batch, count_batch, tell_apart
from webapp.batch_table import download_links, summary, table_html
from webapp.lanes import BATCH
from webapp.markup import card
from webapp.service import Service
from webapp.uploads import note_use

_SECONDS_BETWEEN_UPDATES = 0.5
_EMPTY = (
    "<div class='sg-empty'><h2>Choose photos, a folder or a zip file</h2><p>You will get a table to sort and to keep.</p></div>"
)
_WAITING = (
    "<div class='sg-batch'><p>Waiting for its turn: one batch is analysed at a time, for all visitors together. "
    "You can stop it here, too.</p></div>"
)
_NOT_DONE = "<div class='sg-empty'><h2>The photos were not analysed</h2><p>Try again in a moment.</p></div>"
_PASSED_OVER = "Everything in this folder was passed over: no file has the ending of a photo or of a zip file."
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
        uploads = _told_apart(files + [upload for upload in folder if _is_wanted(upload)])
        if not uploads:
            yield _without_table("No photos", _PASSED_OVER) if folder else _EMPTY
            return
        photos: list[BatchPhoto] = []
        total, shown_at = count_batch(uploads), 0.0
        yield _progress_html(photos, total)
        results = analyze_batch(self._service, uploads, self._engine, DEFAULT_MC_SAMPLES)
        while not state.stopped and (photo := next(results, None)):
            photos.append(photo)
            if time.monotonic() - shown_at >= _SECONDS_BETWEEN_UPDATES:
                shown_at = time.monotonic()
                yield _progress_html(photos, total)
        yield self._result_html(photos, total, state.stopped)

    def _result_html(self, photos: list[BatchPhoto], total: int, stopped: bool) -> str:
        if not photos:
            words = ("Stopped", "No photo was analysed.") if stopped else ("No photos", "There is no photo in what you sent.")
            return _without_table(*words)
        done = _photos(total) if len(photos) == total else f"Stopped after {len(photos)} of {_photos(total)}"
        if len(photos) == MAX_PHOTOS < total:
            done = f"The first {MAX_PHOTOS} of {total} photos; send the rest by themselves"
        links = download_links(photos, self._service.analyzer(self._engine).spec)
        body = f"<p>{summary(photos)}.</p>{links}{table_html(photos)}"
        return f"<div class='sg-batch' data-say='{done}: {summary(photos)}.'>{card(done, body)}</div>"


def wait(state: BatchRun) -> str:
    """What is shown until the batch gets its turn. From here on it can be stopped."""
    state.stopped = False
    return _WAITING


def stop(state: BatchRun) -> None:
    """Stop after the photo that is being analysed; while the batch waits, before the first."""
    state.stopped = True


def batch_tab(service: Service, engine: str) -> None:
    """Add the tab's content."""
    handlers = BatchHandlers(service, engine)
    state = gr.State(BatchRun())
    with gr.Row(equal_height=False, elem_classes="sg-main"):
        with gr.Column(scale=2, min_width=320, elem_classes="sg-settings"):
            files = uploads_input("Photos or zip files", "multiple")
            folder = uploads_input("Or a folder", "directory")
            with gr.Row():
                start = gr.Button("Analyse all", variant="primary")
                stopper = gr.Button("Stop", variant="secondary")
        with gr.Column(scale=3, min_width=320):
            result = gr.HTML(_EMPTY, apply_default_css=False, elem_classes="sg-html")
    # Not queued: it says that the other one is.
    waiting = start.click(wait, state, result, api_visibility="private", show_progress="hidden", queue=False)
    run = waiting.success(
        handlers.run,
        [files, folder, state],
        result,
        api_visibility="private",
        show_progress="hidden",
        **BATCH,
    )
    run.success(None, js=_ANNOUNCE)
    # Where it was not even let into the queue, "waiting" must not stay there. The reason is shown beside.
    run.failure(lambda: _NOT_DONE, None, result, api_visibility="private", show_progress="hidden", queue=False)
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
    return is_photo_name(upload.name, {".zip"})


def _told_apart(uploads: list[Upload]) -> list[Upload]:
    """For people, who read names; a program has its answers in the order of its photos, and their names as it gave them."""
    names = tell_apart([upload.name for upload in uploads])
    return [upload._replace(name=name) for name, upload in zip(names, uploads, strict=True)]


def _without_table(title: str, words: str) -> str:
    return f"<div class='sg-batch' data-say='{title}. {words}'>{card(title, f'<p>{words}</p>')}</div>"


def _photos(count: int) -> str:
    return f"{count} photo{'' if count == 1 else 's'}"


def _progress_html(photos: list[BatchPhoto], total: int) -> str:
    done = len(photos)
    return (
        f"<div class='sg-batch'><label>{done} of {_photos(total)}{': ' if photos else ''}{summary(photos)}"
        f"<progress max='{total}' value='{done}'></progress></label></div>"
    )
