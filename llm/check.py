"""Whether a text that a language model wrote may be shown.

No list of lies is ever complete: a first version that looked for forbidden words found 15 of 73 lies that it had not
been written for. So this is a list of what may be said. A text may use the words of the offline text for the same
analysis, the diseases and percentages that the service was told, and some two hundred neutral words a language
(`llm.rules`). Drugs, doses, other diseases, home remedies, odds, links and other languages are thereby refused without
being known: 73 of 73. What is left are false statements made of right words: negations, a disease stated as a fact,
another risk or class, a number that stands for something else, a time too late, a doctor only under a condition.

It errs on the side of the offline text, which says the same.
"""

import re

from llm.facts import told_classes, told_percentages
from llm.offline import advice_level, offline_text
from llm.rules import RULES, Rules
from llm.texts import TEXTS
from postprocess.analysis import Analysis

MIN_WORDS, MAX_WORDS = 40, 260
# A beginning that is shown before the whole text has come is at least as long.
MIN_BEGINNING_WORDS = 8

_SIGNS = " \n\u00a0\u202f.,;:!?'ʼ’\"„“”«»()%–—-"
_LINK_OR_LIST = re.compile(r"[^\W\d]\.[^\W\d]{2}|^\s*(?:[-–—]|\d+[.)])\s", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]+(?:’[^\W\d_]+)*")
_NUMBER = re.compile(r"(\d+(?:[.,]\d+)?)(\s?%)?")


def find_problem(text: str, analysis: Analysis, language: str) -> str | None:
    """The first rule that a whole text breaks, in a word or two; None when it breaks none."""
    if not MIN_WORDS <= len(text.split()) <= MAX_WORDS:
        return "length"
    return find_forbidden(text, analysis, language) or find_missing(text, analysis, language)


def find_missing(text: str, analysis: Analysis, language: str) -> str | None:
    """What a text must say and does not, above all to see a doctor, and how soon; None when nothing is missing."""
    rules, lower, warning = RULES[language], _plain(text), _warning(analysis, language)
    if len(lower.split()) < MIN_BEGINNING_WORDS:
        return "length"
    if warning and warning not in _sentences(lower):
        return "no warning"
    lower = lower.replace(warning, "")
    if not re.search(rules.doctor, lower):
        return "no doctor"
    if analysis.is_ood:
        return None
    return None if _says_how_soon(lower, advice_level(analysis), rules) else "no urgency"


def find_forbidden(text: str, analysis: Analysis, language: str) -> str | None:
    """What a text, or its beginning of whole sentences, says and must not; None when there is nothing."""
    rules, lower = RULES[language], _plain(text).replace(_warning(analysis, language), "")
    if any(sign not in rules.letters + "0123456789" + _SIGNS for sign in text.lower()) or _LINK_OR_LIST.search(text):
        return "markup"
    if _has_unknown_word(lower, analysis, language):
        return "word"
    if any(_has_wrong_number(sentence, analysis, rules) for sentence in _sentences(lower)):
        return "number"
    if any(_names_wrong_class(sentence, analysis, rules) for sentence in _sentences(lower)):
        return "class"
    level, advised = ("", "") if analysis.is_ood else (analysis.risk_level, advice_level(analysis))
    if any(re.search(words, lower) for name, words in rules.levels.items() if name != level):
        return "risk"
    if advised in rules.too_late and re.search(rules.too_late[advised], lower):
        return "too late"
    if any(re.search(rules.not_before, sentence) and _has_sign(sentence, rules) for sentence in _sentences(lower)):
        return "condition"
    return "statement" if re.search(rules.forbidden, re.sub(rules.approved, " ; ", lower)) else None


def _plain(text: str) -> str:
    """In lower case, with one kind of apostrophe, and one space wherever there is white space: the rules know no other."""
    return " ".join(re.sub("['ʼ]", "’", text.lower()).split())


def _warning(analysis: Analysis, language: str) -> str:
    """What must be said of a clinical photo, and is checked by itself: its words are no licence to use them elsewhere."""
    return _plain(TEXTS[language].clinical) if analysis.is_clinical else ""


def _has_unknown_word(lower: str, analysis: Analysis, language: str) -> bool:
    texts = TEXTS[language]
    told = [name for code in told_classes(analysis) for name in (texts.names[code], texts.looks_like[code])]
    sources = [offline_text(analysis, language), RULES[language].other_words, *told]
    known = set(_WORD.findall(_plain(" ".join(sources)).replace(_warning(analysis, language), "")))
    return any(not any(_are_forms(word, other) for other in known) for word in set(_WORD.findall(lower)) - known)


def _are_forms(word: str, other: str) -> bool:
    """Whether two words share at least five letters, and differ in their last three at most."""
    shared = max(5, len(word) - 3, len(other) - 3)
    return word[:shared] == other[:shared]


def _says_how_soon(lower: str, level: str, rules: Rules) -> bool:
    if level == "LOW":
        return bool(re.search(rules.change, lower))
    soon = rules.within_days if level == "HIGH" else f"{rules.within_days}|{rules.within_weeks}"
    return any(
        re.search(rules.doctor, sentence)
        and re.search(soon, sentence)
        and not re.search(rules.condition, sentence)
        and not _has_sign(sentence, rules)
        for sentence in _sentences(lower)
    )


def _has_sign(sentence: str, rules: Rules) -> bool:
    return bool(re.search(f"{rules.change}|{rules.signs}", sentence))


def _has_wrong_number(sentence: str, analysis: Analysis, rules: Rules) -> bool:
    """Whether a number is no percentage that was told, or stands for something else than it, or than cancer as a whole.

    The same numbers in another place would understate the risk, and so would one end of the interval alone, or "at most".
    """
    numbers = [float(number.replace(",", ".")) for number, _ in _NUMBER.findall(sentence)]
    # In capitals, which the text has none of: P a percentage, N a number without its sign, I an interval.
    shape = _NUMBER.sub(lambda number: "P" if number[2] else "N", sentence)
    shape = re.sub(f"{rules.interval}|{{low}} ?[-–—] ?{{high}}".format(low="[NP]", high="P"), "I", shape)
    marks = "".join(re.findall("[PNI%]", shape))
    if not marks:
        return False
    told = told_percentages(analysis)
    right = {"P": told[:1], "I": told[1:], "PI": told, "IP": told[1:] + told[:1]}
    if numbers != right.get(marks) or re.search(rules.bound, shape):
        return True
    return not re.search(rules.cancer, sentence) or bool(_named_classes(sentence, rules))


def _names_wrong_class(sentence: str, analysis: Analysis, rules: Rules) -> bool:
    named = _named_classes(sentence, rules)
    return bool(named and re.search(rules.looks_like, sentence)) and named[0] != analysis.predicted_class


def _named_classes(sentence: str, rules: Rules) -> list[str]:
    """Codes in the order in which the sentence names them first."""
    found = {code: re.search(words, sentence) for code, words in rules.classes.items()}
    return sorted((code for code, match in found.items() if match), key=lambda code: found[code].start())  # type: ignore


def _sentences(lower: str) -> list[str]:
    return re.split(r"(?<=[.!?])\s+", lower)
