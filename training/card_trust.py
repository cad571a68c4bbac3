"""The part of MODEL_CARD.md on decisions, stability, groups of people and explanations, from the calibration's report."""

from typing import Any

from training.card_photos import TrainingPhotos
from training.card_tables import table

_INTRODUCTION = (
    "Eight views where nothing else is said, on the validation photos that probabilities and certainty were fitted on, and limits on these and others: expect "
    "new photos to be worse. *Referred* means medium or high risk; refused photos are counted too."
)
# The highest share that is printed: of photos, nothing is certain.
_HIGHEST = 0.9999


def trust_sections(report: dict[str, Any] | None, photos: TrainingPhotos) -> str:
    """Tables of `training.evaluation.trust_report`; one sentence where it was not made."""
    if report is None:
        return "Not measured: `calibrate` was given no photos of other things (`--data.ood_folder`)."
    parts = [_INTRODUCTION, _decisions(report["decisions"])]
    parts += ["Photos that are changed, and looked at once:", _stability(report["stability"])]
    if "stability_symmetric" in report:
        parts += ["The same with `views=8`:", _stability(report["stability_symmetric"])]
    parts += [f"{photos.group_heading}, one of each {photos.group}:", _subgroups(report["subgroups"])]
    parts += [f"{photos.clinical_heading}, one of each patient:", _subgroups(report["subgroups_clinical"])]
    return "\n\n".join([*parts, _explanation(report["explanation"]), _selective(report["selective"])])


def _decisions(report: dict[str, Any]) -> str:
    """Predictive values of a referral, by how common cancer is."""
    rows = [
        [f"{float(prevalence):.0%}", f"{entry['ppv']:.1%}", _share(entry["npv"]), _net_benefit(entry["net_benefit"])]
        for prevalence, entry in report.items()
    ]
    return table(
        ["cancers among the spots", "of the referred, cancer", "of the others, no cancer", "net benefit above both"], rows
    )


def _share(value: float) -> str:
    """A share in percent; one that is nearly all is not rounded to all."""
    if value > _HIGHEST:
        return f"over {_HIGHEST:.2%}"
    return f"{value:.2%}" if value >= 0.9995 else f"{value:.1%}"


def _net_benefit(entry: dict[str, dict[str, float]]) -> str:
    """The thresholds at which the model is better than referring everybody and than referring nobody (Vickers & Elkin 2006)."""
    better = [float(at) for at, value in entry.items() if value["model"] > max(value["refer_all"], value["refer_none"])]
    return f"at thresholds {min(better):.0%} to {max(better):.0%}" if better else "nowhere"


def _stability(report: dict[str, Any]) -> str:
    rows = [
        [name, f"{entry['class_changes']:.1%}", f"{entry['risk_changes']:.1%}", f"{entry['specificity']:.2f}"]
        for name, entry in report.items()
    ]
    before = next(iter(report.values()))["specificity_before"]
    return table(["changed photos", "other class", "other risk", f"share of benign in LOW ({before:.2f} before)"], rows)


def _subgroups(report: dict[str, Any]) -> str:
    rows = [
        [f"{by.replace('_', ' ')}: {name}", _rate(entry["recall"]), _rate(entry["specificity"])]
        for by, groups in report.items()
        for name, entry in groups.items()
    ]
    return table(["group", "cancers referred", "benign in LOW"], rows)


def _rate(entry: dict[str, Any]) -> str:
    if entry["value"] is None:
        return f"too few ({entry['photos']})"
    return f"{entry['value']:.0%} ({entry['low']:.0%} to {entry['high']:.0%}) of {entry['photos']}"


def _explanation(report: dict[str, Any]) -> str:
    areas = report["areas"]
    values = ", ".join(f"{name} {area['deletion']:.3f} / {area['insertion']:.3f}" for name, area in areas.items())
    return (
        "Heat map, area under the deletion (lower is better) and insertion (higher is better) curves of the probability that one "
        f"view gives: {values}."
    )


def _selective(report: dict[str, Any]) -> str:
    rows = [[name, f"{entry['aurc']:.4f}", f"{entry['accuracy_kept']:.1%}"] for name, entry in report.items()]
    return table(["answers ranked by", "area under the risk-coverage curve", "right, without the 20 % least certain"], rows)
