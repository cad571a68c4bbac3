"""What the page shows when the server takes no more photos, or is gone: never the result of another photo."""

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.running_app import running_app
from tests.webapp.conftest import OpenPage

PDF = "Report for paper (PDF)"
# As long as there is the file that it is told of, Gradio finds its queue full.
_START = """
import sys
from pathlib import Path
import app
from gradio.queueing import Queue
length = Queue.__len__
Queue.__len__ = lambda queue: 10**6 if Path(sys.argv[1]).exists() else length(queue)
raise SystemExit(app.main([]))
"""


@pytest.fixture(scope="module")
def full(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("queue") / "full"


@pytest.fixture(scope="module")
def url(full: Path) -> Iterator[str]:
    with running_app([sys.executable, "-c", _START, str(full)], full.with_name("app.log")) as address:
        yield address


@pytest.fixture
def page(open_page: OpenPage, url: str, full: Path) -> Iterator[Page]:
    with open_page(url) as opened:
        yield opened
        full.unlink(missing_ok=True)


def _choose(page: Page, path: Path, place: int = 0) -> None:
    upload = page.locator("[role=tabpanel]:visible .sg-upload").nth(place)
    upload.locator("input[type=file]").set_input_files(path)
    expect(upload.get_by_label("Remove Image")).to_be_visible()


def _remove(page: Page, place: int = 0) -> None:
    upload = page.locator("[role=tabpanel]:visible .sg-upload").nth(place)
    upload.get_by_label("Remove Image").click()
    expect(upload.get_by_label("Remove Image")).to_have_count(0)


def _analysed(page: Page, path: Path) -> None:
    _choose(page, path)
    expect(page.get_by_role("button", name=PDF)).to_be_visible()
    expect(page.locator(".sg-advice[lang=en]")).to_be_visible()


def _shows_no_result(page: Page) -> None:
    expect(page.locator(".sg-advice")).to_have_count(0)
    expect(page.get_by_text("What the model looked at")).to_have_count(0)
    expect(page.get_by_role("button", name=PDF)).not_to_be_visible()


def test_a_photo_that_finds_no_room_does_not_stand_beside_the_result_before(
    page: Page, full: Path, drawing_file: Path, example_files: list[Path]
) -> None:
    _analysed(page, drawing_file)
    full.touch()
    _remove(page)
    _choose(page, example_files[0])
    expect(page.locator(".sg-banner")).to_contain_text("The server did not get to it. Choose it again in a moment.")
    said = page.locator(".sg-result[data-say]").get_attribute("data-say") or ""
    expect(page.locator("#sg-live")).to_have_text(said)
    _shows_no_result(page)
    full.unlink()
    # Its advice does not come back with another language.
    with page.expect_response(lambda response: "/queue/join" in response.url):
        page.get_by_label("Deutsch").check()
    page.wait_for_timeout(1000)
    _shows_no_result(page)
    _remove(page)
    _choose(page, example_files[0])
    expect(page.get_by_role("button", name=PDF)).to_be_visible()
    expect(page.locator(".sg-advice[lang=de]")).to_be_visible()


def test_another_setting_that_finds_no_room_leaves_the_result(page: Page, full: Path, drawing_file: Path) -> None:
    _analysed(page, drawing_file)
    full.touch()
    page.get_by_role("button", name="Settings").click()
    with page.expect_response(lambda response: "/run/" in response.url):
        page.get_by_label("once").check()
    expect(page.locator(".toast-body")).to_be_visible()
    expect(page.locator(".sg-advice")).to_be_visible()
    expect(page.get_by_role("button", name=PDF)).to_be_visible()


def test_a_photo_whose_connection_breaks_does_not_stand_beside_the_result_before(
    page: Page, drawing_file: Path, example_files: list[Path]
) -> None:
    _analysed(page, drawing_file)
    # With the second one the page would load itself anew as soon as the server is there again.
    for address in ("**/queue/join*", "**/app_id*"):
        page.route(address, lambda route: route.abort())
    _remove(page)
    expect(page.get_by_text("Connection to the server was lost")).to_be_visible()
    _shows_no_result(page)
    _choose(page, example_files[0])
    page.wait_for_timeout(1000)
    _shows_no_result(page)


def test_photos_that_find_no_room_do_not_stand_beside_the_comparison_before(
    page: Page, full: Path, drawing_file: Path, example_files: list[Path]
) -> None:
    page.get_by_role("tab", name="Compare two").click()
    tab = page.locator("[role=tabpanel]:visible")
    for place in (0, 1):
        _choose(page, drawing_file, place)
    expect(tab.locator(".sg-banner")).to_be_visible()
    full.touch()
    _remove(page, 1)
    expect(tab.locator(".sg-banner")).to_have_count(0)
    _choose(page, example_files[0], 1)
    expect(tab.locator(".sg-banner")).to_contain_text("Nothing to compare")
    expect(tab.locator(".sg-banner")).to_contain_text("Choose one of them again in a moment.")
