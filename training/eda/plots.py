"""The figures of the report: counts and shares, no photo."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from training.classes import CODES
from training.eda.association import Association

_DOTS_PER_INCH = 110
_SIZE = (6.4, 4.2)


def plot_class_balance(counts: pd.DataFrame, path: Path) -> None:
    """Photos of each class (rows), stacked by part (columns)."""

    def draw(axes: Axes) -> None:
        below = np.zeros(len(counts))
        for part in counts:
            axes.bar(counts.index, counts[part], bottom=below, label=part)
            below += counts[part].to_numpy()
        axes.set(ylabel="photos")
        axes.legend()

    _save(draw, path)


def plot_resolution(sides: np.ndarray, labels: np.ndarray, path: Path) -> None:
    """Cumulative share of each class by stored resolution: where the curves differ, resolution tells classes apart."""

    def draw(axes: Axes) -> None:
        for label in np.unique(labels):
            axes.ecdf(sides[labels == label], label=CODES[label])
        axes.set(xlabel="shorter side as stored, pixels", ylabel="share of the class at most as large", xscale="log")
        axes.legend(ncols=2)

    _save(draw, path)


def plot_associations(associations: list[Association], path: Path) -> None:
    """Theil's U and Cramer's V of the class with each column."""

    def draw(axes: Axes) -> None:
        places = np.arange(len(associations))
        axes.barh(places - 0.2, [item.theils_u for item in associations], 0.4, label="Theil's U of the class")
        axes.barh(places + 0.2, [item.cramers_v for item in associations], 0.4, label="Cramér's V")
        axes.set(yticks=places, yticklabels=[item.column for item in associations], xlim=(0, 1))
        axes.invert_yaxis()
        axes.legend()

    _save(draw, path)


def plot_resolution_trap(trap: dict[str, Any], path: Path) -> None:
    """How well resolution alone tells the class, as stored and in the training stream, beside chance."""
    bars = {"as stored": trap["as_stored"], "training stream": trap["training_stream"]}

    def draw(axes: Axes) -> None:
        axes.bar(list(bars), [bar["balanced_accuracy"] for bar in bars.values()], width=0.5)
        axes.axhline(trap["training_stream"]["chance"], color="grey", linestyle="--", label="chance")
        axes.set(ylabel="balanced accuracy from resolution alone", ylim=(0, 1))
        axes.legend()

    _save(draw, path)


def _save(draw: Callable[[Axes], None], path: Path) -> None:
    # A figure of its own, on a canvas without a screen: pyplot would keep it, and ask for a display.
    figure = Figure(figsize=_SIZE, dpi=_DOTS_PER_INCH, layout="constrained")
    axes = figure.subplots()
    draw(axes)
    axes.grid(alpha=0.3)
    figure.savefig(path, metadata={"Software": None})
