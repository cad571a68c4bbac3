"""English."""

from llm.texts.en import TEXTS
from report.words.model import Words

WORDS = Words(
    decimal_mark=".",
    title="Analysis of a dermoscopic photo",
    disclaimer="Research and education only: not a medical device, not a diagnosis. If a spot worries you, see a doctor.",
    risk={"HIGH": "High risk", "MEDIUM": "Medium risk", "LOW": "Low risk"},
    not_judged="This photo cannot be judged",
    not_judged_reason="It differs too much from the photos that the model learned from (distance {distance}, limit {limit}). "
    "No risk and no probability is stated: they would mean nothing.",
    cancer_probability="Probability of cancer",
    interval="At least 9 of 10 repeated runs gave {low} to {high} ({runs} runs)",
    no_interval="No interval: the repeated runs were switched off",
    under="under {limit}",
    over="over {limit}",
    clinical=TEXTS.clinical,
    photo_faults="The photo could be better: {faults}. Take it again if you can.",
    faults={
        "too_small": "too few pixels",
        "blurred": "blurred",
        "too_dark": "too dark",
        "too_bright": "too bright",
        "glare": "reflections",
        "hair": "hair over the spot",
        "vignetting": "dark corners",
    },
    screening="At a screening, where about {of_100} of 100 spots are cancer (assumed), the probability is {probability}.",
    level_stays="The risk level stays the same.",
    limits_hold="Its limits keep missed cancers rare in either place.",
    photo="Photo.",
    photo_square="Photo. Only the square in the middle is judged.",
    heat_map="Heat map: where the model looked, not why. Highest here: {peak} percentage points of cancer probability; full "
    "colour from {full}, on every report. Colours are evened out for the light.",
    diagnoses="Eight diagnoses",
    cancer="cancer",
    counted="counted as cancer",
    counted_note="Actinic keratosis is sun damage that can turn into skin cancer; it is counted in the probability of cancer.",
    not_ruled_out="Not ruled out: {names}.",
    promise="Chosen so that for {coverage} of 100 validation photos of each diagnosis the true one is among those not ruled out.",
    measured="On the test photos it was {low} to {high} of 100, depending on the diagnosis.",
    certainty="How sure is the model?",
    certainty_levels={"HIGH": "High", "MEDIUM": "Medium", "LOW": "Low"},
    score="{score} of 100",
    parts={
        "base_confidence": "Confidence",
        "calibration": "Track record",
        "decision_clarity": "Clear lead",
        "prediction_stability": "Stability",
    },
    next_step="What to do next",
    written_by_model="Written by a language model from the numbers above, and checked by rules.",
    technical="Model {model} ({engine}). Distance from the training photos {distance}, limit {limit}.",
    made="{date} · Analysis {identifier}",
)
