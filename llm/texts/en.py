"""English."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="English",
    classes={
        "MEL": "melanoma",
        "NV": "an ordinary mole",
        "BCC": "basal cell carcinoma",
        "AK": "actinic keratosis",
        "BKL": "a benign keratosis",
        "DF": "a dermatofibroma",
        "VASC": "a benign vascular lesion",
        "SCC": "squamous cell carcinoma",
    },
    finding={
        "HIGH": "The program sees signs in this photo that occur in skin cancer; it looks most like {name}.",
        "MEDIUM": "The program cannot rule out skin cancer in this photo; it looks most like {name}.",
        "LOW": "The program sees few signs of skin cancer in this photo; it looks most like {name}.",
    },
    not_ruled_out="It does not rule out: {names}.",
    list_separator=", ",
    next_step={
        "HIGH": "Please see a dermatologist soon, within one to two weeks, and show them this spot; do not wait for changes.",
        "MEDIUM": "Please have a doctor look at this spot within the next few weeks, ideally a dermatologist.",
        "LOW": "Show this spot to a doctor at your next skin check, and sooner if it is new or worries you.",
    },
    certainty={
        "HIGH": "The program is fairly certain of its answer, but it can be wrong.",
        "MEDIUM": "The program is only moderately certain, so the doctor's view counts all the more.",
        "LOW": "The program is uncertain about this photo: do not rely on its answer, rely on a doctor's.",
    },
    not_judged="This photo cannot be judged: it is unlike the dermoscopic photos that the program knows, so its numbers "
    "mean little here.",
    retake="If you can, take a new photo through a dermatoscope, sharp and evenly lit, with the whole spot in the middle.",
    not_judged_next="If the spot is new, changing or worrying, please have a doctor look at it, whatever a photo shows.",
    see_at_once="See a doctor without delay if the spot grows, changes shape or colour, bleeds, itches or does not heal.",
    closing="This is not a diagnosis: only a doctor who examines the skin, and if needed a tissue sample, can give one.",
)
