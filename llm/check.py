"""Whether a text that a language model wrote may be shown: the rules of the prompt, checked.

A check of words cannot prove that a text is right. It is there to catch what must not happen, and errs on the side of the
offline text, which says the same in fewer words.
"""

import re

from postprocess.analysis import Analysis

MIN_WORDS, MAX_WORDS = 40, 260

_MARKUP = re.compile(
    r"[<>`|{}\\]|\]\(|\*\*|__|^#|https?:|www\.|\$\$|[\u202a-\u202e\u2066-\u2069]", re.IGNORECASE | re.MULTILINE
)
_DOSE = re.compile(r"\b\d+([.,]\d+)?\s?(mg|g|ml|mcg|µg|iu|мг|мл|mililit\w*)\b", re.IGNORECASE)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s?(?:%|percent|por ciento|Prozent|procent|відсот)", re.IGNORECASE)

_DOCTOR = {
    "en": r"doctor|dermatologist|physician",
    "es": r"médic|dermatólog|doctor",
    "de": r"arzt|ärzt|hautarzt|dermatolog",
    "pl": r"lekarz|lekark|dermatolog",
    "uk": r"лікар|дерматолог",
}
_DIAGNOSIS = {
    "en": r"you have (?:a |an )?(?:skin cancer|melanoma|\w+ carcinoma|cancer)|diagnosed with"
    r"|(?:this|it) is (?:a |an )?(?:melanoma|\w+ cell carcinoma|skin cancer|benign|harmless)",
    "es": r"usted tiene (?:un |una )?(?:cáncer|melanoma|carcinoma)|es benign[oa]"
    r"|(?:esto|se trata) (?:es|de) (?:un |una )?(?:melanoma|carcinoma|cáncer)",
    "de": r"sie haben (?:ein |einen )?(?:hautkrebs|melanom|\w*karzinom)"
    r"|(?:das|dies|es) ist (?:ein |eine )?(?:melanom|hautkrebs|\w*karzinom|gutartig|harmlos)",
    "pl": r"(?:ma pan|ma pani|masz) (?:raka|czerniaka)|to jest (?:czerniak|rak|łagodn)",
    "uk": r"у вас (?:меланома|рак|карцинома)|це (?:є )?(?:меланома|рак шкіри|доброякісн)",
}
_REASSURANCE = {
    "en": r"harmless|nothing to worry|no need to (?:worry|see)|not dangerous|no reason for concern"
    r"|(?:perfectly|completely) safe",
    "es": r"inofensiv|nada de qué preocuparse|no se preocupe|no hay motivo de preocupación|no es peligros|no hace falta ir",
    "de": r"harmlos|unbedenklich|kein grund zur sorge|keine sorge|ungefährlich|nicht gefährlich",
    "pl": r"nieszkodliw|niegroźn|bez obaw|nie ma powodu do niepokoju|proszę się nie martwić|nie jest groźn",
    "uk": r"нешкідлив|безпечн|не варто хвилюватися|не хвилюйтеся|немає приводу|не потрібно йти",
}


def find_problem(text: str, analysis: Analysis, language: str) -> str | None:
    """The first rule that the text breaks, in a word or two; None when it breaks none."""
    words = len(text.split())
    if not MIN_WORDS <= words <= MAX_WORDS:
        return "length"
    if _MARKUP.search(text):
        return "markup"
    if _DOSE.search(text):
        return "dose"
    if any(round(float(number.replace(",", "."))) not in _known_percentages(analysis) for number in _PERCENT.findall(text)):
        return "number"
    lower = text.lower()
    if not re.search(_DOCTOR[language], lower):
        return "no doctor"
    if re.search(_DIAGNOSIS[language], lower):
        return "diagnosis"
    return "reassurance" if re.search(_REASSURANCE[language], lower) else None


def _known_percentages(analysis: Analysis) -> set[int]:
    shares = [analysis.cancer_probability]
    if analysis.uncertainty is not None:
        shares += analysis.uncertainty.cancer_interval
    return {round(100 * share) for share in shares}
