"""How many calls of a kind run at once: each kind waits in a lane of its own.

Gradio gives a lane the lowest limit that any of its events names, and an event that names none counts as 1; so all events of
a lane hand over the same two arguments.
"""

from typing import TypedDict


class Lane(TypedDict):
    """Arguments of a Gradio event."""

    concurrency_id: str
    concurrency_limit: int


# Analyses share the processor; the language model is another machine's work.
ANALYSIS = Lane(concurrency_id="analysis", concurrency_limit=2)
LANGUAGE_MODEL = Lane(concurrency_id="language model", concurrency_limit=8)
# One at a time: a batch takes as much of the machine as it gets.
BATCH = Lane(concurrency_id="batch", concurrency_limit=1)
