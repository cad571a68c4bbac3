"""The sentences of the offline recommendation, one module a language."""

from llm.texts import de, en, es, pl, uk
from llm.texts.model import Texts

TEXTS: dict[str, Texts] = {"en": en.TEXTS, "es": es.TEXTS, "de": de.TEXTS, "pl": pl.TEXTS, "uk": uk.TEXTS}
LANGUAGES = tuple(TEXTS)
# Actinic keratosis: no cancer yet, but it can turn into one, and counts as one in the probability of cancer. Whoever tags
# diagnoses says that, as the sentences here do.
PREMALIGNANT = "AK"

__all__ = ["LANGUAGES", "PREMALIGNANT", "TEXTS", "Texts"]
