"""The tab for many photos in a real browser."""

import csv
import sys
import zipfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.analyses import CODES
from tests.running_app import HELD, running_app
from tests.webapp.conftest import OpenPage


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["wide light", "phone dark"])
def page(open_page: OpenPage, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, scheme = request.param
    with open_page(app_url, width, height, scheme) as opened:
        opened.get_by_role("tab", name="Many photos").click()
        yield opened


@pytest.fixture
def wide(open_page: OpenPage, app_url: str) -> Iterator[Page]:
    with open_page(app_url) as opened:
        opened.get_by_role("tab", name="Many photos").click()
        yield opened


_FILES, _FOLDER = "input[type=file][multiple]", "input[type=file][webkitdirectory]"
# As many as the app takes: a fast processor analyses some hundred of them while a busy browser opens a page.
_MANY = 1000


def _names(page: Page) -> list[str]:
    return page.locator(".sg-table tbody th").all_inner_texts()


def test_files_a_zip_and_a_folder_become_one_table(
    page: Page, tmp_path: Path, drawing_file: Path, example_files: list[Path]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "inside.jpg").write_bytes(drawing_file.read_bytes())
    (folder / "notes.txt").write_text("passed over")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.write(drawing_file, "zipped.jpg")
    (tmp_path / "bad.jpg").write_text("no photo")
    page.locator(_FILES).set_input_files([example_files[0], tmp_path / "bad.jpg", tmp_path / "photos.zip"])
    page.locator(_FOLDER).set_input_files(folder)
    for name in ("photos", "inside"):
        expect(page.locator(".file-preview").get_by_text(name)).to_be_visible()
    page.get_by_role("button", name="Analyse all").click()
    expect(page.locator(".sg-table")).to_be_visible()
    assert sorted(_names(page)) == ["bad.jpg", "inside.jpg", "irregular.png", "photos.zip/zipped.jpg"]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    expect(page.locator("#sg-live")).to_contain_text("4 photos")
    _check_sorting(page)
    _check_download(page, tmp_path)


def _check_sorting(page: Page) -> None:
    by_name = page.get_by_role("button", name="Photo", exact=True)
    by_name.click()
    assert _names(page) == ["bad.jpg", "inside.jpg", "irregular.png", "photos.zip/zipped.jpg"]
    expect(page.locator("th[aria-sort=ascending]")).to_have_text("Photo")
    by_name.press("Enter")
    assert _names(page)[0] == "photos.zip/zipped.jpg"
    page.get_by_role("button", name="Certainty").click()
    assert _names(page)[-1] == "bad.jpg"


def _check_download(page: Page, tmp_path: Path) -> None:
    for words, first_columns in (("Download the table", ["image", "error"]), ("ISIC 2019", ["image", *CODES, "UNK"])):
        with page.expect_download() as download:
            page.get_by_role("link", name=words).click()
        download.value.save_as(tmp_path / "saved.csv")
        rows = list(csv.reader((tmp_path / "saved.csv").open()))
        assert rows[0][: len(first_columns)] == first_columns
        assert len(rows) == (5 if words == "Download the table" else 4)


@pytest.fixture
def many_photos(tmp_path: Path, drawing_file: Path) -> Path:
    """A zip file that takes so long that something can be done meanwhile."""
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        for number in range(_MANY):
            archive.write(drawing_file, f"{number}.jpg")
    return tmp_path / "photos.zip"


def _start(page: Page, photos: Path) -> None:
    page.locator(_FILES).set_input_files(photos)
    expect(page.locator(".file-preview").get_by_text("photos")).to_be_visible()
    page.get_by_role("button", name="Analyse all").click()


def test_a_running_batch_can_be_stopped(wide: Page, many_photos: Path) -> None:
    _start(wide, many_photos)
    expect(wide.get_by_role("progressbar")).to_be_visible()
    wide.get_by_role("button", name="Stop").click()
    expect(wide.locator(".sg-batch h3")).to_contain_text("Stopped after")
    expect(wide.locator(".sg-table")).to_be_visible()


def test_a_batch_says_that_it_waits_and_can_be_stopped_meanwhile(
    wide: Page, open_page: OpenPage, app_url: str, many_photos: Path
) -> None:
    _start(wide, many_photos)
    expect(wide.get_by_role("progressbar")).to_be_visible()
    with open_page(app_url) as other:
        other.get_by_role("tab", name="Many photos").click()
        _start(other, many_photos)
        expect(other.get_by_text("Waiting for its turn")).to_be_visible()
        # Heard while it waits; the first one goes on.
        with other.expect_response(lambda answer: answer.request.method == "POST" and "/queue/" not in answer.url):
            other.get_by_role("button", name="Stop").click()
        expect(wide.get_by_role("progressbar")).to_be_visible()
        wide.get_by_role("button", name="Stop").click()
        expect(other.locator(".sg-batch")).to_contain_text("No photo was analysed.")
    expect(wide.locator(".sg-batch h3")).to_contain_text("Stopped after")


_SHORT_QUEUE = """
import app
from webapp import server
server.QUEUE_LENGTH = 1
"""


def test_a_batch_that_finds_no_room_in_the_queue_does_not_say_that_it_waits(
    open_page: OpenPage, many_photos: Path, tmp_path: Path
) -> None:
    hold = tmp_path / "hold"
    hold.touch()
    code = _SHORT_QUEUE + HELD.format(file=hold)
    with running_app([sys.executable, "-c", code], tmp_path / "app.log") as url, ExitStack() as stack:
        # Or the server could not stop.
        stack.callback(hold.unlink)
        running, waiting, refused = (stack.enter_context(open_page(url)) for _ in range(3))
        shown = {running: f"0 of {_MANY} photos", waiting: "Waiting for its turn", refused: "were not analysed"}
        for page, words in shown.items():
            page.get_by_role("tab", name="Many photos").click()
            _start(page, many_photos)
            expect(page.get_by_text(words)).to_be_visible()
        expect(waiting.get_by_text("Waiting for its turn")).to_be_visible()
