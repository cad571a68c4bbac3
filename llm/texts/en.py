"""English."""

from llm.texts.model import Texts

TEXTS = Texts(
    language="English",
    names={
        "MEL": "melanoma",
        "NV": "ordinary mole",
        "BCC": "basal cell carcinoma",
        "AK": "actinic keratosis",
        "BKL": "benign keratosis",
        "DF": "dermatofibroma",
        "VASC": "vascular lesion",
        "SCC": "squamous cell carcinoma",
    },
    looks_like={
        "MEL": "melanoma, a dangerous form of skin cancer",
        "NV": "an ordinary mole",
        "BCC": "basal cell carcinoma, a form of skin cancer that grows slowly",
        "AK": "actinic keratosis, sun damage that can turn into skin cancer",
        "BKL": "a benign keratosis, such as an age spot",
        "DF": "a dermatofibroma, a small firm knot in the skin",
        "VASC": "a vascular lesion, a small cluster of blood vessels",
        "SCC": "squamous cell carcinoma, a form of skin cancer that needs early care",
    },
    finding={
        "HIGH": "The program rates the risk for this photo as high. To the program, the spot looks most like {looks_like}.",
        "MEDIUM": "The program rates the risk for this photo as medium: it cannot rule out skin cancer. To the program, the "
        "spot looks most like {looks_like}.",
        "LOW": "The program rates the risk for this photo as low. To the program, the spot looks most like {looks_like}. A "
        "low rating does not rule out skin cancer: the program misses some.",
    },
    even_so="Even so, the chance of skin cancer is too high to leave the spot unchecked.",
    not_ruled_out="What it cannot rule out: {names}.",
    maybe_else="It may also be something else; only an examination can tell.",
    clinical="This photo seems to have been taken without a dermatoscope; on such photos the program has called about one cancer "
    "in nine a low risk, so a doctor should look at the spot in any case.",
    next_step={
        "HIGH": "Please see a dermatologist within the next few days, and within one to two weeks at the latest. When you "
        "call, say that a spot has to be checked for skin cancer. Do not wait to see whether it changes.",
        "MEDIUM": "Please have a doctor look at this spot within the next few weeks, ideally a dermatologist. A photo that "
        "you take today helps to notice any change until then.",
        "LOW": "Show the spot to a doctor at your next skin check. Look at it yourself once a month, and go sooner if it is "
        "new, changes or worries you.",
    },
    certainty={
        "HIGH": "The program is fairly sure of its answer, but it can still be wrong.",
        "MEDIUM": "The program is only moderately sure, so the doctor's opinion counts all the more.",
        "LOW": "The program is unsure about this photo: do not rely on its answer, but on a doctor's.",
    },
    unsteady="In repeated runs its answer kept changing.",
    not_judged="This photo cannot be judged. It is too unlike the dermoscopic photos that the program learned from, so its "
    "numbers say nothing about your skin.",
    retake="To try again, take a photo through a dermatoscope: keep it still, sharp and evenly lit, without glare, hair or "
    "ink, with the whole spot in the middle.",
    not_judged_next="If the spot is new, changing or worries you, please have a doctor look at it soon, whatever a photo "
    "shows.",
    see_at_once="See a doctor without delay if the spot grows, becomes uneven, changes shape or colour, bleeds, itches or "
    "does not heal.",
    closing="This is not a diagnosis. Only a doctor who examines your skin, and a tissue sample if needed, can give one.",
)
