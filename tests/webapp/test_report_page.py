"""The report in a real browser: two buttons under the result, each of which hands over a file named after the analysis."""

import json
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Page, expect

from tests.analyses import make_analysis
from tests.webapp.conftest import OpenPage
from webapp.handlers import Shown
from webapp.report_buttons import _write_json

PDF, JSON = "Report for paper (PDF)", "All numbers (JSON)"


def _download(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as started:
        page.get_by_role("button", name=button).click()
    path = folder / started.value.suggested_filename
    started.value.save_as(path)
    return path


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_both_files_hold_the_result_that_is_shown_in_its_language(
    open_page: OpenPage, app_url: str, drawing_file: Path, tmp_path: Path, width: int, scheme: str
) -> None:
    with open_page(app_url, width, 844, scheme) as page:
        expect(page.get_by_role("button", name=PDF)).not_to_be_visible()
        page.locator("input[type=file]").first.set_input_files(drawing_file)
        expect(page.locator(".sg-banner")).to_be_visible()
        page.get_by_label("Polski").check()
        expect(page.locator(".sg-advice[lang=pl]")).to_be_visible()
        advice = page.locator(".sg-advice").inner_text()
        pdf, data = _download(page, PDF, tmp_path), _download(page, JSON, tmp_path)
        answer = json.loads(data.read_text())
        assert answer["recommendation"] == advice
        assert {pdf.name, data.name} == {f"skinglancecare-{answer['report_id']}{end}" for end in (".pdf", ".json")}
        document = pypdfium2.PdfDocument(pdf)
        assert len(document) == 1
        text = " ".join(document[0].get_textpage().get_text_bounded().split())
        assert advice in text
        assert answer["report_id"] in text

        page.get_by_label("Remove Image").first.click()
        expect(page.get_by_role("button", name=PDF)).not_to_be_visible()


def test_without_a_result_there_is_no_report() -> None:
    with pytest.raises(Exception, match="no result to report"):
        next(_write_json(Shown(make_analysis())))
