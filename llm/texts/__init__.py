"""The sentences of the offline recommendation, one module a language."""

from llm.texts import de, en, es, pl, uk
from llm.texts.model import Texts

TEXTS: dict[str, Texts] = {"en": en.TEXTS, "es": es.TEXTS, "de": de.TEXTS, "pl": pl.TEXTS, "uk": uk.TEXTS}
LANGUAGES = tuple(TEXTS)

__all__ = ["LANGUAGES", "TEXTS", "Texts"]
