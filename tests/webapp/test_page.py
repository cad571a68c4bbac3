"""The page in a real browser: upload, result, error, phone, dark."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bad_files import BAD_FILES

WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
SECONDS = 1000


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        arguments = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
        opened = playwright.chromium.launch(executable_path=chromium, args=arguments)
        yield opened
        opened.close()


@pytest.fixture(params=[(WIDE, "light"), (PHONE, "dark")], ids=["wide light", "phone dark"])
def page(browser: Browser, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The page, freshly opened; a request to anywhere else fails the test."""
    viewport, scheme = request.param
    context = browser.new_context(viewport=viewport, color_scheme=scheme)
    opened = context.new_page()
    strangers: list[str] = []
    opened.on("request", lambda sent: strangers.append(sent.url) if _is_strange(sent.url, app_url) else None)
    opened.goto(f"{app_url}?__theme={scheme}")
    expect(opened.get_by_text("Drop a dermoscopic photo")).to_be_visible(timeout=30 * SECONDS)
    yield opened
    if folder := os.environ.get("SCREENSHOTS"):
        opened.screenshot(path=Path(folder) / f"{request.node.name}.png", full_page=True)
    context.close()
    assert strangers == []


def _is_strange(url: str, app_url: str) -> bool:
    return not url.startswith((app_url, app_url.replace("http", "ws", 1), "data:", "blob:"))


def _upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(path)


def test_an_upload_shows_the_whole_result(page: Page, test_photos: list[Path]) -> None:
    _upload(page, test_photos[3])
    banner = page.locator(".sg-banner")
    expect(banner).to_be_visible(timeout=20 * SECONDS)
    expect(page.get_by_text("What to do next")).to_be_visible()
    expect(page.get_by_text("What the model looked at")).to_be_visible()
    expect(page.locator(".sg-disclaimer")).to_be_visible()
    assert page.locator(".sg-disclaimer").count() == 1
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert page.locator(".sg-pictures img").count() == 3


def test_the_slider_fades_the_heat_map(page: Page, drawing_file: Path) -> None:
    _upload(page, drawing_file)
    slider = page.get_by_label("Opacity of the heat map")
    expect(slider).to_be_visible(timeout=20 * SECONDS)
    slider.fill("30")
    assert page.locator(".sg-heat").evaluate("element => element.style.opacity") == "0.3"


def test_what_is_no_photo_gets_a_sentence_and_the_next_photo_a_result(page: Page, tmp_path: Path, drawing_file: Path) -> None:
    for name in ("truncated.jpg", "pixel.png"):
        make, words = BAD_FILES[name]
        (tmp_path / name).write_bytes(make())
        _upload(page, tmp_path / name)
        expect(page.get_by_text(words).first).to_be_visible(timeout=20 * SECONDS)
        page.reload()
        expect(page.get_by_text("Drop a dermoscopic photo")).to_be_visible(timeout=30 * SECONDS)
    _upload(page, drawing_file)
    expect(page.locator(".sg-banner")).to_be_visible(timeout=20 * SECONDS)


def test_the_model_card_is_a_tab(page: Page) -> None:
    page.get_by_role("tab", name="About this model").click()
    expect(page.get_by_text("Intended use").first).to_be_visible()
