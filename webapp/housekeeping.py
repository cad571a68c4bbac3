"""What a server that runs for months must forget: photos, answers that nobody fetched, sessions of callers who are gone.

Gradio keeps, for each call of a program, a copy of the page's whole configuration (140 KB) and an entry in two lists, of which
one has no end; and an answer that is never fetched for as long as the process lives. The time that a `gr.State` can be given
to live is counted only for one that is an output of a handler, which none here is.
"""

import asyncio
import contextlib
import logging
import time
from collections.abc import AsyncIterator, Iterator
from datetime import datetime
from typing import Any

from webapp.handlers import Shown
from webapp.uploads import SWEEP_SECONDS, UploadFolder

logger = logging.getLogger(__name__)

# A program fetches its answer at once; a page on a slow phone within seconds.
_UNHEARD_SECONDS = 120.0
# Of a session in which nothing is kept: the next call of the same one makes it anew.
_IDLE_SECONDS = 60.0
# Of one whose result may still be looked at; the numbers alone are left of it by then.
_RESULT_SECONDS = 3600.0
# Of the photo in a result. With the time between two rounds, what the page promises: ten minutes.
_PHOTO_SECONDS = 580.0


class Housekeeper:
    """Runs beside the server, in its event loop: nothing that it touches is touched by others meanwhile."""

    def __init__(self, uploads: UploadFolder) -> None:
        self._uploads = uploads
        self._answered_since: dict[str, float] = {}

    @contextlib.asynccontextmanager
    async def lifespan(self, app: Any) -> AsyncIterator[None]:
        """Keep house for a Gradio app while the block runs."""
        task = asyncio.create_task(self._run(app))
        yield
        task.cancel()

    async def _run(self, app: Any) -> None:
        while True:
            await asyncio.sleep(SWEEP_SECONDS)
            try:
                queue = app.get_blocks()._queue
                self._keep_awaited_photos(queue)
                self._uploads.keep_what_comes()
                await asyncio.to_thread(self._uploads.sweep)
                self._forget_answers(queue)
                _forget_photos(app.state_holder)
                _forget_sessions(app.state_holder, queue)
            # Whatever it is, the next round must come.
            except Exception as error:
                logger.error("housekeeping failed", exc_info=error)

    def _keep_awaited_photos(self, queue: Any) -> None:
        """A photo that waits for its turn, or whose batch runs, is in use, however long that takes."""
        for event in list(queue.event_ids_to_events.values()):
            for path in _paths(event.data.data if event.data else None):
                self._uploads.note_use(path)

    def _forget_answers(self, queue: Any) -> None:
        now = time.monotonic()
        sessions = set(queue.pending_event_ids_session) | set(queue.pending_messages_per_session)
        asked = {session: queue.pending_event_ids_session.get(session, set()) for session in sessions}
        answered = {session for session, events in asked.items() if events.isdisjoint(queue.event_ids_to_events)}
        self._answered_since = {session: self._answered_since.get(session, now) for session in answered}
        for session, since in list(self._answered_since.items()):
            # No events left: all answers were fetched.
            if not asked[session] or now - since > _UNHEARD_SECONDS:
                queue.pending_event_ids_session.pop(session, None)
                queue.pending_messages_per_session.pop(session, None)
                del self._answered_since[session]


def _paths(inputs: Any) -> Iterator[str]:
    """Every path in the inputs of a call. By a list of what is left, not by recursion: strangers choose how deep they are."""
    left = [inputs]
    while left:
        part = left.pop()
        if isinstance(part, dict):
            if isinstance(part.get("path"), str):
                yield part["path"]
            left.extend(part.values())
        elif isinstance(part, list):
            left.extend(part)


def _forget_photos(holder: Any) -> None:
    for session in list(holder.session_data.values()):
        for kept in list(session.state_data.values()):
            if isinstance(kept, Shown):
                kept.forget_photo(_PHOTO_SECONDS)


def _forget_sessions(holder: Any, queue: Any) -> None:
    now = datetime.now()
    in_use = {event.session_hash for event in queue.event_ids_to_events.values()}
    for session, state in list(holder.session_data.items()):
        idle = (now - holder.time_last_used[session]).total_seconds() if session in holder.time_last_used else 0.0
        if session not in in_use and idle > (_RESULT_SECONDS if state.state_data else _IDLE_SECONDS):
            with holder.lock:
                holder.session_data.pop(session, None)
                holder.time_last_used.pop(session, None)
