"""What is gained by leaving the most doubtful answers to a doctor: risk-coverage curves and their areas."""

import numpy as np


def risk_coverage(certainty: np.ndarray, correct: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Coverage and share of wrong answers among the photos kept, the most certain first (El-Yaniv & Wiener 2010).

    Photos of equal certainty are kept or left together: their order must not decide.

    Args:
        certainty: (N,), higher = more certain.
        correct: bool (N,).

    Returns:
        coverage (K,) rising to 1 and risk (K,), one point for each distinct certainty, K <= N.

    Raises:
        ValueError: no photos, or shapes that do not fit.
    """
    if certainty.ndim != 1 or certainty.shape != correct.shape or len(certainty) == 0:
        raise ValueError(f"expected N > 0 certainties and as many outcomes, got {certainty.shape} and {correct.shape}")
    order = np.argsort(-certainty, kind="stable")
    wrong = np.cumsum(~correct[order].astype(bool))
    last_of_equals = np.append(np.diff(certainty[order]) != 0, True)
    kept = np.flatnonzero(last_of_equals) + 1
    return kept / len(certainty), wrong[last_of_equals] / kept


def aurc(certainty: np.ndarray, correct: np.ndarray) -> float:
    """Area under the risk-coverage curve: mean risk over all coverages, equal certainties in random order; lower is better."""
    coverage, risk = risk_coverage(certainty, correct)
    count = len(certainty)
    kept = np.rint(coverage * count).astype(int)
    wrong = np.rint(risk * kept).astype(int)
    # Between two points, wrong answers come evenly, as in the mean over random orders.
    each = np.interp(np.arange(1, count + 1), np.append(0, kept), np.append(0, wrong))
    return float((each / np.arange(1, count + 1)).mean())


def selective_report(scores: dict[str, np.ndarray], correct: np.ndarray, rejected: float = 0.2) -> dict[str, dict[str, float]]:
    """AURC of each certainty score and of an oracle, and the accuracy when the least certain are left out.

    Args:
        scores: name -> certainty (N,), higher = more certain.
        correct: bool (N,).
        rejected: share of the photos that is left out.

    Returns:
        {name: {"aurc", "accuracy", "accuracy_kept"}}, with the oracle, which leaves out wrong answers first, as "oracle".
    """
    correct = correct.astype(bool)
    kept = len(correct) - int(np.floor(rejected * len(correct)))
    report = {}
    for name, score in {**scores, "oracle": correct.astype(float)}.items():
        best = np.argsort(-score, kind="stable")[:kept]
        report[name] = {
            "aurc": aurc(score, correct),
            "accuracy": float(correct.mean()),
            "accuracy_kept": float(correct[best].mean()),
        }
    return report
