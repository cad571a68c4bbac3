"""Which language model is asked, from the environment."""

import os
from dataclasses import dataclass, field

DEFAULT_MODEL = "gpt-5-mini"


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


def settings_from_environment() -> LlmSettings | None:
    """OPENAI_API_KEY, OPENAI_BASE_URL, OPENAI_MODEL; None without a key: then nothing is ever asked."""
    key = os.environ.get("OPENAI_API_KEY", "").strip()
    if not key:
        return None
    return LlmSettings(key, os.environ.get("OPENAI_BASE_URL") or None, os.environ.get("OPENAI_MODEL") or DEFAULT_MODEL)
