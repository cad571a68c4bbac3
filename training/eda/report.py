"""The report on a data set: numbers as JSON, the same for people as Markdown with the figures."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from training.classes import CODES
from training.eda.association import Association
from training.utils.json_file import write_json

JSON_FILE = "eda.json"
REPORT_FILE = "eda.md"
_QUANTILES = (0.0, 0.25, 0.5, 0.75, 1.0)


def class_counts(table: pd.DataFrame) -> pd.DataFrame:
    """Photos of each class (rows, in the order of the classes, those that occur) in each part (columns)."""
    codes = pd.Categorical(np.array(CODES)[table["label"]], categories=list(CODES))
    counts = pd.crosstab(codes, table["part"].to_numpy())
    return counts.rename_axis(index="class", columns="part")


def side_quantiles(sides: np.ndarray, labels: np.ndarray) -> dict[str, list[float]]:
    """Smallest, quartiles and largest stored side of each class that occurs, in pixels."""
    return {CODES[label]: np.quantile(sides[labels == label], _QUANTILES).tolist() for label in np.unique(labels)}


def write_report(report: dict[str, Any], associations: list[Association], out: Path) -> None:
    """Write out/eda.json and out/eda.md.

    Args:
        report: photos, groups, unknown, classes {part: {code: n}}, sides {code: quantiles}, resolution_trap.
        associations: of the class with the metadata.
        out: an existing folder, which holds the figures.
    """
    whole = report | {"associations": [association._asdict() for association in associations]}
    write_json(out / JSON_FILE, whole)
    (out / REPORT_FILE).write_text("\n".join([*_counts(report), *_associations(associations), *_trap(report)]) + "\n")


def _counts(report: dict[str, Any]) -> list[str]:
    parts = report["classes"]
    codes = list(report["sides"])
    return [
        f"# {report['source']}",
        "",
        f"{report['photos']} photos of {report['groups']} lesions or patients; {report['unknown']} more of unknown class.",
        "",
        "## Classes",
        "",
        *_table(
            ["", *parts, "all"],
            [[code, *(n[code] for n in parts.values()), sum(n[code] for n in parts.values())] for code in codes],
        ),
        "",
        "![classes](class_balance.png)",
        "",
        "## Resolution as stored: shorter side in pixels",
        "",
        *_table(
            ["", "smallest", "1/4", "median", "3/4", "largest"], [[code, *map(round, q)] for code, q in report["sides"].items()]
        ),
        "",
        "![resolution](resolution.png)",
    ]


def _associations(associations: list[Association]) -> list[str]:
    head = ["", "chi-squared", "degrees of freedom", "p", "Cramér's V", "Theil's U of the class", "of the column", "missing"]
    rows = [
        [
            item.column,
            f"{item.chi_squared:.0f}",
            item.degrees_of_freedom,
            f"{item.p_value:.2g}" if item.p_value > 0 else "< 1e-300",
            f"{item.cramers_v:.3f}",
            f"{item.theils_u:.3f}",
            f"{item.theils_u_reverse:.3f}",
            f"{item.missing:.1%}",
        ]
        for item in associations
    ]
    title = ["", "## What goes with the class", "", "A missing value counts as a value; ages in groups of ten years.", ""]
    return [*title, *_table(head, rows), "", "![associations](associations.png)"]


def _trap(report: dict[str, Any]) -> list[str]:
    trap = report["resolution_trap"]
    rows = {"as stored": trap["as_stored"], "training stream": trap["training_stream"]}
    rows |= {f"of it {part}": result for part, result in trap["training_stream_by_part"].items()}
    head = ["given the resolution alone", "balanced accuracy", "chance", "cancer AUROC", "information, bits"]
    cells = [
        [
            name,
            *(f"{result[key]:.3f}" for key in ("balanced_accuracy", "chance", "cancer_auroc", "information_bits")),
        ]
        for name, result in rows.items()
    ]
    return ["", "## Does resolution give the class away?", "", *_table(head, cells), "", "![trap](resolution_trap.png)"]


def _table(head: list[Any], rows: list[list[Any]]) -> list[str]:
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(map(str, line))} |" for line in lines]
