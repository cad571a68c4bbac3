"""Settings are checked before anything reads them, and the README tells of each."""

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY
from webapp.settings import SETTINGS, HubModel, SettingError, check_environment

_MODEL = {
    "SKINGLANCE_MODEL_REPO": "owner/name",
    "SKINGLANCE_MODEL_REVISION": "a" * 40,
    "SKINGLANCE_MODEL_SHA256": "b" * 64,
}
_WRONG = {
    "OPENAI_BASE_URL": "ftp://somewhere",
    "OPENAI_MODEL": "two\nlines",
    "SKINGLANCE_LLM_CALLS_PER_CLIENT": "many",
    "SKINGLANCE_LLM_CALLS_PER_HOUR": "-3",
    "SKINGLANCE_THREADS": "-7",
    "SKINGLANCE_CACHE_DIR": "cached-here",
    "SKINGLANCE_MODEL_REPO": "only-a-name",
    "SKINGLANCE_MODEL_REVISION": "main-branch",
    "SKINGLANCE_MODEL_SHA256": "b" * 63,
    "HF_ENDPOINT": "ftp://host",
    "HF_TOKEN": "two words",
    "GRADIO_SERVER_NAME": "two words",
    "GRADIO_SERVER_PORT": "65536",
    "GRADIO_ROOT_PATH": "below-there",
    "GRADIO_TEMP_DIR": "uploads-here",
    "OPENAI_API_KEY": "two words",
}


def test_every_setting_has_a_wrong_value_here() -> None:
    assert set(_WRONG) == {setting.name for setting in SETTINGS}


@pytest.mark.parametrize("name", _WRONG)
def test_a_wrong_value_gets_a_sentence_that_does_not_repeat_it(name: str) -> None:
    with pytest.raises(SettingError, match=name) as raised:
        check_environment({"OPENAI_API_KEY": "key"} | _MODEL | {name: _WRONG[name]})
    assert _WRONG[name] not in str(raised.value)


def test_ordinary_values_and_none_are_right() -> None:
    assert check_environment({}) is None
    assert check_environment({"GRADIO_SERVER_PORT": "65535", "GRADIO_SERVER_NAME": "::", "SKINGLANCE_THREADS": ""}) is None
    assert check_environment(_MODEL) == HubModel(*_MODEL.values())


def test_a_setting_that_is_empty_is_not_set() -> None:
    """As "NAME=" in a compose or .env file leaves it."""
    environment = {setting.name: "" for setting in SETTINGS} | {"FORWARDED_ALLOW_IPS": ""}
    assert check_environment(environment) is None
    # Not one of them: empty, it believes nobody.
    assert environment == {"FORWARDED_ALLOW_IPS": ""}


def test_gradio_does_not_find_the_empty_ones() -> None:
    # Else its import fails with a traceback for an empty port, and it listens on every address for an empty name.
    code = (
        "import webapp.settings as settings\nsettings.check_environment()\n"
        "from gradio.http_server import INITIAL_PORT_VALUE, LOCALHOST_NAME\nprint(INITIAL_PORT_VALUE, LOCALHOST_NAME)"
    )
    empty = {"GRADIO_SERVER_PORT": "", "GRADIO_SERVER_NAME": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, env=os.environ | empty, capture_output=True, text=True, check=False
    )
    assert done.stdout == "7860 127.0.0.1\n", done.stderr


@pytest.mark.parametrize("name", _MODEL)
def test_the_three_settings_of_a_model_belong_together(name: str) -> None:
    with pytest.raises(SettingError, match=f"{name} is missing"):
        check_environment({other: value for other, value in _MODEL.items() if other != name})


def test_the_app_ends_with_one_sentence_before_gradio_is_imported() -> None:
    # Gradio itself fails with a traceback on this one, while it is imported.
    code = "import sys, app\nstatus = app.main([])\nprint('gradio' in sys.modules)\nraise SystemExit(status)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=REPOSITORY,
        env={"PATH": "", "GRADIO_SERVER_PORT": "http"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr == "error: GRADIO_SERVER_PORT must be a port, 1 to 65535; correct or remove it\n"
    assert done.stdout == "False\n"


def test_the_readme_has_the_same_table() -> None:
    readme = (REPOSITORY / "README.md").read_text()
    for setting in SETTINGS:
        assert f"| {setting.name} | {setting.meaning} | {setting.default} |" in readme
