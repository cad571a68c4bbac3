"""Numbers and words of the page."""

import pytest

from report.words import Words
from webapp.markup import percent


@pytest.mark.parametrize(
    ("share", "words"),
    [(0.0009, "under 0.1 %"), (0.001, "0.1 %"), (0.034, "3.4 %"), (0.5, "50 %"), (0.95, "95.0 %"), (0.9991, "over 99.9 %")],
)
def test_a_probability_is_finer_near_0_and_1_and_never_certain(share: float, words: str) -> None:
    assert percent(share).replace("\N{NO-BREAK SPACE}", " ") == words


def test_page_and_report_cannot_differ_in_how_they_round(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Words, "percent", lambda _words, share: f"about {share}")
    assert percent(0.5) == "about 0.5"
