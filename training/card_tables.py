"""The tables of MODEL_CARD.md: each takes a part of model.json or of the calibration's report, and says where it is from."""

from collections.abc import Callable
from typing import Any

from training.model_folder import PLOTS

_METRIC_NAMES = {
    "cancer_auroc": "Cancer AUROC",
    "specificity_at_recall_0.9615": "Specificity at cancer recall 96.15 %",
    "melanoma_recall_at_recall_0.9615": "Melanoma recall there",
    "specificity_at_recall_0.96": "Specificity at cancer recall 96 %",
    "accuracy": "Accuracy",
    "balanced_accuracy": "Balanced accuracy",
    "macro_f1": "Macro F1",
}
_NOT_MEASURED = "Not measured yet: `python -m training test`."
_DEFAULT_COVERAGE = "90"


def results(metrics: dict[str, Any] | None, fitted_on_eight: bool) -> str:
    """The headline numbers of the test, and where its cancers lie among the risk levels.

    Args:
        metrics: of the test; None: not measured.
        fitted_on_eight: answers from eight views have probabilities and limits of their own.
    """
    if metrics is None:
        return _NOT_MEASURED
    head = f"{metrics['photos']} photos of {metrics.get('origin', 'the test set')}, the INT8 model, no test-time augmentation."
    rows = [
        [title, f"{metrics[name]['value']:.3f}", f"{metrics[name]['low']:.3f} to {metrics[name]['high']:.3f}"]
        for name, title in _METRIC_NAMES.items()
    ]
    parts = [head, table(["", "value", "95 % interval"], rows), _risk_table(metrics["risk_levels"])]
    if "eight_views" in metrics:
        parts.append(_eight_views(metrics, fitted_on_eight))
    figures = {
        "roc": "ROC curve of cancer",
        "precision_recall": "Precision and recall of cancer",
        "confusion": "Confusion matrix",
    }
    return "\n\n".join([*parts, *_figures(figures)])


def _eight_views(metrics: dict[str, Any], fitted_on_eight: bool) -> str:
    """What looking eight times gains, and what of it is left without the photos that are refused."""
    once, eight = metrics, metrics["eight_views"]
    rows = [
        *([title, f"{once[name]['value']:.3f}", f"{eight[name]['value']:.3f}"] for name, title in _METRIC_NAMES.items()),
        *([title, read(once), read(eight)] for title, read in _TRUST_ROWS.items()),
    ]
    fitted = "are fitted for themselves" if fitted_on_eight else "stay those that were fitted on one view"
    words = (
        "That is one view of each photo, refused photos included. With `views=8`, as on the page and in the API, the network sees "
        "each photo turned and mirrored too, and what it finds is averaged: eight times its work. Probabilities and limits "
        f"{fitted}.\n\n{table(['', 'one view', 'eight views'], rows)}"
    )
    return words + (_of_accepted(eight["of_accepted"]) if "of_accepted" in eight else "")


def _of_accepted(metrics: dict[str, Any]) -> str:
    """The same of the photos that are not refused: the others get no risk."""
    rows = [
        [title, f"{metrics[name]['value']:.3f}", f"{metrics[name]['low']:.3f} to {metrics[name]['high']:.3f}"]
        for name, title in _METRIC_NAMES.items()
    ]
    return (
        f"\n\nEight views, the {metrics['photos']} photos that are accepted alone:\n\n{table(['', 'value', '95 % interval'], rows)}"
        f"\n\n{_risk_table(metrics['risk_levels'])}"
    )


_TRUST_ROWS: dict[str, Callable[[dict[str, Any]], str]] = {
    "Calibration error of cancer": lambda metrics: f"{metrics['calibration']['cancer_calibration_error']:.3f}",
    "Cancers in LOW, of the photos in LOW": lambda metrics: (
        f"{metrics['risk_levels']['LOW']['cancers']} of {metrics['risk_levels']['LOW']['photos']}"
    ),
    "Accepted": lambda metrics: f"{metrics['accepted']:.1%}",
    "AUROC of certainty": lambda metrics: f"{metrics['certainty']['auroc_of_correctness']:.3f}",
    f"Sets promised for {_DEFAULT_COVERAGE} %": lambda metrics: (
        f"{metrics['conformal'][_DEFAULT_COVERAGE]['coverage']:.1%}, {metrics['conformal'][_DEFAULT_COVERAGE]['mean_size']:.2f} classes"
    ),
}


def trust(metrics: dict[str, Any] | None, kind: str, sharpest: str) -> str:
    """Whether probabilities, certainty, prediction sets and refusals held on the test photos.

    Args:
        metrics: of the test; None: not measured.
        kind: of photos that the model is for.
        sharpest: a sentence on how sharp the training photos were, or nothing.
    """
    if metrics is None:
        return _NOT_MEASURED
    errors, certainty, promised = metrics["calibration"], metrics["certainty"], metrics["conformal"][_DEFAULT_COVERAGE]
    sharp, blurred = metrics["resolution"]["sharp"], metrics["resolution"]["blurred"]
    levels = [
        [level, str(row["photos"]), f"{row['accuracy']:.1%}" if row["photos"] else "none"]
        for level, row in certainty["levels"].items()
    ]
    classes = [[code, "no photo" if share is None else f"{share:.1%}"] for code, share in promised["classes"].items()]
    return "\n\n".join(
        [
            f"Probabilities: expected calibration error (15 bins of equal mass) {errors['cancer_calibration_error']:.3f} for cancer, "
            f"{errors['calibration_error']:.3f} for the likeliest class; Brier score {errors['brier_score']:.3f}.",
            f"Certainty: the score ranks right above wrong answers with AUROC {certainty['auroc_of_correctness']:.3f} (the largest "
            f"probability alone: {certainty['auroc_of_correctness_max_probability']:.3f}).",
            table(["certainty", "photos", "right"], levels),
            f"Prediction sets: promised {_DEFAULT_COVERAGE} %, kept {promised['coverage']:.1%}, {promised['mean_size']:.2f} classes "
            "on average. Kept for each class:",
            table(["diagnosis", "in its set"], classes),
            f"Refusals: {metrics['accepted']:.1%} of the test photos were accepted as {kind}.",
            f"Resolution: brought down to {metrics['resolution']['side']} pixels and back, the cancer AUROC goes from "
            f"{sharp['cancer_auroc']:.3f} to {blurred['cancer_auroc']:.3f}, the mean cancer probability from "
            f"{sharp['mean_cancer_probability']:.3f} to {blurred['mean_cancer_probability']:.3f}, that of AK, BCC and SCC together "
            f"from {_often_blurred(sharp):.3f} to {_often_blurred(blurred):.3f}.{sharpest}",
            *_figures({"reliability": "Reliability diagram", "uncertainty_by_class": "Predictive entropy by true diagnosis"}),
        ]
    )


def out_of_distribution(report: dict[str, Any]) -> str:
    """Detectors side by side, on kinds of photos that nothing was fitted on."""
    accepted = (
        f"Of the validation photos {report['accepted']:.1%} are accepted, and {report['accepted_changed']:.1%} of the same photos after "
        "turning, another exposure, a lower resolution and JPEG compression."
    )
    if "detectors" not in report:
        return f"{accepted} Not compared on photos of other things: `--data.ood_folder` was not given."
    kinds = list(next(iter(report["detectors"].values())))
    rows = [
        [name, *(f"{by_kind[kind]['auroc']:.3f} / {by_kind[kind]['refused']:.0%}" for kind in kinds)]
        for name, by_kind in report["detectors"].items()
    ]
    detectors = table(["AUROC / refused", *(kind.replace("_", " ") for kind in kinds)], rows)
    return f"{accepted} Photos of other things, none of which these detectors were fitted on (the combination: on the other half of the kinds):\n\n{detectors}"


def clinical_photos(measured: dict[str, float] | None) -> str:
    """How well photos taken without a dermatoscope are told apart, by shares of photos that are said to be such, 0-1."""
    if measured is None:
        return ""
    unseen = {
        name.removeprefix("unseen "): share for name, share in measured.items() if name.startswith("unseen ") and share > 0
    }
    kinds = ", ".join(f"{name.replace('_', ' ')} {share:.0%}" for name, share in unseen.items())
    return (
        "\n\nPhotos of a spot taken without a dermatoscope are not refused: they get a risk, and `is_clinical_photo` says so. It is said "
        f"of {measured['clinical']:.0%} of PAD-UFES-20's photos (of patients that it was not fitted on) and of "
        f"{measured['dermoscopy']:.1%} of the validation photos that the probabilities are fitted on, none of which it has "
        f"seen (one view each); of other things, of a kind that it was not fitted on: {kinds or 'none'}. "
        "Those are then not refused either."
    )


def _risk_table(levels: dict[str, dict[str, int]]) -> str:
    rows = [[level, *(str(counts[name]) for name in ("photos", "cancers", "melanomas"))] for level, counts in levels.items()]
    return table(["risk", "photos", "cancers", "melanomas"], rows)


def _often_blurred(summary: dict[str, Any]) -> float:
    return sum(summary["mean_probability"][code] for code in ("AK", "BCC", "SCC"))


def table(header: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)


def _figures(titles: dict[str, str]) -> list[str]:
    return [f"![{title}]({PLOTS}/{name}.png)" for name, title in titles.items()]
