"""Where the service is comes from the environment, and what cannot be right is said without repeating it."""

import pytest

from llm.settings import DEFAULT_MODEL, LlmSettings, settings_from_environment

KEY = "sk-canary-0123456789"


def test_without_a_key_there_is_no_service() -> None:
    assert settings_from_environment({"OPENAI_BASE_URL": "http://localhost/v1"}) is None
    assert settings_from_environment({"OPENAI_API_KEY": "  "}) is None


def test_the_environment_names_the_service(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", f" {KEY}\n")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:1/v1")
    monkeypatch.setenv("OPENAI_MODEL", "mine")
    assert settings_from_environment() == LlmSettings(KEY, "http://127.0.0.1:1/v1", "mine")


def test_the_defaults_are_those_that_are_documented() -> None:
    settings = settings_from_environment({"OPENAI_API_KEY": KEY})
    assert settings == LlmSettings(KEY, None, DEFAULT_MODEL)
    assert settings is not None
    assert (settings.first_word_s, settings.next_word_s, settings.total_s) == (10, 5, 30)
    # Any way to be slow but that of many slow words is over after 15 seconds.
    assert settings.first_word_s + settings.next_word_s <= 15


@pytest.mark.parametrize(
    "url", ["https://host/v1", "http://localhost:11434/v1", "http://[::1]:8000/v1", "https://a.b/openai/v1/"]
)
def test_good_addresses_are_taken(url: str) -> None:
    settings = settings_from_environment({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url})
    assert settings is not None
    assert settings.base_url == url


@pytest.mark.parametrize(
    "url",
    [
        "localhost:11434",
        "ftp://host/v1",
        "https://",
        "https://user:secret@host/v1",
        "https://host/v1?key=secret",
        "https://host/v1#secret",
        "https://host:99999/v1",
        "https://ho st/v1",
        "https://höst/v1",
        "sk-secret",
    ],
)
def test_other_addresses_are_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(ValueError, match="OPENAI_BASE_URL must be like https://HOST/v1") as refused:
        settings_from_environment({"OPENAI_API_KEY": KEY, "OPENAI_BASE_URL": url})
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("key", ["two words", "line\nend", "schlüssel"])
def test_a_key_that_cannot_be_one_is_refused_and_not_repeated(key: str) -> None:
    with pytest.raises(ValueError, match="OPENAI_API_KEY must be one word of ASCII characters") as refused:
        settings_from_environment({"OPENAI_API_KEY": key})
    assert key not in str(refused.value)


def test_a_model_of_two_lines_is_refused() -> None:
    with pytest.raises(ValueError, match="OPENAI_MODEL"):
        settings_from_environment({"OPENAI_API_KEY": KEY, "OPENAI_MODEL": "a\nb"})


def test_the_key_is_not_in_the_representation() -> None:
    assert KEY not in repr(LlmSettings(KEY, None, "m"))
