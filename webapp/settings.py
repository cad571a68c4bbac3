"""Every setting that the environment can hold, in one place: what it means, what it may be. Imports nothing that reads them.

Checked before anything else: Gradio, for one, reads its port while it is imported, and fails there without a word on why.
"""

import os
import re
from collections.abc import MutableMapping
from dataclasses import dataclass

from llm.settings import DEFAULT_CALLS_PER_CLIENT, DEFAULT_CALLS_PER_HOUR, DEFAULT_MODEL, settings_from_environment


class SettingError(ValueError):
    """A setting cannot be right; one sentence that names it and does not repeat its value: a key may stand in it."""


@dataclass(frozen=True)
class Setting:
    """One variable of the environment."""

    name: str
    pattern: str
    """What the whole value must match."""
    expected: str
    """The same in words, for the message."""
    meaning: str
    default: str


_ANYTHING = r".*"
_COUNT = r"[1-9]\d{0,4}"
_PORT = r"[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5]"
SETTINGS = (
    Setting(
        "OPENAI_API_KEY",
        _ANYTHING,
        "",
        "key of an OpenAI-compatible service that writes the recommendation; without it nothing is asked",
        "none",
    ),
    Setting("OPENAI_BASE_URL", _ANYTHING, "", "its address (Azure, vLLM, llama.cpp, Ollama, ...)", "OpenAI's"),
    Setting("OPENAI_MODEL", _ANYTHING, "", "its model", DEFAULT_MODEL),
    Setting(
        "SKINGLANCE_LLM_CALLS_PER_CLIENT",
        _COUNT,
        "a whole number, 1 to 99999",
        "how often in an hour it may be asked for one client (an address; of IPv6 the first 64 bits)",
        str(DEFAULT_CALLS_PER_CLIENT),
    ),
    Setting(
        "SKINGLANCE_LLM_CALLS_PER_HOUR",
        _COUNT,
        "a whole number, 1 to 99999",
        "how often in an hour it may be asked for all clients together",
        str(DEFAULT_CALLS_PER_HOUR),
    ),
    Setting(
        "SKINGLANCE_THREADS",
        r"[1-9]\d{0,3}",
        "a whole number of at least 1",
        "CPU threads of the OpenVINO engine",
        "what the process may use",
    ),
    Setting(
        "SKINGLANCE_CACHE_DIR",
        r"/.+",
        "a whole path, beginning with /",
        "folder for compiled and fetched models, which start faster; one that cannot be written is not used",
        "`~/.cache/skinglancecare`",
    ),
    Setting(
        "SKINGLANCE_MODEL_REPO",
        r"[\w.-]+/[\w.-]+",
        "OWNER/NAME on the Hub",
        "model from the Hugging Face Hub instead of the one that ships",
        "none",
    ),
    Setting(
        "SKINGLANCE_MODEL_REVISION",
        r"[0-9a-f]{40}",
        "the 40 hexadecimal digits of a commit",
        "its commit",
        "none",
    ),
    Setting(
        "SKINGLANCE_MODEL_SHA256",
        r"[0-9a-f]{64}",
        "the 64 hexadecimal digits that `sha256sum model.json` prints",
        "SHA-256 of its model.json, which holds those of all files that it computes with",
        "none",
    ),
    Setting("HF_ENDPOINT", r"https?://[^\s@]+", "like https://HOST", "a mirror of the Hub", "`https://huggingface.co`"),
    Setting("HF_TOKEN", r"[!-~]+", "one word of ASCII characters", "token for a private repository on the Hub", "none"),
    Setting("GRADIO_SERVER_NAME", r"[\w.:-]+", "a host name or an address", "address of the page", "127.0.0.1"),
    Setting("GRADIO_SERVER_PORT", _PORT, "a port, 1 to 65535", "port of the page", "the first free from 7860"),
    Setting(
        "GRADIO_ROOT_PATH",
        r"/\S*|https?://\S+",
        "a path that begins with /, or an address",
        "where the page is behind a proxy",
        "`/`",
    ),
    Setting(
        "GRADIO_TEMP_DIR",
        r"/.+",
        "a whole path, beginning with /",
        "where the app makes its own folder for uploads",
        "the system's",
    ),
)
_MODEL = ("SKINGLANCE_MODEL_REPO", "SKINGLANCE_MODEL_REVISION", "SKINGLANCE_MODEL_SHA256")


@dataclass(frozen=True)
class HubModel:
    """Which model is fetched from the Hub."""

    repo: str
    revision: str
    sha256: str


def check_environment(environment: MutableMapping[str, str] = os.environ) -> HubModel | None:
    """Check all settings; returns the model on the Hub where one is named.

    Those that are empty are removed: whoever reads them later finds them not set.

    Raises:
        SettingError: one of them cannot be right.
    """
    for setting in SETTINGS:
        # "NAME=" in a compose or .env file. Gradio would take an empty port for a wrong one, an empty name for every address.
        if environment.get(setting.name) == "":
            del environment[setting.name]
        value = environment.get(setting.name, "")
        if value and not re.fullmatch(setting.pattern, value):
            raise SettingError(f"{setting.name} must be {setting.expected}; correct or remove it")
    try:
        settings_from_environment(environment)
    except ValueError as error:
        raise SettingError(str(error)) from error
    given = [environment.get(name, "") for name in _MODEL]
    if not any(given):
        return None
    if not all(given):
        missing = next(name for name, value in zip(_MODEL, given, strict=True) if not value)
        raise SettingError(
            f"{missing} is missing: {', '.join(_MODEL[:2])} and {_MODEL[2]} belong together; set or remove all three"
        )
    return HubModel(*given)
