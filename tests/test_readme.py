"""What the README says is so: its commands run, its examples work, its tables match the code."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from gradio_client import handle_file
from playwright._impl._driver import compute_driver_executable

import app
from inference.__main__ import main as inference_main
from llm.settings import DEFAULT_MODEL, LlmSettings
from postprocess.alike import NEIGHBOURS
from postprocess.analysis import to_json_object
from postprocess.lesion_description import COLORS, LesionDescription
from postprocess.photo_quality import ADVICE, PhotoQuality
from tests.analyses import make_analysis
from tests.conftest import REPOSITORY
from tests.inference.test_command_line import API_FIELDS
from tests.running_app import client_of
from training.commands.command_line import _parser
from webapp.analyses import KEPT_SECONDS, MAX_ANALYSES

README = (REPOSITORY / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
COMMANDS = [line for kind, block in BLOCKS if kind == "bash" for line in block.splitlines() if line.startswith("python")]


def _without_folders(command: str, tmp_path: Path) -> list[str]:
    """Arguments of a command, with what it writes put into a folder of the test."""
    return [str(tmp_path / word) if word in ("out.csv", "isic.csv", "maps") else word for word in command.split()]


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("python -m inference")])
def test_inference_commands_run(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(REPOSITORY)
    assert inference_main(_without_folders(command, tmp_path)[3:]) == 0


@pytest.mark.parametrize("command", [line for line in COMMANDS if line.startswith("python -m training")])
def test_training_commands_are_understood(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from training.commands.command_line import _expand_names

    monkeypatch.chdir(REPOSITORY)
    # They are run whole, on the same configuration, in tests/training/test_commands.py.
    assert _parser().parse_args(_expand_names(command.split()[3:])).subcommand == command.split()[3]


def test_the_first_lines_are_what_ci_runs() -> None:
    assert "pip install -r requirements.txt && python app.py" in README
    assert "pip install -r requirements-dev.txt && pytest" in README
    script = (REPOSITORY / ".ci" / "run").read_text()
    assert "pip install --quiet -r requirements-dev.txt" in script
    assert script.rstrip().endswith("pytest")


def test_the_python_example_runs() -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "python" and "load_analyzer" in block)
    result = subprocess.run([sys.executable, "-c", example], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.split()[0] in ("HIGH", "MEDIUM", "LOW")


def test_the_client_example_runs_as_written(app_url: str) -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "python" and "gradio_client" in block)
    code = example.replace("http://127.0.0.1:7860", app_url)
    assert code != example
    result = subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stderr
    loaded, first, advice, *many = result.stdout.splitlines()
    assert loaded.startswith("Loaded as API")
    assert first.split()[0] in ("HIGH", "MEDIUM", "LOW")
    assert len(advice) > 50
    assert [line.split()[0] for line in many] == ["irregular.png", "irregular.png"]


def test_the_javascript_example_runs_as_written(app_url: str, tmp_path: Path) -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "javascript")
    (tmp_path / "example.mjs").write_text(example.replace("http://127.0.0.1:7860", app_url))
    # Playwright, which the tests need anyway, brings Node with it.
    node, _ = compute_driver_executable()
    result = subprocess.run(
        [node, tmp_path / "example.mjs"], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False
    )
    assert result.returncode == 0, result.stderr
    first, advice = result.stdout.splitlines()[0], result.stdout.split("\n", 1)[1]
    assert re.fullmatch(r"(HIGH|MEDIUM|LOW) (true|false) (true|false) [\d.]+", first)
    assert "Programm" in advice or "Foto" in advice


def test_the_curl_example_runs_as_written(app_url: str) -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "bash" and "curl" in block)
    code = example.replace("http://127.0.0.1:7860", app_url)
    result = subprocess.run(["bash", "-euc", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120, check=False)
    assert result.returncode == 0, result.stderr
    assert result.stdout.startswith("event: complete")
    (data,) = re.findall(r"^data: (.*)", result.stdout, re.MULTILINE)
    assert json.loads(data)[0]["risk_level"] in ("HIGH", "MEDIUM", "LOW")


def test_every_field_of_the_api_is_in_the_table() -> None:
    for field in [*API_FIELDS, *to_json_object(make_analysis(), "")]:
        assert re.search(rf"\|.*\b{field}\b.*\|", README), field


def test_the_keys_within_a_field_are_in_its_row() -> None:
    analysis = make_analysis(
        photo_quality=PhotoQuality(60, 0.9, 0.5, 0.0, 0.0, 1.0),
        description=LesionDescription((0.5, 0.5), 0.9, dict.fromkeys(COLORS, 0.5)),
        alike_counts=(NEIGHBOURS, *[0] * 7),
    )
    answer = to_json_object(analysis, "")
    assert list(answer["lesion_description"]) == list(analysis.description.statements)
    for field, keys in (
        ("photo_quality", [*answer["photo_quality"], *ADVICE]),
        ("lesion_description", answer["lesion_description"]),
    ):
        (row,) = re.findall(rf"^\| {field} \|.*", README, re.MULTILINE)
        for key in keys:
            assert re.search(rf"\b{key}\b", row), key
    assert f"| alike_cases | {{code: count}}, {len(answer['alike_cases'])} entries, sum {NEIGHBOURS}" in README


def test_the_typed_answers_of_the_example_are_the_apis(app_url: str) -> None:
    (example,) = (block for kind, block in BLOCKS if kind == "python" and "gradio_client" in block)
    client = client_of(app_url)
    answer = client.predict(image=handle_file(str(REPOSITORY / "assets/examples/irregular.png")), api_name="/predict_api")
    advice = client.predict(analysis_id=answer["analysis_id"], api_name="/recommend_api")
    for name, found in (("Answer", answer), ("Advice", advice)):
        (fields,) = re.findall(rf"class {name}\(TypedDict\):\n((?:    .*\n)+)", example)
        assert set(re.findall(r"(\w+):", fields)) <= set(found)


def test_how_long_an_id_is_known_is_the_codes() -> None:
    assert KEPT_SECONDS == 3600
    assert f"known for up to an hour, the latest {MAX_ANALYSES} of all callers" in README


def test_options_and_defaults_are_the_codes() -> None:
    usage = app._parser().format_usage()
    for option in ("--host", "--port", "--engine", "--mcp"):
        assert option in usage
        assert option in README
    assert f"| {DEFAULT_MODEL} |" in README
    assert LlmSettings("", None, "").total_s == 30


def test_the_pinned_gradio_is_the_spaces() -> None:
    pinned = re.search(r"gradio\[mcp\]==(\S+)", (REPOSITORY / "requirements.txt").read_text())
    assert pinned is not None
    assert f"sdk_version: {pinned[1]}\n" in README


def test_every_path_that_is_named_exists() -> None:
    for path in re.findall(r"\]\(([\w/.]+)\)", README) + re.findall(r"`(\w+/)`", README):
        assert (REPOSITORY / path).exists(), path


def test_the_results_are_the_models() -> None:
    metrics = json.loads((REPOSITORY / "models_ir" / "model.json").read_text())["test_metrics"]
    for name, title in (("cancer_auroc", "Cancer AUROC"), ("balanced_accuracy", "Balanced accuracy")):
        assert f"| {title} | {metrics[name]['value']:.3f} |" in README
