"""Import Gradio without the type stubs that it writes: it starts two of five seconds sooner.

For each of its components Gradio parses the component's source and writes a .pyi file beside it, every time it is imported.
That helps an editor, and not a server, whose packages often may not be written to. There is no setting for it; but a class
whose source file cannot be named gets no stub.
"""

import inspect
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def no_stub_files() -> Iterator[None]:
    """In this block, Gradio cannot name the source files of its own classes."""
    getfile = inspect.getfile

    def refuse_gradio(item: Any) -> str:
        if isinstance(item, type) and item.__module__.split(".")[0] == "gradio":
            raise OSError("no stub file is wanted")
        return getfile(item)

    inspect.getfile = refuse_gradio  # type: ignore[assignment]
    try:
        yield
    finally:
        inspect.getfile = getfile
