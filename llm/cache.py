"""Texts that were written for the same facts before: asking twice would cost money and change the words."""

import threading
from collections import OrderedDict

MAX_TEXTS = 256


class TextCache:
    """The `MAX_TEXTS` texts that were used last, by what was asked, and what is being asked; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._texts: OrderedDict[str, str] = OrderedDict()
        self._asked: set[str] = set()

    def get(self, question: str) -> str | None:
        """The text for a question, None where there is none."""
        with self._lock:
            if question in self._texts:
                self._texts.move_to_end(question)
            return self._texts.get(question)

    def put(self, question: str, text: str) -> None:
        """Keep a text, and drop the one that was not used for longest where there are too many."""
        with self._lock:
            self._texts[question] = text
            self._texts.move_to_end(question)
            if len(self._texts) > MAX_TEXTS:
                self._texts.popitem(last=False)

    def begin(self, question: str) -> bool:
        """Say that a question is going to be asked; False when someone is asking it now: then do not. Follow with `end`."""
        with self._lock:
            if question in self._asked:
                return False
            self._asked.add(question)
            return True

    def end(self, question: str) -> None:
        """Say that a question is not being asked any more."""
        with self._lock:
            self._asked.discard(question)
