"""The eight classes of ISIC 2019, in its order, for training; a trained model carries them in its model.json."""

from dataclasses import dataclass


@dataclass(frozen=True)
class LesionClass:
    """One diagnosis: code of ISIC 2019, name in words, and whether it counts as cancer."""

    code: str
    name: str
    cancer: bool


# Actinic keratosis is pre-malignant and counted as cancer: missing it costs more than a visit.
CLASSES = (
    LesionClass("MEL", "Melanoma", True),
    LesionClass("NV", "Melanocytic nevus", False),
    LesionClass("BCC", "Basal cell carcinoma", True),
    LesionClass("AK", "Actinic keratosis", True),
    LesionClass("BKL", "Benign keratosis", False),
    LesionClass("DF", "Dermatofibroma", False),
    LesionClass("VASC", "Vascular lesion", False),
    LesionClass("SCC", "Squamous cell carcinoma", True),
)
CODES = tuple(lesion_class.code for lesion_class in CLASSES)
IS_CANCER = tuple(lesion_class.cancer for lesion_class in CLASSES)
MELANOMA = CODES.index("MEL")
