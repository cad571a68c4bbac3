"""Import much without Python's search for cycles: an eighth of the processor time of importing Gradio went into it.

Modules, classes and functions are made by the hundred thousand then, nearly all of them to stay, and they are gone through
again and again. What is there in the end is set aside for good: no later search, while a visitor waits, goes through it.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def no_collection() -> Iterator[None]:
    """In this block, nothing is collected; what it leaves is not looked at again."""
    gc.disable()
    try:
        yield
        gc.freeze()
    finally:
        gc.enable()
