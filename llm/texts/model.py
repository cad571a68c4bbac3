"""What a language has to provide."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Texts:
    """The sentences of one language."""

    language: str
    """Name of the language in English, for the prompt."""
    names: dict[str, str]
    """Class code -> name, as it stands in a list."""
    looks_like: dict[str, str]
    """Class code -> name, in plain words and in the case that `finding` needs."""
    finding: dict[str, str]
    """Risk level -> the risk, and what the spot looks most like; holds {looks_like}."""
    even_so: str
    """That the risk stands although the likeliest class is no cancer."""
    not_ruled_out: str
    """Which cancers remain possible beside the likeliest class; holds {names}."""
    maybe_else: str
    """That something else than a cancer remains possible, which only an examination can tell."""
    clinical: str
    """Of a photo taken without a dermatoscope: what its risk level is worth (docs/clinical_photos.md), and to see a doctor. One
    sentence: a text of a language model is read in whole sentences, and this one must be in it word for word."""
    next_step: dict[str, str]
    """Risk level -> what to do and by when."""
    certainty: dict[str, str]
    """Certainty level -> how sure the program is."""
    unsteady: str
    """That its answer changed in repeated runs."""
    not_judged: str
    """That this photo cannot be judged, and why."""
    retake: str
    """How to take a better one."""
    not_judged_next: str
    """What to do without an answer."""
    see_at_once: str
    """Which changes should not wait."""
    closing: str
    """That this is no diagnosis."""
