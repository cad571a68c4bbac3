"""The words of the report, one module a language; names of diagnoses come from `llm.texts`."""

from report.words import de, en, es, pl, uk
from report.words.model import Words

WORDS: dict[str, Words] = {"en": en.WORDS, "es": es.WORDS, "de": de.WORDS, "pl": pl.WORDS, "uk": uk.WORDS}

__all__ = ["WORDS", "Words"]
