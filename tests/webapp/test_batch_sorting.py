"""The table of many photos sorted in a real browser."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.analyses import make_analysis
from webapp.batch import BatchPhoto
from webapp.batch_table import table_html

_PHOTOS = [
    BatchPhoto("five.jpg", make_analysis(cancer_probability=0.05, certainty_score=9.5), None),
    BatchPhoto("refused.jpg", make_analysis(ood_score=9.0), None),
    BatchPhoto("ninety.jpg", make_analysis(cancer_probability=0.9, certainty_score=80.0), None),
    BatchPhoto("broken.jpg", None, "Bad file."),
    BatchPhoto("forty.jpg", make_analysis(cancer_probability=0.4, certainty_score=100.0), None),
]
_WITHOUT_RESULT = {"refused.jpg", "broken.jpg"}


@pytest.fixture
def table(browser: Browser) -> Iterator[Page]:
    page = browser.new_page()
    page.set_content(table_html(_PHOTOS))
    yield page
    page.close()


def _sort(page: Page, title: str) -> tuple[str | None, list[str]]:
    button = page.get_by_role("button", name=title)
    button.click()
    return button.locator("xpath=..").get_attribute("aria-sort"), page.locator("tbody th").all_inner_texts()


@pytest.mark.parametrize(
    ("title", "highest_first"),
    [
        ("Probability of cancer", ["ninety.jpg", "forty.jpg", "five.jpg"]),
        ("Certainty", ["forty.jpg", "ninety.jpg", "five.jpg"]),
    ],
)
def test_numbers_start_with_the_highest_and_photos_without_one_are_last_both_ways(
    table: Page, title: str, highest_first: list[str]
) -> None:
    for order, expected in (("descending", highest_first), ("ascending", highest_first[::-1]), ("descending", highest_first)):
        found, names = _sort(table, title)
        assert found == order
        assert names[:3] == expected
        assert set(names[3:]) == _WITHOUT_RESULT
    expect(table.locator("th[aria-sort=none]")).to_have_count(4)


def test_names_start_at_a_and_the_risk_which_the_table_comes_sorted_by_turns_round(table: Page) -> None:
    names = sorted(photo.name for photo in _PHOTOS)
    assert _sort(table, "Risk")[0] == "descending"
    assert _sort(table, "Photo") == ("ascending", names)
    assert _sort(table, "Photo") == ("descending", names[::-1])
    found, by_diagnosis = _sort(table, "Likeliest diagnosis")
    assert found == "ascending"
    assert set(by_diagnosis[3:]) == _WITHOUT_RESULT
