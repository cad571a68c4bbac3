"""/batch_api and /recommend_api as programs call them."""

import zipfile
from pathlib import Path

import httpx2
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from tests.analyses import make_analysis
from tests.webapp.test_api import _check
from webapp import analyses as module
from webapp.analyses import AnalysisStore


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return Client(app_url, verbose=False, analytics_enabled=False)


def test_every_photo_has_its_answer_or_its_reason(client: Client, tmp_path: Path, drawing_file: Path) -> None:
    (tmp_path / "text.jpg").write_text("no photo")
    with zipfile.ZipFile(tmp_path / "photos.zip", "w") as archive:
        archive.write(drawing_file, "inside.jpg")
    paths = [drawing_file, tmp_path / "text.jpg", tmp_path / "photos.zip"]
    answers = client.predict(images=[handle_file(str(path)) for path in paths], language="de", api_name="/batch_api")
    assert [answer["image"] for answer in answers] == ["drawing.jpg", "text.jpg", "photos.zip/inside.jpg"]
    assert set(answers[1]) == {"image", "error"}
    _check(answers[0])
    assert answers[0]["cancer_probability"] == answers[2]["cancer_probability"]
    assert answers[0]["analysis_id"] != answers[2]["analysis_id"]
    with pytest.raises(AppError, match="Send photos or zip files"):
        client.predict(images=[], api_name="/batch_api")


def test_a_recommendation_is_asked_for_by_id(client: Client, drawing_file: Path) -> None:
    answer = client.predict(image=handle_file(str(drawing_file)), api_name="/predict_api")
    advice = client.predict(analysis_id=answer["analysis_id"], api_name="/recommend_api")
    assert advice["recommendation"] == answer["recommendation"]
    assert (advice["recommendation_source"], advice["language"]) == ("offline", "en")
    other = client.predict(analysis_id=answer["analysis_id"], language="uk", api_name="/recommend_api")
    assert "лікар" in other["recommendation"]


@pytest.mark.parametrize("identifier", ["", "made-up", '{"risk_level": "LOW"}'])
def test_an_id_that_was_not_given_out_gets_a_sentence(client: Client, identifier: str) -> None:
    with pytest.raises(AppError, match="no analysis with this analysis_id"):
        client.predict(analysis_id=identifier, api_name="/recommend_api")


def test_a_file_of_the_server_is_not_taken_for_a_photo(app_url: str, example_files: list[Path]) -> None:
    # As JSON: the Python client would upload it.
    photo = {"path": str(example_files[0]), "meta": {"_type": "gradio.FileData"}}
    call = f"{app_url}/gradio_api/call/batch_api"
    event = httpx2.post(call, json={"data": [[photo], 0, "openvino", "en"]}).json()["event_id"]
    assert httpx2.get(f"{call}/{event}", timeout=30).text.startswith("event: error")


def test_analyses_are_forgotten_by_number_and_by_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ANALYSES", 2)
    store, analysis = AnalysisStore(), make_analysis()
    first, second, third = (store.put(analysis) for _ in range(3))
    assert (store.get(first), store.get(second), store.get(third)) == (None, analysis, analysis)
    now = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.KEPT_SECONDS + 60)
    assert store.get(third) is None
