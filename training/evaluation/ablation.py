"""What is a part of the training worth? The difference that leaving it out makes, over seeds, with its interval."""

from collections.abc import Callable

import numpy as np

from training.utils.metrics import INTERVAL, Predictions, resample_lesions, specificity_at_recall, test_metrics

RECALL = 0.96
# What is compared: name in the table -> function of predictions.
MEASURES: dict[str, Callable[[Predictions], float]] = {
    "cancer AUROC": test_metrics()["cancer_auroc"],
    "specificity at 96 % recall": lambda predictions: specificity_at_recall(predictions, RECALL)[0],
}
Runs = list[Predictions]


def ablation_row(runs: Runs, baseline: Runs, resamples: int = 1000, seed: int = 0) -> dict[str, dict[str, float]]:
    """Mean of each measure over the runs' seeds, and its difference from the baseline's with a 95 % interval.

    The interval is that of a bootstrap that draws seeds, and lesions with all of their photos, anew each time; the same
    seeds and lesions for both, so that what is hard for both does not count as a difference.

    Args:
        runs: predictions of the variant, one a seed, all of the same photos.
        baseline: those of the whole recipe, by the same seeds.
        resamples: number of bootstrap samples.
        seed: of the bootstrap.

    Returns:
        {measure: {value, difference, low, high}}.
    """
    if len(runs) != len(baseline):
        raise ValueError(f"expected as many runs as the baseline has, {len(baseline)}, got {len(runs)}")
    generator = np.random.default_rng(seed)
    draws = []
    for _ in range(resamples):
        photos = resample_lesions(baseline[0].lesions, generator)
        seeds = generator.integers(0, len(runs), len(runs))
        draws.append([(runs[index].take(photos), baseline[index].take(photos)) for index in seeds])
    row = {}
    for name, measure in MEASURES.items():
        value = float(np.mean([measure(run) for run in runs]))
        differences = [np.mean([measure(run) - measure(whole) for run, whole in draw]) for draw in draws]
        low, high = np.percentile(differences, INTERVAL)
        whole = float(np.mean([measure(run) for run in baseline]))
        row[name] = {"value": value, "difference": value - whole, "low": float(low), "high": float(high)}
    return row


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
