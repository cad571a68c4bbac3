"""What is a part of the training worth? The difference that leaving it out makes, over seeds, with its interval."""

from collections.abc import Callable

import numpy as np
from scipy.stats import norm
from scipy.stats import t as student

from training.utils.metrics import INTERVAL, Predictions, resample_lesions, specificity_at_recall, test_metrics

Runs = list[Predictions]
Measure = Callable[[Predictions], float]

RECALL = 0.96
# What is compared: name in the table -> function of predictions.
MEASURES: dict[str, Measure] = {
    "cancer AUROC": test_metrics()["cancer_auroc"],
    "specificity at 96 % recall": lambda predictions: specificity_at_recall(predictions, RECALL)[0],
}


def ablation_rows(
    runs: dict[str, Runs], baseline: str, resamples: int = 300, seed: int = 0
) -> dict[str, dict[str, dict[str, float]]]:
    """Mean of each measure over the runs' seeds, and its difference from the baseline's with a 95 % interval.

    A difference is taken between runs of the same seed on the same photos. Its variance has two parts, which are added: that
    between seeds, over their number, and that between lesions (a bootstrap of lesions with all their photos). Three seeds
    alone tell little about the first, so it is pooled over all variants, as in an analysis of variance; the interval is
    Student's, with the degrees of freedom of that.

    Args:
        runs: variant -> predictions, one a seed, all of the same photos.
        baseline: name of the variant that the others are compared with.
        resamples: number of bootstrap samples.
        seed: of the bootstrap.

    Returns:
        {variant: {measure: {value, difference, low, high}}}.

    Raises:
        ValueError: variants have different numbers of runs.
    """
    whole = runs[baseline]
    for name, of_variant in runs.items():
        if len(of_variant) != len(whole):
            raise ValueError(f"expected as many runs of {name} as the baseline has, {len(whole)}, got {len(of_variant)}")
    generator = np.random.default_rng(seed)
    draws = [resample_lesions(whole[0].lesions, generator) for _ in range(resamples)]
    rows: dict[str, dict[str, dict[str, float]]] = {name: {} for name in runs}
    for measure_name, measure in MEASURES.items():
        differences = {name: _differences(of_variant, whole, measure) for name, of_variant in runs.items()}
        between_seeds, quantile = _pooled([each for name, each in differences.items() if name != baseline])
        for name, of_variant in runs.items():
            difference = float(differences[name].mean())
            half = 0.0
            if name != baseline:
                between_lesions = np.var([_differences(of_variant, whole, measure, draw).mean() for draw in draws], ddof=1)
                half = quantile * float(np.sqrt(between_seeds / len(whole) + between_lesions))
            value = float(np.mean([measure(run) for run in of_variant]))
            rows[name][measure_name] = {
                "value": value, "difference": difference, "low": difference - half, "high": difference + half,
            }  # fmt: skip
    return rows


def _differences(runs: Runs, baseline: Runs, measure: Measure, photos: np.ndarray | None = None) -> np.ndarray:
    """Of each seed, on all photos or on some: (seeds,)."""
    pairs = zip(runs, baseline, strict=True)
    if photos is not None:
        pairs = ((run.take(photos), whole.take(photos)) for run, whole in pairs)  # type: ignore[assignment]
    return np.array([measure(run) - measure(whole) for run, whole in pairs])


def _pooled(differences: list[np.ndarray]) -> tuple[float, float]:
    """Variance between seeds, pooled over variants, and the quantile of a 95 % interval; of one seed nothing is known."""
    freedom = sum(len(each) - 1 for each in differences)
    if freedom == 0:
        return 0.0, float(norm.ppf(INTERVAL[1] / 100))
    variance = sum(((each - each.mean()) ** 2).sum() for each in differences) / freedom
    return float(variance), float(student.ppf(INTERVAL[1] / 100, freedom))


def ablation_table(rows: dict[str, dict[str, dict[str, float]]]) -> str:
    """Rows by variant as a Markdown table, the whole recipe first."""
    header = ["", *(f"{name} | difference (95 % interval)" for name in MEASURES)]
    lines = ["| " + " | ".join(header) + " |", "|---" * (1 + 2 * len(MEASURES)) + "|"]
    for variant, row in rows.items():
        cells = [
            f"{entry['value']:.3f} | {entry['difference']:+.3f} ({entry['low']:+.3f} to {entry['high']:+.3f})"
            for entry in (row[name] for name in MEASURES)
        ]
        lines.append("| " + " | ".join([variant, *cells]) + " |")
    return "\n".join(lines)
