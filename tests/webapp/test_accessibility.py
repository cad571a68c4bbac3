"""axe-core on every tab: no serious and no critical violation, in light and dark, wide and on a phone."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.webapp.conftest import OpenPage

TABS = ("Analyse a photo", "Compare two", "Many photos", "About this model")
SEVERE = ("serious", "critical")


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["wide light", "phone dark"])
def page(open_page: OpenPage, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, scheme = request.param
    with open_page(app_url, width, height, scheme) as opened:
        yield opened


def _severe(page: Page) -> dict[str, list[str]]:
    """Rule -> the elements that break it."""
    violations = Axe().run(page).response["violations"]
    return {
        violation["id"]: [node["html"][:160] for node in violation["nodes"]]
        for violation in violations
        if violation["impact"] in SEVERE
    }


def test_no_tab_has_a_severe_violation(page: Page) -> None:
    for tab in TABS:
        page.get_by_role("tab", name=tab).click()
        expect(page.get_by_role("tab", name=tab)).to_have_attribute("aria-selected", "true")
        expect(page.locator("[role=tabpanel]:visible")).to_have_count(1)
        assert _severe(page) == {}, tab


def test_no_result_has_a_severe_violation(page: Page, drawing_file: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(drawing_file)
    expect(page.locator(".sg-banner")).to_be_visible()
    expect(page.get_by_role("button", name="Report for paper (PDF)")).to_be_visible()
    page.locator("details").evaluate_all("folded => folded.forEach(part => part.open = true)")
    assert _severe(page) == {}
