"""/batch_api and /recommend_api as programs call them."""

import json
import zipfile
from pathlib import Path

import gradio as gr
import httpx2
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from inference.analyzer import DEFAULT_MODEL
from tests.analyses import make_analysis
from tests.running_app import PATIENCE_SECONDS, client_of
from tests.security.calls import Caller
from tests.webapp.test_api import _check
from webapp import analyses as module
from webapp.analyses import AnalysisStore
from webapp.batch import Upload
from webapp.batch_api import batch_endpoint, recommend_endpoint
from webapp.service import Service


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return client_of(app_url)


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


def test_null_stands_for_the_default(app_url: str, drawing_jpeg: bytes) -> None:
    caller = Caller(app_url)
    photo = {"path": caller.upload(drawing_jpeg), "meta": {"_type": "gradio.FileData"}}
    answer = caller.call("predict_api", [photo, None, None, None, None, None])
    assert answer | {"analysis_id": ""} == caller.call("predict_api", [photo]) | {"analysis_id": ""}
    (of_many,) = caller.call("batch_api", [[photo], None, None, None])
    assert (of_many["cancer_probability"], of_many["recommendation"]) == (
        answer["cancer_probability"],
        answer["recommendation"],
    )
    assert of_many["model_uncertainty"] == answer["model_uncertainty"]
    assert caller.call("recommend_api", [answer["analysis_id"], None])["language"] == "en"
    for endpoint, words in (
        ("predict_api", "Send a photo"),
        ("batch_api", "Send photos"),
        ("recommend_api", "no analysis with this analysis_id"),
    ):
        with pytest.raises(LookupError, match=words):
            caller.call(endpoint, [None])


@pytest.mark.parametrize("samples", ['"30"', "true", "[30]", "{}", "NaN", "1e999"])
def test_a_number_of_samples_that_is_no_number_is_named(app_url: str, drawing_jpeg: bytes, samples: str) -> None:
    caller = Caller(app_url)
    photo = json.dumps({"path": caller.upload(drawing_jpeg), "meta": {"_type": "gradio.FileData"}})
    for endpoint, images in (("predict_api", photo), ("batch_api", f"[{photo}]")):
        # As text: what writes JSON here refuses some of them.
        begun = caller.begin_with_text(endpoint, f'{{"data": [{images}, {samples}]}}')
        with pytest.raises(LookupError, match="mc_samples must be a number"):
            caller.finish(endpoint, begun)


def test_a_number_of_samples_that_there_is_not_ends_the_batch_before_it_begins(
    drawing_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    service = Service(DEFAULT_MODEL)
    monkeypatch.setattr(service, "read", lambda _: pytest.fail("a photo was decoded"))
    with gr.Blocks() as page:
        batch_endpoint(service, "openvino")
    (function,) = (each.fn for each in page.fns.values() if each.api_name == "batch_api")
    with pytest.raises(gr.Error, match="0 or 2 to 1000, got 1"):
        function(images=2 * [Upload("a.jpg", drawing_file)], mc_samples=1)


@pytest.mark.parametrize("endpoint", ["batch_api", "recommend_api"])
def test_a_fault_of_ours_is_said_to_be_one(endpoint: str, drawing_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service(DEFAULT_MODEL)
    with gr.Blocks() as page:
        batch_endpoint(service, "openvino")
        recommend_endpoint(service)
    (function,) = (each.fn for each in page.fns.values() if each.api_name == endpoint)
    arguments: dict = {"images": [Upload("a.jpg", drawing_file)], "mc_samples": 0}
    if endpoint == "recommend_api":
        arguments = {"analysis_id": service.analyses.put(make_analysis()), "request": None}
    monkeypatch.setattr("webapp.service.offline_text", _fail)
    monkeypatch.setattr("webapp.batch_api.recommend", _fail)
    with pytest.raises(gr.Error, match="went wrong on the server"):
        function(**arguments)


def _fail(*_: object, **__: object) -> None:
    raise RuntimeError("/secret/path")


def test_a_file_of_the_server_is_not_taken_for_a_photo(app_url: str, example_files: list[Path]) -> None:
    # As JSON: the Python client would upload it.
    photo = {"path": str(example_files[0]), "meta": {"_type": "gradio.FileData"}}
    call = f"{app_url}/gradio_api/call/batch_api"
    event = httpx2.post(call, json={"data": [[photo], 0, "openvino", "en"]}, timeout=PATIENCE_SECONDS).json()["event_id"]
    assert httpx2.get(f"{call}/{event}", timeout=PATIENCE_SECONDS).text.startswith("event: error")


def test_analyses_are_forgotten_by_number_and_by_age(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_ANALYSES", 2)
    store, analysis = AnalysisStore(), make_analysis()
    first, second, third = (store.put(analysis) for _ in range(3))
    assert (store.get(first), store.get(second), store.get(third)) == (None, analysis, analysis)
    now = module.time.monotonic()
    monkeypatch.setattr(module.time, "monotonic", lambda: now + module.KEPT_SECONDS + 60)
    assert store.get(third) is None
