"""What a language has to provide."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """The sentences of one language."""

    language: str
    """Name of the language in English, for the prompt."""
    classes: dict[str, str]
    """Class code -> name, as it stands inside a sentence."""
    finding: dict[str, str]
    """Risk level -> what the photo says; holds {name}."""
    not_ruled_out: str
    """Which cancers remain possible; holds {names}."""
    list_separator: str
    next_step: dict[str, str]
    """Risk level -> what to do and by when."""
    certainty: dict[str, str]
    """Certainty level -> how sure the program is."""
    not_judged: str
    """That this photo cannot be judged."""
    retake: str
    """How to take a better one."""
    not_judged_next: str
    """What to do without an answer."""
    see_at_once: str
    """Which changes should not wait."""
    closing: str
    """That this is no diagnosis."""
