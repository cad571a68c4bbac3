"""The page in a real browser: every way to give a photo, the result, errors, a phone, light and dark."""

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.bad_files import BAD_FILES
from tests.running_app import running_app
from tests.webapp.conftest import OpenPage


@pytest.fixture(params=[(1280, 900, "light"), (390, 844, "dark")], ids=["wide light", "phone dark"])
def page(open_page: OpenPage, app_url: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    width, height, scheme = request.param
    with open_page(app_url, width, height, scheme) as opened:
        yield opened


@pytest.fixture
def wide(open_page: OpenPage, app_url: str) -> Iterator[Page]:
    with open_page(app_url) as opened:
        yield opened


def _upload(page: Page, path: Path) -> None:
    page.locator("input[type=file]").first.set_input_files(path)


def _remove(page: Page) -> None:
    page.get_by_label("Remove Image").first.click()
    expect(page.locator(".sg-empty")).to_be_visible()


def _unfold(page: Page) -> None:
    """Show the numbers of a photo that cannot be judged, too: a drawing may be one."""
    page.locator(".sg-unreliable").evaluate_all("folded => folded.forEach(part => part.open = true)")


def test_an_upload_shows_the_whole_result(page: Page, test_photos: list[Path]) -> None:
    _upload(page, test_photos[3])
    expect(page.locator(".sg-banner h2")).to_be_visible()
    for title in ("What to do next", "What the model looked at", "Eight diagnoses", "How sure is the model?"):
        expect(page.get_by_role("heading", name=title, include_hidden=True)).to_have_count(1)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    said = page.locator(".sg-result[data-say]").get_attribute("data-say")
    expect(page.locator("#sg-live[role=status]")).to_have_text(said or "")


def test_the_result_comes_into_view_and_the_disclaimer_stays_there(page: Page, drawing_file: Path) -> None:
    _upload(page, drawing_file)
    expect(page.locator(".sg-banner h2")).to_be_in_viewport()
    expect(page.locator(".sg-disclaimer")).to_have_count(1)
    for place in ("0", "document.body.scrollHeight"):
        page.evaluate(f"window.scrollTo(0, {place})")
        expect(page.locator(".sg-disclaimer")).to_be_in_viewport(ratio=1)


def test_the_square_that_is_judged_is_marked(wide: Page, drawing_file: Path) -> None:
    _upload(wide, drawing_file)
    expect(wide.locator(".sg-banner")).to_be_visible()
    _unfold(wide)
    wide.wait_for_function("document.querySelector('.sg-frame img').complete")
    # 320 x 240: the square takes three quarters of the width, and the whole height.
    photo, square = (wide.locator(selector).evaluate(_SIZE) for selector in (".sg-frame:has(.sg-crop)", ".sg-crop"))
    assert photo[0] > 100
    assert square == pytest.approx([0.75 * photo[0], photo[1]], abs=1.5)


_SIZE = "element => [element.getBoundingClientRect().width, element.getBoundingClientRect().height]"


def test_the_slider_fades_the_heat_map(wide: Page, drawing_file: Path) -> None:
    _upload(wide, drawing_file)
    expect(wide.locator(".sg-banner")).to_be_visible()
    _unfold(wide)
    wide.get_by_label("Opacity of the heat map").fill("30")
    assert wide.locator(".sg-heat").evaluate("element => element.style.opacity") == "0.3"


def test_drop_paste_drawing_and_camera_are_analysed_too(wide: Page, drawing_jpeg: bytes) -> None:
    data = base64.b64encode(drawing_jpeg).decode()
    area = wide.locator(".sg-upload").first
    dropped = wide.evaluate_handle(_FILES, data)
    area.locator("button[aria-dropeffect]").dispatch_event("drop", {"dataTransfer": dropped})
    expect(wide.locator(".sg-banner")).to_be_visible()
    _remove(wide)

    wide.evaluate(_COPY, data)
    area.get_by_label("Paste from clipboard").click()
    expect(wide.locator(".sg-banner")).to_be_visible()
    _remove(wide)

    wide.get_by_label("Try drawing 1").click()
    expect(wide.locator(".sg-banner")).to_be_visible()
    _remove(wide)

    area.get_by_label("Capture from camera").click()
    area.get_by_text("Click to Access Webcam").click()
    # A mirrored lesion would not match the skin that a doctor looks at.
    expect(area.locator("video")).to_have_css("transform", "none")
    wide.wait_for_function("document.querySelector('.sg-upload video').videoWidth > 0")
    wide.wait_for_timeout(1000)
    area.get_by_label("capture photo").click()
    expect(wide.locator(".sg-banner")).to_be_visible()


_FILES = """data => {
  const transfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(data), letter => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], 'photo.jpg', {type: 'image/jpeg'}));
  return transfer;
}"""
_COPY = """async data => {
  const image = new Image();
  image.src = 'data:image/jpeg;base64,' + data;
  await image.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [image.width, image.height];
  canvas.getContext('2d').drawImage(image, 0, 0);
  const blob = await new Promise(resolve => canvas.toBlob(resolve, 'image/png'));
  await navigator.clipboard.write([new ClipboardItem({'image/png': blob})]);
}"""


def test_what_is_no_photo_gets_a_sentence_that_stays_and_the_next_photo_a_result(
    page: Page, tmp_path: Path, drawing_file: Path
) -> None:
    for name, (make, words) in BAD_FILES.items():
        (tmp_path / name).write_bytes(make())
        _upload(page, tmp_path / name)
        expect(page.locator(".sg-banner")).to_contain_text(words)
        assert page.locator("h2", has_text="risk").count() == 0
        _remove(page)
    _upload(page, drawing_file)
    expect(page.get_by_role("heading", name="What to do next")).to_be_visible()


def test_the_advice_changes_its_language_at_once(wide: Page, drawing_file: Path) -> None:
    _upload(wide, drawing_file)
    expect(wide.locator(".sg-advice[lang=en]")).to_be_visible()
    wide.get_by_label("Українська").check()
    expect(wide.locator(".sg-advice[lang=uk]")).to_contain_text("лікар")


# An analysis takes so long that a person can do something meanwhile.
_SLOW = """
import time
import app
from webapp import service
examine = service.Service.examine
def slow(*arguments):
    time.sleep(3)
    return examine(*arguments)
service.Service.examine = slow
raise SystemExit(app.main([]))
"""


def test_a_language_that_is_chosen_while_a_photo_is_analysed_counts(
    open_page: OpenPage, drawing_file: Path, tmp_path: Path
) -> None:
    with running_app([sys.executable, "-c", _SLOW], tmp_path / "app.log") as url, open_page(url) as page:
        with page.expect_request(lambda request: "/queue/join" in request.url):
            _upload(page, drawing_file)
        page.get_by_label("Deutsch").check()
        expect(page.locator(".sg-banner")).to_be_visible()
        expect(page.locator(".sg-advice[lang=de]")).to_be_visible()
        with page.expect_download() as download:
            page.get_by_role("button", name="All numbers (JSON)").click()
        download.value.save_as(tmp_path / "saved.json")
        report = json.loads((tmp_path / "saved.json").read_text())
        assert report["recommendation"] == page.locator(".sg-advice").inner_text()


def test_the_repeated_runs_are_chosen_by_keyboard_too(wide: Page, drawing_file: Path) -> None:
    _upload(wide, drawing_file)
    expect(wide.locator(".sg-banner")).to_be_visible()
    wide.get_by_role("button", name="Settings").click()
    with wide.expect_request(lambda request: "/queue/join" in request.url):
        wide.get_by_role("radio", name="100", exact=True).press("Space")
    # Folded away where a drawing is refused.
    expect(wide.get_by_text("(100 runs, each with")).to_have_count(1)
    # No number can be typed that there is not.
    expect(wide.locator(".sg-settings input[type=number]")).to_have_count(0)


def test_the_model_card_is_a_tab(page: Page) -> None:
    page.get_by_role("tab", name="About this model").click()
    expect(page.get_by_text("Intended use").first).to_be_visible()


def test_everything_is_reached_by_keyboard(wide: Page, drawing_file: Path) -> None:
    _upload(wide, drawing_file)
    expect(wide.locator(".sg-banner")).to_be_visible()
    _unfold(wide)
    reached: set[str] = set()
    for _ in range(40):
        wide.keyboard.press("Tab")
        reached.add(wide.evaluate("document.activeElement.ariaLabel || document.activeElement.innerText || ''").strip())
    assert {"Analyse a photo", "Remove Image", "Opacity of the heat map", "Technical details"} <= reached
