"""A real browser for the page."""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.running_app import PATIENCE_SECONDS

SECONDS = 1000
_PATIENCE = PATIENCE_SECONDS * SECONDS
_ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    # A camera that shows a test picture.
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
)

OpenPage = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        # By default what is expected must be there within 5 s.
        expect.set_options(timeout=_PATIENCE)
        opened = playwright.chromium.launch(executable_path=chromium, args=list(_ARGUMENTS), timeout=_PATIENCE)
        yield opened
        opened.close()


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> OpenPage:
    """Opens the page at an address; a request to anywhere else or an error of its scripts fails the test."""

    @contextmanager
    def open_at(url: str, width: int = 1280, height: int = 900, scheme: str = "light") -> Iterator[Page]:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme=scheme,
            permissions=["camera", "clipboard-read", "clipboard-write"],
        )
        context.set_default_timeout(_PATIENCE)
        page = context.new_page()
        faults: list[str] = []
        page.on("request", lambda sent: faults.append(sent.url) if _is_strange(sent.url, url) else None)
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(url)
        expect(page.locator(".sg-empty")).to_be_visible()
        yield page
        if folder := os.environ.get("SCREENSHOTS"):
            page.screenshot(path=Path(folder) / f"{request.node.name}.png", full_page=True)
        context.close()
        assert faults == []

    return open_at


def _is_strange(url: str, app_url: str) -> bool:
    return not url.startswith((app_url, app_url.replace("http", "ws", 1), "data:", "blob:"))
