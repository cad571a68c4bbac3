"""Two photos over time: what is said about a change, without a browser and in one."""

import dataclasses
from pathlib import Path

import cv2
import numpy as np
import pytest
from playwright.sync_api import expect

from inference.analyzer import DEFAULT_MODEL
from inference.images import read_image
from tests.analyses import make_analysis
from tests.bad_files import BAD_FILES
from tests.webapp.conftest import SECONDS, OpenPage
from webapp.comparison_tab import compare_files
from webapp.service import Service


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(DEFAULT_MODEL)


@pytest.fixture(scope="module")
def second_photo(test_photos: list[Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same lesion a little turned, nearer and in weaker light."""
    photo = read_image(test_photos[3])
    height, width = photo.shape[:2]
    warp = cv2.getRotationMatrix2D((width / 2, height / 2), 8, 1.05)
    moved = cv2.warpAffine(photo, warp, (width, height), borderMode=cv2.BORDER_REFLECT)
    path = tmp_path_factory.mktemp("second") / "second.png"
    cv2.imwrite(str(path), np.clip(0.9 * moved, 0, 255).astype(np.uint8)[..., ::-1])
    return path


def test_the_same_photo_twice_has_no_change_to_tell(service: Service, test_photos: list[Path]) -> None:
    html = compare_files(service, "openvino", str(test_photos[3]), str(test_photos[3]), 1)
    assert "No change that the model can tell" in html
    assert "in 1 day." in html
    assert "turned, moved and scaled onto the first" in html
    assert "<td>0</td>" in html


@pytest.mark.parametrize("days", [None, 0, -3, 1e12])
def test_days_that_are_not_known_are_not_told(service: Service, test_photos: list[Path], days: float | None) -> None:
    assert " days" not in compare_files(service, "openvino", str(test_photos[3]), str(test_photos[3]), days)


def test_two_different_spots_are_not_laid_over_each_other(service: Service, test_photos: list[Path]) -> None:
    html = compare_files(service, "openvino", str(test_photos[3]), str(test_photos[7]), None)
    assert "could not be aligned believably" in html


@pytest.mark.parametrize("broken", [0, 1])
def test_the_photo_that_cannot_be_read_is_named(
    service: Service, drawing_file: Path, test_photos: list[Path], tmp_path: Path, broken: int
) -> None:
    make, words = BAD_FILES["text.jpg"]
    (tmp_path / "text.jpg").write_bytes(make())
    paths = [str(test_photos[3]), str(test_photos[3])]
    paths[broken] = str(tmp_path / "text.jpg")
    html = compare_files(service, "openvino", *paths, None)
    # It was analysed, or was none.
    assert "<h2>Nothing to compare</h2>" in html
    assert "was not analysed" not in html
    assert f"The {('first', 'second')[broken]} photo: " in html
    assert words in html
    assert "went from" not in html


def test_a_photo_that_cannot_be_judged_leaves_nothing_to_compare(
    service: Service, test_photos: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = dataclasses.replace(service.examine(str(test_photos[3]), "openvino", 0), analysis=make_analysis(ood_score=9.0))
    monkeypatch.setattr(service, "examine", lambda *_: refused)
    html = compare_files(service, "openvino", "first.jpg", "second.jpg", None)
    assert "<h2>Nothing to compare</h2>" in html
    assert "The first photo cannot be judged" in html
    assert "was not analysed" not in html


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_two_uploads_show_both_results_and_what_changed(
    open_page: OpenPage, app_url: str, test_photos: list[Path], second_photo: Path, width: int, scheme: str
) -> None:
    with open_page(app_url, width, 844, scheme) as page:
        page.get_by_role("tab", name="Compare two").click()
        tab = page.locator("[role=tabpanel]:visible")
        for number, path in enumerate((test_photos[3], second_photo)):
            upload = tab.locator(".sg-upload").nth(number)
            upload.locator("input[type=file]").set_input_files(path)
            expect(upload.get_by_label("Remove Image")).to_be_visible()
        expect(tab.get_by_text("The probability of cancer went from")).to_be_visible()
        expect(tab.get_by_text("turned, moved and scaled onto the first")).to_be_visible()
        tab.get_by_label("Days between them").fill("42")
        tab.get_by_label("Days between them").press("Enter")
        expect(tab.get_by_text("in 42 days")).to_be_visible()
        # Going through the field costs nothing; leaving it with another number in it counts.
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url) if "/queue/join" in request.url else None)
        days = tab.get_by_label("Days between them")
        days.focus()
        days.press("Tab")
        page.wait_for_timeout(SECONDS)
        assert asked == []
        days.fill("43")
        days.press("Tab")
        expect(tab.get_by_text("in 43 days")).to_be_visible()
        said = tab.locator(".sg-result[data-say]").get_attribute("data-say") or ""
        expect(page.locator("#sg-live[role=status]")).to_have_text(said)
        # The last column is what the table is for.
        assert tab.locator(".sg-scroll").evaluate("box => box.scrollWidth <= box.clientWidth")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
