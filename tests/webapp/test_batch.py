"""Many photos: every one gets its row, in order, and nothing that is wrong with one stops the others."""

import base64
import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from inference.analyzer import DEFAULT_MODEL
from tests.analyses import CODES, make_analysis
from tests.bad_files import BAD_FILES
from webapp import batch as module
from webapp.batch import BatchPhoto, Upload, analyze_batch, count_batch, tell_apart
from webapp.batch_tab import BatchHandlers, BatchRun, stop, wait
from webapp.batch_table import isic_csv, summary, table_csv, table_html
from webapp.service import Service


@pytest.fixture(scope="module")
def service() -> Service:
    return Service(DEFAULT_MODEL)


@pytest.fixture
def uploads(tmp_path: Path, drawing_file: Path) -> list[Upload]:
    """A photo, every bad file, a zip with a photo and a bad file in it, a zip that is refused, and the photo again."""
    found = [Upload("first.jpg", drawing_file)]
    for name, (make, _) in BAD_FILES.items():
        (tmp_path / name).write_bytes(make())
        found.append(Upload(name, tmp_path / name))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(drawing_file, "inside/photo.jpg")
        archive.writestr("text.jpg", b"no photo")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("../out.jpg", b"")
    return [*found, Upload("a.zip", tmp_path / "a.zip"), Upload("b.zip", tmp_path / "b.zip"), Upload("last.jpg", drawing_file)]


def test_a_bad_file_never_stops_the_rest(service: Service, uploads: list[Upload], tmp_path: Path) -> None:
    photos = list(analyze_batch(service, uploads, "openvino", 0))
    assert count_batch(uploads) == len(photos) == len(BAD_FILES) + 5
    assert [photo.name for photo in photos if photo.analysis] == ["first.jpg", "a.zip/inside/photo.jpg", "last.jpg"]
    assert len({photo.analysis.cancer_probability for photo in photos if photo.analysis}) == 1
    errors = {photo.name: photo.error for photo in photos if photo.error}
    for name, (_, words) in BAD_FILES.items():
        assert words in str(errors[name])
    assert "not a photo" in str(errors["a.zip/text.jpg"])
    assert "lead out of it" in str(errors["b.zip"])


def test_a_fault_of_ours_costs_one_photo(service: Service, uploads: list[Upload], monkeypatch: pytest.MonkeyPatch) -> None:
    real, failures = service.examine, iter([True])

    def fail_once(*arguments: object) -> object:
        if next(failures, False):
            raise RuntimeError("/secret/path")
        return real(*arguments)

    monkeypatch.setattr(service, "examine", fail_once)
    first, *_, last = analyze_batch(service, uploads, "openvino", 0)
    assert "went wrong on the server" in str(first.error)
    assert last.analysis is not None


def test_no_more_than_the_limit_is_analysed(service: Service, uploads: list[Upload], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PHOTOS", 3)
    assert len(list(analyze_batch(service, uploads, "openvino", 0))) == 3


def _results(service: Service, uploads: list[Upload], state: BatchRun) -> Iterator[str]:
    return BatchHandlers(service, "openvino").run(uploads, [], state)


def test_progress_comes_first_and_a_table_last(service: Service, uploads: list[Upload]) -> None:
    first, second, *_, last = _results(service, uploads, BatchRun())
    assert f"0 of {len(uploads) + 1} photos<progress max='{len(uploads) + 1}' value='0'>" in first
    assert f"<progress max='{len(uploads) + 1}' value='1'>" in second
    assert last.count("<tr>") == len(uploads) + 2
    assert f"{len(uploads) + 1} photos: " in last


def test_one_photo_is_no_photos(service: Service, drawing_file: Path) -> None:
    for html in _results(service, [Upload("a.jpg", drawing_file)], BatchRun()):
        assert "1 photo" in html
        assert "1 photos" not in html


def test_what_is_done_by_then_is_kept_when_it_is_stopped(service: Service, uploads: list[Upload]) -> None:
    state = BatchRun()
    results = _results(service, uploads, state)
    next(results), next(results)
    stop(state)
    (last,) = results
    assert f"Stopped after 1 of {len(uploads) + 1} photos" in last
    # The next run starts afresh.
    wait(state)
    assert "Stopped" not in list(_results(service, uploads[:1], state))[-1]


def test_a_batch_that_waits_can_be_stopped(service: Service, uploads: list[Upload], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "examine", lambda *_: pytest.fail("analysed"))
    state = BatchRun()
    assert "Waiting for its turn" in wait(state)
    stop(state)
    assert "Stopped. No photo was analysed." in list(_results(service, uploads, state))[-1]


def test_of_a_folder_only_photos_are_taken(service: Service, drawing_file: Path) -> None:
    names = ("Thumbs.db", "._a.JPG", ".zip", "a.JPG")
    *_, last = BatchHandlers(service, "openvino").run([], [Upload(name, drawing_file) for name in names], BatchRun())
    assert re.findall(r"<th scope=row data-sort='([^']*)'", last) == ["a.JPG"]


def test_a_folder_without_photos_is_said_to_be_one(service: Service, drawing_file: Path) -> None:
    (last,) = BatchHandlers(service, "openvino").run([], [Upload("Thumbs.db", drawing_file)], BatchRun())
    assert "Everything in this folder was passed over" in last


def test_photos_of_one_name_are_told_apart(service: Service, drawing_file: Path, tmp_path: Path) -> None:
    """Of a folder with anna/1.jpg and ben/1.jpg the browser sends "1.jpg" twice."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(drawing_file, "anna/1.png")
    same = Upload("1.jpg", drawing_file)
    uploads = [same, same, Upload("a.zip", tmp_path / "a.zip"), same]
    *_, last = _results(service, uploads, BatchRun())
    table, submission = (base64.b64decode(data).decode() for data in re.findall(r"base64,([^']+)'", last))
    assert [row.split(",")[0] for row in table.splitlines()[1:]] == ["1.jpg", "1 (2).jpg", "a.zip/anna/1.png", "1 (3).jpg"]
    assert [row.split(",")[0] for row in submission.splitlines()[1:]] == ["1", "1 (2)", "1 (4)", "1 (3)"]
    # A program has its answers in the order of its photos, under the names that it gave.
    assert [photo.name for photo in analyze_batch(service, uploads[:2], "openvino", 0)] == ["1.jpg", "1.jpg"]


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (["a.jpg", "b.jpg"], ["a.jpg", "b.jpg"]),
        (["a.jpg", "a.jpg", "a.jpg"], ["a.jpg", "a (2).jpg", "a (3).jpg"]),
        # One is called so already.
        (["a.jpg", "a.jpg", "a (2).jpg", "a.jpg"], ["a.jpg", "a (3).jpg", "a (2).jpg", "a (4).jpg"]),
        (["", "", ".jpg", ".jpg"], ["", " (2)", ".jpg", ".jpg (2)"]),
    ],
)
def test_a_number_tells_equal_names_apart(names: list[str], told: list[str]) -> None:
    assert tell_apart(names) == told


def test_an_upload_that_is_gone_is_said_to_be(service: Service, drawing_file: Path, tmp_path: Path) -> None:
    uploads = [Upload("gone.zip", tmp_path / "gone"), Upload("there.jpg", drawing_file)]
    gone, there = analyze_batch(service, uploads, "openvino", 0)
    assert gone.error == "Your photo was deleted after ten minutes; send it again."
    assert there.analysis is not None


def test_without_photos_nothing_is_analysed(service: Service, tmp_path: Path) -> None:
    assert "Choose photos" in next(_results(service, [], BatchRun()))
    with zipfile.ZipFile(tmp_path / "empty.zip", "w"):
        pass
    assert "no photo in what you sent" in list(_results(service, [Upload("empty.zip", tmp_path / "empty.zip")], BatchRun()))[-1]


_PHOTOS = [
    BatchPhoto("low.jpg", make_analysis(risk_level="LOW"), None),
    BatchPhoto("=HYPERLINK(1).jpg", make_analysis(ood_score=9.0), None),
    BatchPhoto("<script>.jpg", None, "Bad <b>file</b>."),
    BatchPhoto("high.jpg", make_analysis(), None),
]


def test_the_table_begins_with_what_needs_a_doctor() -> None:
    html = table_html(_PHOTOS)
    names = re.findall(r"<th scope=row data-sort='([^']*)'", html)
    assert names == ["high.jpg", "=HYPERLINK(1).jpg", "&lt;script&gt;.jpg", "low.jpg"]
    assert "<script>" not in html
    assert "<b>file" not in html
    assert summary(_PHOTOS) == "1 high risk, 1 cannot be judged, 1 not analysed, 1 low risk"


def test_a_low_risk_without_a_dermatoscope_does_not_reassure() -> None:
    clinical = [
        BatchPhoto(f"clinical {risk.lower()}.jpg", make_analysis(risk_level=risk, is_clinical=True), None)
        for risk in ("LOW", "MEDIUM", "HIGH")
    ]
    photos = [*_PHOTOS, *clinical]
    rows = re.findall(r"<tr>(<th scope=row.*?)</tr>", table_html(photos))
    names = [re.findall(r"data-sort='([^']*)'", row)[0] for row in rows]
    assert names[:4] == ["high.jpg", "clinical high.jpg", "clinical medium.jpg", "clinical low.jpg"]
    assert names[-1] == "low.jpg"
    for row, name in zip(rows, names, strict=True):
        assert ("without a dermatoscope" in row) == name.startswith("clinical")
    assert "<span class='sg-badge sg-medium'>low</span>, <small>without a dermatoscope</small>" in rows[3]
    assert "<span class='sg-badge sg-high'>high</span>, <small>without a dermatoscope</small>" in rows[1]
    # The places that the page sorts by are those of the rows.
    places = [int(re.findall(r"data-sort='([^']*)'", row)[1]) for row in rows]
    assert places == sorted(places)
    assert summary(photos) == (
        "2 high risk, 1 medium risk, 1 low risk without a dermatoscope (for a doctor to look at in any case), "
        "1 cannot be judged, 1 not analysed, 1 low risk"
    )


def test_a_photo_that_cannot_be_judged_has_no_number_beside_it() -> None:
    (row,) = re.findall(r"<tbody>(.*)</tbody>", table_html(_PHOTOS[1:2]))
    assert "%" not in row
    assert "Melanoma" not in row


def test_the_csv_is_that_of_the_command_line_without_formulas(service: Service) -> None:
    spec = service.analyzer("openvino").spec
    rows = list(csv.DictReader(io.StringIO(table_csv(_PHOTOS, spec))))
    assert [row["image"] for row in rows] == ["low.jpg", "'=HYPERLINK(1).jpg", "<script>.jpg", "high.jpg"]
    assert [row["error"] for row in rows] == ["", "", "Bad <b>file</b>.", ""]
    assert float(rows[3]["cancer_probability"]) == pytest.approx(65)
    submission = list(csv.reader(io.StringIO(isic_csv(_PHOTOS, spec))))
    assert submission[0] == ["image", *CODES, "UNK"]
    assert [row[0] for row in submission[1:]] == ["low", "=HYPERLINK(1)", "high"]


def test_the_links_hold_the_files(service: Service, uploads: list[Upload]) -> None:
    *_, last = _results(service, uploads, BatchRun())
    table, submission = (base64.b64decode(data).decode() for data in re.findall(r"base64,([^']+)'", last))
    assert table.startswith("image,error,predicted_class,")
    assert len(table.splitlines()) == len(uploads) + 2
    assert submission.startswith("image,MEL,")
