"""The table at the end: mean and deviation over the folds, and the whole set with its 95 % interval; JSON and Markdown."""

from pathlib import Path
from typing import Any

import numpy as np

from postprocess.risk import RiskThresholds
from training.classes import IS_CANCER, MELANOMA
from training.cross_validation.fold_file import FoldPredictions
from training.utils.json_file import write_json
from training.utils.metrics import Metric, Predictions, test_metrics, with_intervals

JSON_FILE = "kfold.json"
TABLE_FILE = "kfold.md"
# Fewer than in a test report: there are several studies, and each takes the time.
RESAMPLES = 400
_SHARED = (
    "cancer_auroc",
    "accuracy",
    "balanced_accuracy",
    "macro_f1",
    "cancer_recall_at_0.5",
    "specificity_at_0.5",
    "specificity_at_recall_0.96",
)


def kfold_metrics(thresholds: RiskThresholds | None = None) -> dict[str, Metric]:
    """Name -> function; with the thresholds of a model also its cancer recall and specificity at them.

    "Argmax": a photo counts as cancer when its likeliest class is one. Means over classes are over those that occur.
    """
    every = test_metrics()
    metrics = {name: every[name] for name in _SHARED} | {
        "cancer_recall_argmax": lambda p: _mean(_argmax_cancer(p)[p.is_cancer]),
        "specificity_argmax": lambda p: _mean(~_argmax_cancer(p)[~p.is_cancer]),
        "melanoma_recall_argmax": lambda p: _mean(_argmax_cancer(p)[p.labels == MELANOMA]),
    }
    if thresholds is not None:
        for name, value in (("not_low_risk", thresholds.low_below), ("high_risk", thresholds.high_from)):
            metrics[f"cancer_recall_{name}"] = lambda p, value=value: _mean(p.cancer[p.is_cancer] >= value)
            metrics[f"specificity_{name}"] = lambda p, value=value: _mean(p.cancer[~p.is_cancer] < value)
    return metrics


def summarize(folds: list[FoldPredictions], metrics: dict[str, Metric]) -> dict[str, Any]:
    """Summary of one study.

    Returns:
        photos, groups, and for each metric: mean and deviation over the folds (sample standard deviation), and value, low
        and high of all photos together (95 % bootstrap interval by lesion or patient).
    """
    whole = Predictions(*(np.concatenate(columns) for columns in zip(*(fold.predictions for fold in folds), strict=True)))
    pooled = with_intervals(whole, RESAMPLES, metrics=metrics)
    by_fold = {name: [metric(fold.predictions) for fold in folds] for name, metric in metrics.items()}
    rows = {
        name: {"mean": float(np.mean(values)), "deviation": float(np.std(values, ddof=1)), **pooled[name]}
        for name, values in by_fold.items()
    }
    return {"photos": len(whole.labels), "groups": len(np.unique(whole.lesions)), "folds": len(folds), "metrics": rows}


def write_report(studies: dict[str, dict[str, Any]], out: Path) -> None:
    """Write out/kfold.json and out/kfold.md: one table of all studies, a column each."""
    out.mkdir(parents=True, exist_ok=True)
    write_json(out / JSON_FILE, studies)
    names = list(dict.fromkeys(name for study in studies.values() for name in study["metrics"]))
    rows = [[f"{name} ({study['folds']} folds)" for name, study in studies.items()]]
    rows += [[str(study["photos"]) for study in studies.values()]]
    rows += [[_cell(study["metrics"].get(name)) for study in studies.values()] for name in names]
    table = [f"| {' | '.join([title, *cells])} |" for title, cells in zip(["", "photos", *names], rows, strict=True)]
    head = "Each cell: mean over the folds ± standard deviation; all photos together (95 % bootstrap interval)."
    lines = [head, "", table[0], "|---" * (len(studies) + 1) + "|", *table[1:]]
    (out / TABLE_FILE).write_text("\n".join(lines) + "\n")


def _cell(row: dict[str, float] | None) -> str:
    if row is None:
        return ""
    interval = f"{row['low']:.3f} to {row['high']:.3f}"
    return f"{row['mean']:.3f} ± {row['deviation']:.3f}; {row['value']:.3f} ({interval})"


def _argmax_cancer(predictions: Predictions) -> np.ndarray:
    return np.array(IS_CANCER)[predictions.probs.argmax(axis=1)]


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")
