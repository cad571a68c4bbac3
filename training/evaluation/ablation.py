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

    The variance of a difference of means over seeds has two parts, which are added: that between lesions (a bootstrap of
    lesions with all their photos), and that between runs, twice, over their number. Three seeds alone tell little about the
    second, so it is pooled over all variants and the baseline, as in an analysis of variance; the interval is Student's, with
    the degrees of freedom of that. Pooled over differences it would not be: all of them share the baseline's runs.

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
        values = {name: np.array([measure(run) for run in of_variant]) for name, of_variant in runs.items()}
        between_runs, quantile = _pooled(list(values.values()))
        for name, of_variant in runs.items():
            difference = float(values[name].mean() - values[baseline].mean())
            half = 0.0
            if name != baseline:
                between_lesions = np.var([_difference(of_variant, whole, measure, draw) for draw in draws], ddof=1)
                half = quantile * float(np.sqrt(2 * between_runs / len(whole) + between_lesions))
            value = float(values[name].mean())
            rows[name][measure_name] = {
                "value": value, "difference": difference, "low": difference - half, "high": difference + half,
            }  # fmt: skip
    return rows


def _difference(runs: Runs, baseline: Runs, measure: Measure, photos: np.ndarray) -> float:
    """Of the means over seeds, on some of the photos."""
    pairs = zip(runs, baseline, strict=True)
    return float(np.mean([measure(run.take(photos)) - measure(whole.take(photos)) for run, whole in pairs]))


def _pooled(values: list[np.ndarray]) -> tuple[float, float]:
    """Variance of a variant's runs, pooled, and the quantile of a 95 % interval; where each has one run, nothing is known."""
    freedom = sum(len(each) - 1 for each in values)
    if freedom == 0:
        return 0.0, float(norm.ppf(INTERVAL[1] / 100))
    variance = sum(((each - each.mean()) ** 2).sum() for each in values) / freedom
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
