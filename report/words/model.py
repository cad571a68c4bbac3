"""What a language has to provide for the report."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """The words of one language."""

    decimal_mark: str
    title: str
    disclaimer: str
    risk: dict[str, str]
    """Risk level -> the level as a heading."""
    not_judged: str
    """Heading in place of a risk for a photo that cannot be judged."""
    not_judged_reason: str
    """Why; holds {distance} and {limit}."""
    cancer_probability: str
    interval: str
    """Holds {low}, {high} and {runs}."""
    no_interval: str
    under: str
    """Holds {limit}: a probability below it."""
    over: str
    """Holds {limit}: a probability above it."""
    clinical: str
    """Of a photo that is no dermoscopy: the sentence of the advice."""
    photo_faults: str
    """Holds {faults}."""
    faults: dict[str, str]
    """Fault of `postprocess.photo_quality.ADVICE` -> its name."""
    screening: str
    """What the probability is there; holds {of_100} and {probability}."""
    level_stays: str
    """That the risk level is no other at a screening."""
    limits_hold: str
    """Why it need not be; not true of a clinical photo."""
    photo: str
    photo_square: str
    """Caption of a photo that is not square: what of it is judged."""
    heat_map: str
    """Holds {peak} and {full}, in percentage points."""
    diagnoses: str
    cancer: str
    """Tag of a class that is cancer."""
    counted: str
    """Tag of actinic keratosis, which counts as cancer."""
    counted_note: str
    """What that means."""
    not_ruled_out: str
    """Holds {names}."""
    promise: str
    """What the prediction set was chosen for; holds {coverage}."""
    measured: str
    """What of it was kept on test photos; holds {low} and {high}."""
    certainty: str
    certainty_levels: dict[str, str]
    score: str
    """Holds {score}."""
    parts: dict[str, str]
    """Part of the certainty -> its name."""
    next_step: str
    written_by_model: str
    technical: str
    """Holds {model}, {engine}, {distance} and {limit}."""
    made: str
    """Holds {date} and {identifier}."""

    def number(self, value: float, digits: int) -> str:
        """A number with the language's decimal mark."""
        return f"{value:.{digits}f}".replace(".", self.decimal_mark)

    def percent(self, share: float) -> str:
        """A probability (0-1) as a percentage: finer near 0 and 1, and never rounded to certainty."""
        if share < 0.001:
            return self.under.format(limit=self._with_sign(0.1, 1))
        if share > 0.999:
            return self.over.format(limit=self._with_sign(99.9, 1))
        return self._with_sign(100 * share, 1 if share < 0.1 or share > 0.9 else 0)

    def _with_sign(self, value: float, digits: int) -> str:
        # A sign that starts a line of its own would be hard to read.
        return f"{self.number(value, digits)}\N{NO-BREAK SPACE}%"
