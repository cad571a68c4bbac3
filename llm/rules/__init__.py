"""The words that the check of a text knows, one module a language."""

from llm.rules import de, en, es, pl, uk
from llm.rules.model import Rules

RULES: dict[str, Rules] = {"en": en.RULES, "es": es.RULES, "de": de.RULES, "pl": pl.RULES, "uk": uk.RULES}

__all__ = ["RULES", "Rules"]
