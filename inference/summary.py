"""One line for one photo, for people who read them in a terminal."""

from typing import Any


def summary_line(record: dict[str, Any]) -> str:
    """What to know first about a photo: its risk and how sure that is, or that there is none; and what makes it less reliable.

    Args:
        record: `image` and the fields of `postprocess.analysis.to_json_object`, or `image` and `error`.
    """
    return "; ".join([f"{record['image']}: {_finding(record)}", *_cautions(record)])


def _finding(record: dict[str, Any]) -> str:
    if "error" in record:
        return "not analysed"
    if record["is_ood"]:
        # No number beside it: it would be read as an answer.
        return "cannot be judged: unlike the photos that the model knows"
    return (
        f"risk {record['risk_level']}; cancer {_percent(record['cancer_probability'])}; "
        f"most like {record['predicted_class_full'].lower()} ({_percent(record['predicted_probability'])}); "
        f"certainty {record['certainty_level']} ({record['certainty_score']:.0f}/100)"
    )


def _percent(percentage: float) -> str:
    """A probability as page and report write it in English, which this package must not import: never rounded to certainty."""
    if percentage < 0.1:
        return "under 0.1 %"
    if percentage > 99.9:
        return "over 99.9 %"
    return f"{percentage:.{1 if percentage < 10 or percentage > 90 else 0}f} %"


def _cautions(record: dict[str, Any]) -> list[str]:
    cautions = []
    if record.get("is_clinical_photo"):
        cautions.append("a clinical photo, not dermoscopy: let a doctor look at the spot, even at a low risk")
    quality = record.get("photo_quality")
    if quality and quality["problems"]:
        cautions.append(f"faults of the photo: {', '.join(problem.replace('_', ' ') for problem in quality['problems'])}")
    return cautions
