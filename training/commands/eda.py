"""`python -m training eda`: a report on the data before anything is trained on it."""

import logging
from pathlib import Path

from training.config import Config
from training.data.isic import read_unknown_photos
from training.data.sources import group_column, read_splits, read_table
from training.eda.association import associations
from training.eda.plots import plot_associations, plot_class_balance, plot_resolution, plot_resolution_trap
from training.eda.preprocessing_sheet import write_preprocessing_sheets
from training.eda.report import REPORT_FILE, class_counts, side_quantiles, write_report
from training.eda.resolution_trap import resolution_trap, stored_sides

logger = logging.getLogger(__name__)


def eda(config: Config, out: Path) -> None:
    """Describe the photos of `config.data`, an official test set excepted: nothing is to be chosen by looking at it.

    Writes eda.json, eda.md, figures, and pictures of photos before and after each preprocessing (which are photos: they
    stay out of the repository).

    Raises:
        DataError: the data lacks something.
    """
    table = read_table(config.data)
    sides = stored_sides(list(table["path"]))
    out.mkdir(parents=True, exist_ok=True)
    counts, links = class_counts(table), associations(table)
    # The training part alone is drawn from.
    train = table["image"].isin(read_splits(config.data).train["image"]).to_numpy()
    trap = resolution_trap(table[train], sides[train], config.data, config.training.seed)
    plot_class_balance(counts, out / "class_balance.png")
    plot_resolution(sides, table["label"].to_numpy(), out / "resolution.png")
    plot_associations(links, out / "associations.png")
    plot_resolution_trap(trap, out / "resolution_trap.png")
    write_preprocessing_sheets(table, out, config.training.seed)
    report = {
        "source": config.data.source,
        "photos": len(table),
        "groups": int(table[group_column(config.data)].nunique()),
        "unknown": len(read_unknown_photos(config.data.folder)) if config.data.source == "isic_2019" else 0,
        "classes": counts.to_dict(),
        "sides": side_quantiles(sides, table["label"].to_numpy()),
        "resolution_trap": trap,
    }
    write_report(report, links, out)
    logger.info("%s", (out / REPORT_FILE).read_text())
