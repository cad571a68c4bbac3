"""Which language model is asked, from the environment, and how long it may take."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

DEFAULT_MODEL = "gpt-5-mini"
# Of a stranger who looks at a few photos in several languages; and of a day on which a page is talked about.
DEFAULT_CALLS_PER_CLIENT, DEFAULT_CALLS_PER_HOUR = 20, 200
_MAX_DIGITS = 5


@dataclass(frozen=True)
class LlmSettings:
    """An OpenAI-compatible service, and how long it may take."""

    api_key: str = field(repr=False)
    base_url: str | None
    """None: the service of OpenAI itself."""
    model: str
    first_word_s: float = 10.0
    """Longest wait for the first word, in seconds."""
    total_s: float = 30.0
    """Longest time for the whole text, in seconds."""
    next_word_s: float = 5.0
    """Longest pause between two words, in seconds: a service that gets stuck does not use up `total_s`."""
    calls_per_client: int = DEFAULT_CALLS_PER_CLIENT
    """How many calls one client may cause in an hour."""
    calls_per_hour: int = DEFAULT_CALLS_PER_HOUR
    """How many calls all clients together may cause in an hour."""


def settings_from_environment(environment: Mapping[str, str] = os.environ) -> LlmSettings | None:
    """OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL and the limits; None without a key: then nothing is ever asked.

    Raises:
        ValueError: a variable cannot be right. The message repeats no value: a key may stand in the wrong variable.
    """
    key = environment.get("OPENAI_API_KEY", "").strip()
    if not key:
        return None
    if not key.isascii() or not key.isprintable() or " " in key:
        raise ValueError("OPENAI_API_KEY must be one word of ASCII characters; copy the key again, without line ends")
    base_url = environment.get("OPENAI_BASE_URL", "").strip()
    if base_url and not _is_service_url(base_url):
        raise ValueError(
            "OPENAI_BASE_URL must be like https://HOST/v1 or http://localhost:11434/v1, without user name, password, "
            "'?' and '#'; the key belongs into OPENAI_API_KEY"
        )
    model = environment.get("OPENAI_MODEL", "").strip()
    if not model.isprintable():
        raise ValueError("OPENAI_MODEL must be the name of a model on one line")
    per_client = _count(environment, "SKINGLANCE_LLM_CALLS_PER_CLIENT", DEFAULT_CALLS_PER_CLIENT)
    per_hour = _count(environment, "SKINGLANCE_LLM_CALLS_PER_HOUR", DEFAULT_CALLS_PER_HOUR)
    return LlmSettings(key, base_url or None, model or DEFAULT_MODEL, calls_per_client=per_client, calls_per_hour=per_hour)


def _count(environment: Mapping[str, str], name: str, default: int) -> int:
    value = environment.get(name, "").strip() or str(default)
    if not value.isascii() or not value.isdecimal() or len(value) > _MAX_DIGITS or int(value) < 1:
        raise ValueError(f"{name} must be a whole number, 1 to {10**_MAX_DIGITS - 1}; correct or remove it")
    return int(value)


def _is_service_url(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or any(sign in url for sign in " @?#\\"):
        return False
    try:
        parts = urlsplit(url)
        # `port` is read because urlsplit finds out only then that it is none.
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
