"""What a language model is told: the rules, an example that keeps them, and the facts of the analysis.

The rules are those that `llm.check` holds the text to.
"""

import json

from llm.facts import told_facts
from llm.offline import advice_level, offline_text
from llm.rules import RULES
from llm.texts import TEXTS
from postprocess.analysis import Analysis

_RULES = """\
You put the result of a research program, which looks at dermoscopic photos of the skin, into words for the person whose \
skin it is, like a careful, friendly dermatologist. Your text is checked by a strict program and thrown away if it breaks a rule:
1. Write in {language}: 80 to 160 words of running text in short, plain sentences. No headings, lists, links, brackets or \
short forms of words.
2. Stay close to the example. Use only its words, those of the facts, and forms of these: {words}
3. Keep the order of the example: the risk and what the spot looks most like, then the advice to see a doctor or \
dermatologist and how soon, in a sentence without any condition. {urgency}
4. Never state or suggest a diagnosis, and never reassure. Only say what the spot looks most like to the program. Use \
negations only as the example does.
5. The only numbers are the percentages of the facts, unchanged and each for what it stands for, in digits with %, in a sentence of their own about the \
probability of cancer. Write times in words.
6. Say how certain the program is, that it can be wrong, which changes should not wait, and at the end that only a doctor who \
examines the skin can make a diagnosis.{warning}

Example:
{example}"""

_WARNING = """
7. Before the advice, repeat the warning about the photo word for word, as a sentence of its own."""

_TIMES = {
    "HIGH": "within days, two weeks at most. Name no other time.",
    "MEDIUM": "within a few weeks. Name no other time.",
    "LOW": "at the next skin check, sooner if the spot is new or changes.",
}


def build_messages(analysis: Analysis, language: str) -> list[dict[str, str]]:
    """Chat messages for an analysis, in one of `llm.texts.LANGUAGES`.

    Raises:
        ValueError: the photo cannot be judged, or there is no such language.
    """
    example = offline_text(analysis, language)
    facts = json.dumps(told_facts(analysis, language), ensure_ascii=False)
    rules = _RULES.format(
        language=TEXTS[language].language,
        words=RULES[language].other_words,
        urgency=f"The risk is {analysis.risk_level.lower()}: {_TIMES[advice_level(analysis)]}",
        warning=_WARNING if analysis.is_clinical else "",
        example=example,
    )
    return [{"role": "system", "content": rules}, {"role": "user", "content": f"Facts: {facts}"}]
