"""What MODEL_CARD.md and model.json say of the photos that a network learned from: what they show, whence, under which licence.

Only of collections that are known here anything is claimed. Photos of one's own in the layout of ISIC 2019 are told by their
lesions' names, which do not begin as the official ones do.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from training.config import Config
from training.data.isic import BARCELONA, PARTS
from training.data.sources import group_noun

_DERMOSCOPIC = "dermoscopic photos"
_NON_COMMERCIAL = "cc-by-nc-4.0"
_CODE = "The code is MIT-licensed."


class _Collection(NamedTuple):
    name: str
    countries: tuple[str, ...]
    paper: str


# Of a part of ISIC 2019; all under CC BY-NC 4.0.
_COLLECTIONS = {
    "HAM10000": _Collection("HAM10000", ("Austria", "Australia"), "Tschandl et al. 2018"),
    "MSK2019": _Collection("MSK", ("the USA",), "Codella et al. 2018"),
    BARCELONA: _Collection("BCN_20000", ("Spain",), "Combalia et al. 2019"),
}


class TrainingPhotos(NamedTuple):
    """Words about the photos of one run."""

    name: str
    """As in "trained on ..."."""
    kind: str
    """As in "assessment of ..."."""
    limits: str
    """What a model of them is not for, and where they are from."""
    group: str
    """What a split does not tear apart: lesion or patient."""
    group_heading: str
    """Over what was measured on validation photos, one of each group."""
    clinical_heading: str
    """Over what was measured on photos of PAD-UFES-20."""
    licence: str
    """Of the weights, in a sentence or two."""
    hub_licence: str
    """The same as the Hub calls it."""
    papers: str
    """To cite."""
    parts: tuple[str, ...] = ()
    """Parts of ISIC 2019 among them."""

    @property
    def is_dermoscopic(self) -> bool:
        """Whether they were taken through a dermatoscope, as far as is known."""
        return self.kind == _DERMOSCOPIC


def training_photos(config: Config, parts: Sequence[str]) -> TrainingPhotos:
    """What is known of the photos of a run.

    Args:
        config: of the run.
        parts: the values of the column `part` of its photos.
    """
    if config.data.source == "pad_ufes_20":
        return _of_pad(config)
    if parts and set(parts) <= set(PARTS):
        return _of_isic(config, [part for part in _COLLECTIONS if part in parts])
    return _of_unknown(config)


def model_name(backbone: str) -> str:
    """The model's name, with that of its backbone (timm's)."""
    plain = backbone.removeprefix("tf_")
    return f"SkinGlanceCare {plain.replace('efficientnet_b', 'EfficientNet-B') if plain[:-1] == 'efficientnet_b' else backbone}"


def _of_isic(config: Config, parts: list[str]) -> TrainingPhotos:
    collections = [_COLLECTIONS[part] for part in parts]
    names = _listed([collection.name for collection in collections])
    countries = sorted({country for collection in collections for country in collection.countries}, key=str.lower)
    return TrainingPhotos(
        name="HAM10000" if config.data.source == "ham10000" else f"ISIC 2019 ({names})",
        kind=_DERMOSCOPIC,
        limits="Not for photos without a dermatoscope, for lesions of nails, mucosa or the eye, for children, or for skin "
        "types that the training data hardly has: it did not learn from such photos, and where something was measured on "
        f"them, it is below. The training photos come from {_listed(countries)}, and mostly from light skin.",
        group=group_noun(config.data),
        group_heading="Dermoscopic photos (validation)",
        clinical_heading="Clinical photos (PAD-UFES-20), which the model was not made for",
        licence=f"Weights: research use only, not commercial: trained on {names} photos (CC BY-NC 4.0). {_CODE}",
        hub_licence=_NON_COMMERCIAL,
        papers="; ".join(f"{collection.paper} ({collection.name})" for collection in collections),
        parts=tuple(parts),
    )


def _of_pad(config: Config) -> TrainingPhotos:
    inherited = _inherited(config)
    return TrainingPhotos(
        name="PAD-UFES-20",
        kind="photos of skin lesions taken with a telephone",
        limits="Not for photos through a dermatoscope, or for people, skin types and sites that the training photos hardly "
        "have. They come from Brazil, and mostly from light skin.",
        group=group_noun(config.data),
        group_heading="Validation photos",
        clinical_heading="Clinical photos (PAD-UFES-20), those that the model was trained on among them",
        licence=f"Weights: trained on PAD-UFES-20 photos (CC BY 4.0). {inherited}{_CODE}",
        hub_licence="other" if inherited else "cc-by-4.0",
        papers="Pacheco et al. 2020 (PAD-UFES-20)",
    )


def _of_unknown(config: Config) -> TrainingPhotos:
    return TrainingPhotos(
        name="photos in the layout of ISIC 2019",
        kind="photos like those that it was trained on",
        limits="Not for photos of another kind, or for people, skin types and sites that the training photos hardly have. "
        "Where these come from, the program that wrote this card does not know.",
        group=group_noun(config.data),
        group_heading="Validation photos",
        clinical_heading="Clinical photos (PAD-UFES-20)",
        licence=f"Weights: as far as the licence of the training photos allows. {_inherited(config)}{_CODE}",
        hub_licence="other",
        papers="those who published the training photos",
    )


def _inherited(config: Config) -> str:
    """Which other weights these learned from: their licences bind these too."""
    others: list[Path | None] = [
        config.model.backbone_weights, config.distillation.teacher, config.inference.averaged_with,
    ]  # fmt: skip
    names = list(dict.fromkeys(path.name for path in others if path is not None))
    return f"They learned from other weights ({_listed(names)}), whose licence binds them too. " if names else ""


def _listed(names: list[str]) -> str:
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
