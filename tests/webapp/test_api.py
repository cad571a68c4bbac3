"""/predict_api as others call it: every field with its type and unit, and a sentence for what is no photo."""

import json
import re
import urllib.request
from pathlib import Path

import httpx2
import pytest
from gradio_client import Client, handle_file
from gradio_client.exceptions import AppError

from inference.analyzer import DEFAULT_MODEL
from inference.model_spec import MODEL_FILE
from tests.analyses import CODES
from tests.bad_files import BAD_FILES
from tests.inference.test_command_line import API_FIELDS
from tests.running_app import PATIENCE_SECONDS, client_of

MODEL_JSON = DEFAULT_MODEL / MODEL_FILE


@pytest.fixture(scope="module")
def client(app_url: str) -> Client:
    return client_of(app_url)


def _check(answer: dict) -> None:
    for field, kind in API_FIELDS.items():
        # JSON has one kind of number: 100.0 may arrive as 100.
        assert isinstance(answer[field], (int, float) if kind is float else kind), field
    assert list(answer["class_probabilities"]) == list(CODES)
    assert sum(answer["class_probabilities"].values()) == pytest.approx(100)
    assert answer["predicted_class"] in CODES
    for field in ("predicted_probability", "cancer_probability", "cancer_certainty", "certainty_score"):
        assert 0 <= answer[field] <= 100
    for field in ("risk_level", "certainty_level"):
        assert answer[field] in ("HIGH", "MEDIUM", "LOW")
    assert set(answer["prediction_set"]) <= set(CODES)
    assert answer["predicted_class"] in answer["prediction_set"]
    assert len(answer["certainty_parts"]) == 4
    low, high = answer["cancer_probability_interval"]
    assert 0 <= low <= high <= 100
    assert 0 <= answer["model_uncertainty"] <= 2.0795


def test_a_drawing_gets_every_field(client: Client, drawing_file: Path) -> None:
    _check(client.predict(image=handle_file(str(drawing_file)), api_name="/predict_api"))


def test_a_photo_gets_every_field(client: Client, test_photos: list[Path]) -> None:
    answer = client.predict(image=handle_file(str(test_photos[0])), api_name="/predict_api")
    _check(answer)


def test_inputs_with_defaults_can_be_given(client: Client, drawing_file: Path) -> None:
    photo = handle_file(str(drawing_file))
    answer = client.predict(image=photo, mc_samples=0, engine="openvino", language="de", api_name="/predict_api")
    assert answer["model_uncertainty"] is None
    assert answer["cancer_probability_interval"] is None
    assert "Programm" in answer["recommendation"] or "Foto" in answer["recommendation"]
    with pytest.raises(AppError, match="0 or 2 to 1000"):
        client.predict(image=photo, mc_samples=1, api_name="/predict_api")


def test_the_network_looks_eight_times_or_once(client: Client, drawing_file: Path) -> None:
    photo = handle_file(str(drawing_file))
    eight, once = (client.predict(image=photo, api_name="/predict_api", **views) for views in ({}, {"views": 1}))
    for answer in (eight, once):
        _check(answer)
    assert (eight["views"], once["views"]) == (8, 1)
    assert eight["cancer_probability"] != once["cancer_probability"]
    with pytest.raises(AppError, match="not in the list of choices"):
        client.predict(image=photo, views=3, api_name="/predict_api")


def test_the_last_inputs_may_be_left_out_without_a_client_library(app_url: str, drawing_file: Path) -> None:
    call = f"{app_url}/gradio_api/call/predict_api"
    with drawing_file.open("rb") as file:
        (uploaded,) = httpx2.post(f"{app_url}/gradio_api/upload", files={"files": file}, timeout=PATIENCE_SECONDS).json()
    photo = {"path": uploaded, "meta": {"_type": "gradio.FileData"}}
    answers = []
    for inputs in ([photo], [photo, 30, "openvino", "en", "specialist", 8]):
        event = httpx2.post(call, json={"data": inputs}, timeout=PATIENCE_SECONDS).json()["event_id"]
        found = re.search("event: complete\ndata: (.*)", httpx2.get(f"{call}/{event}", timeout=PATIENCE_SECONDS).text)
        assert found is not None
        answers.append(json.loads(found[1])[0] | {"analysis_id": ""})
    assert answers[0] == answers[1]
    # A call without a photo is told what is missing.
    event = httpx2.post(call, json={"data": []}, timeout=PATIENCE_SECONDS).json()["event_id"]
    assert "Send a photo as `image`." in httpx2.get(f"{call}/{event}", timeout=PATIENCE_SECONDS).text


def test_both_engines_can_be_asked_for(client: Client, drawing_file: Path) -> None:
    answers = [
        client.predict(image=handle_file(str(drawing_file)), engine=engine, api_name="/predict_api")
        for engine in ("openvino", "torch")
    ]
    assert [answer["engine"] for answer in answers] == ["openvino", "torch"]
    assert answers[0]["cancer_probability"] == pytest.approx(answers[1]["cancer_probability"], abs=15)


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_file_that_is_no_photo_gets_a_sentence_and_the_app_goes_on(
    client: Client, tmp_path: Path, drawing_file: Path, name: str
) -> None:
    make, words = BAD_FILES[name]
    (tmp_path / name).write_bytes(make())
    with pytest.raises(AppError, match=words):
        client.predict(image=handle_file(str(tmp_path / name)), api_name="/predict_api")
    _check(client.predict(image=handle_file(str(drawing_file)), api_name="/predict_api"))


def test_only_the_documented_endpoints_are_public(client: Client) -> None:
    named = client.view_api(return_format="dict")["named_endpoints"]
    assert list(named) == ["/predict_api", "/batch_api", "/recommend_api"]


def test_healthz_answers_once_photos_can_be_analysed(app_url: str) -> None:
    with urllib.request.urlopen(f"{app_url}/healthz", timeout=PATIENCE_SECONDS) as answer:
        health = json.load(answer)
    version = json.loads(MODEL_JSON.read_text())["version"]
    assert health == {"status": "ok", "self_test": "passed", "model_version": version, "engine": "openvino"}


def test_a_file_of_the_server_is_not_taken_for_a_photo(client: Client) -> None:
    photo = {"path": "/etc/hostname", "meta": {"_type": "gradio.FileData"}}
    with pytest.raises(AppError):
        client.predict(image=photo, api_name="/predict_api")
