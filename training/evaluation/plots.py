"""The figures of a report: metrics only, no photo, so that they may travel with the model."""

from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from sklearn.metrics import ConfusionMatrixDisplay, PrecisionRecallDisplay, RocCurveDisplay

from postprocess.calibration import equal_mass_bins
from training.classes import CODES
from training.utils.metrics import Predictions

_DOTS_PER_INCH = 110
_SIZE = (5.4, 4.6)


def plot_confusion(predictions: Predictions, path: Path) -> None:
    """Row: what a photo shows; column: the likeliest class; each row sums to 1."""

    def draw(axes: Axes) -> None:
        ConfusionMatrixDisplay.from_predictions(
            predictions.labels,
            predictions.probs.argmax(axis=1),
            labels=range(len(CODES)),
            display_labels=CODES,
            normalize="true",
            values_format=".2f",
            cmap="Blues",
            colorbar=False,
            text_kw={"fontsize": 8},
            ax=axes,
        )

    _save(draw, path)


def plot_roc(predictions: Predictions, path: Path) -> None:
    """Sensitivity for cancer against 1 - specificity."""

    def draw(axes: Axes) -> None:
        RocCurveDisplay.from_predictions(predictions.is_cancer, predictions.cancer, name="cancer", ax=axes)
        axes.set(xlabel="1 - specificity", ylabel="sensitivity (cancer recall)")
        axes.grid(alpha=0.3)

    _save(draw, path)


def plot_precision_recall(predictions: Predictions, path: Path) -> None:
    """Precision against recall for cancer."""

    def draw(axes: Axes) -> None:
        PrecisionRecallDisplay.from_predictions(predictions.is_cancer, predictions.cancer, name="cancer", ax=axes)
        axes.set(xlabel="cancer recall", ylabel="cancer precision")
        axes.grid(alpha=0.3)

    _save(draw, path)


def plot_reliability(predictions: Predictions, path: Path) -> None:
    """Observed share against stated probability, in bins of equally many photos: for cancer, and for the likeliest class."""
    correct = predictions.probs.argmax(axis=1) == predictions.labels

    def draw(axes: Axes) -> None:
        axes.plot([0, 1], [0, 1], color="grey", linestyle="--", label="as stated")
        for stated, observed, name in (
            (predictions.cancer, predictions.is_cancer, "cancer"),
            (predictions.probs.max(axis=1), correct, "likeliest class"),
        ):
            bins = equal_mass_bins(stated)
            axes.plot([stated[rows].mean() for rows in bins], [observed[rows].mean() for rows in bins], marker="o", label=name)
        axes.set(xlabel="stated probability", ylabel="observed share", xlim=(0, 1), ylim=(0, 1))
        axes.grid(alpha=0.3)
        axes.legend()

    _save(draw, path)


def plot_by_class(values: np.ndarray, labels: np.ndarray, unit: str, path: Path) -> None:
    """Boxes of a value (N,) by true class."""

    def draw(axes: Axes) -> None:
        present = [label for label in range(len(CODES)) if (labels == label).any()]
        axes.boxplot([values[labels == label] for label in present], tick_labels=[CODES[label] for label in present])
        axes.set(ylabel=unit)
        axes.grid(alpha=0.3, axis="y")

    _save(draw, path)


def _save(draw: Callable[[Axes], None], path: Path) -> None:
    # A figure of its own, on a canvas without a screen: pyplot would keep it, and ask for a display.
    figure = Figure(figsize=_SIZE, dpi=_DOTS_PER_INCH, layout="constrained")
    with matplotlib.rc_context({"font.size": 9}):
        draw(figure.subplots())
        path.parent.mkdir(parents=True, exist_ok=True)
        # Nothing that changes from run to run but the numbers.
        figure.savefig(path, metadata={"Software": None})
