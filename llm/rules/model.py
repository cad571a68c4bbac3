"""What a language has to provide so that a text in it can be checked."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Rules:
    """Words of one language; the expressions are searched in lower-case text whose apostrophes are all ’, and white space one
    space."""

    letters: str
    """The letters of its alphabet, lower-case; a text may hold no others."""
    other_words: str
    """What a text may use beside the words of the offline text: words that connect, and neutral ones."""
    approved: str
    """Phrases that are taken out before `forbidden` is searched: the right uses of its words."""
    forbidden: str
    """Known words put together to something false: negations, a disease stated as a fact, waiting."""
    levels: dict[str, str]
    """Risk level -> how a text names it; only the analysis' own may occur."""
    too_late: dict[str, str]
    """Risk level -> times that are too late for it."""

    doctor: str
    """Must occur: the advice to see a doctor."""
    within_days: str
    """At HIGH risk this must occur together with `doctor`, in a sentence without `condition`."""
    within_weeks: str
    """At MEDIUM risk this or `within_days` must."""
    change: str
    """Must occur at LOW risk: what to watch for."""
    condition: str
    """If, when, once, after: advice under a condition is not enough."""
    signs: str
    """Changes of the spot: advice beside one depends on it, whatever word joins them, and is not enough either."""
    not_before: str
    """Only, not until, enough: in a sentence with one of `signs` or `change` they put the doctor off."""

    cancer: str
    """Must occur in a sentence with a percentage, because all of them are about cancer."""
    interval: str
    """A range of percentages; holds {low} and {high}, and no other braces."""
    bound: str
    """Must not occur in a sentence with a percentage: it makes a limit of what is an estimate, or belittles it. Searched where P
    stands for a percentage, and I for the whole interval."""
    looks_like: str
    """A sentence with this must name the likeliest class before any other."""
    classes: dict[str, str]
    """Class code -> how a text names it."""
