"""One call of the service within its limits in time, which hold whatever the service does.

The call runs in an event loop of its own, in a thread of its own. A read timeout alone would start anew with every byte
of a service that sends one a second; a cancelled task ends wherever it is (name look-up, TLS, headers, body), and its
connection is closed with it. The caller needs no event loop, and may have one.
"""

import asyncio
import contextlib
import queue
import threading
import time
from collections.abc import Callable, Generator

from openai import APIConnectionError

from llm.errors import NoTextError
from llm.service import ask
from llm.settings import LlmSettings

# How long after `total_s` the thread is given up; it never takes that long unless the whole machine stands still.
_GRACE_S = 2.0

_Event = str | Exception | None


def stream_pieces(messages: list[dict[str, str]], settings: LlmSettings) -> Generator[str]:
    """Yield the pieces of the answer as they come; returns only after the service has said that it is whole.

    Closing the iterator ends the call and closes its connection.

    Raises:
        NoTextError: the service cannot be reached, refuses, is too slow, or its answer cannot be used.
    """
    events: queue.SimpleQueue[_Event] = queue.SimpleQueue()
    loop = asyncio.new_event_loop()
    task = loop.create_task(_put_pieces(messages, settings, events.put))
    threading.Thread(target=_run, args=(loop, task), name="llm", daemon=True).start()
    give_up_at = time.monotonic() + settings.total_s + _GRACE_S
    try:
        while True:
            try:
                event = events.get(timeout=max(0.0, give_up_at - time.monotonic()))
            except queue.Empty:
                raise NoTextError("too slow") from None
            if event is None:
                return
            if isinstance(event, Exception):
                raise event
            yield event
    finally:
        # RuntimeError: the loop is closed, because the call has ended by itself.
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(task.cancel)


def _run(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    try:
        # Cancelled: nobody listens any more.
        with contextlib.suppress(asyncio.CancelledError):
            loop.run_until_complete(task)
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        loop.close()


async def _put_pieces(messages: list[dict[str, str]], settings: LlmSettings, put: Callable[[_Event], None]) -> None:
    """Put every piece, and at the end None or the error."""
    loop = asyncio.get_running_loop()
    try:
        async with asyncio.timeout(settings.total_s), asyncio.timeout(settings.first_word_s) as pause:
            async for piece in ask(messages, settings):
                pause.reschedule(loop.time() + settings.next_word_s)
                put(piece)
        put(None)
    except NoTextError as error:
        put(error)
    except TimeoutError:
        put(NoTextError("too slow"))
    except APIConnectionError:
        put(NoTextError("not reachable"))
    # JSON, encodings, shapes that the library trips over: a service can get anything wrong.
    except Exception:
        put(NoTextError("not understood"))
