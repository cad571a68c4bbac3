"""One row a finished epoch in metrics.csv; a resumed run keeps the rows that it had."""

import csv
from pathlib import Path
from typing import Any

import lightning
from lightning.pytorch.callbacks import Callback

METRICS_FILE = "metrics.csv"


class EpochCsvLogger(Callback):
    """Write epoch, step, learning rate and every logged metric of the epoch."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / METRICS_FILE

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Add the row; validation has run by now. Of several processes, the first one writes."""
        if not trainer.is_global_zero:
            return
        metrics = {name: f"{float(value):.6g}" for name, value in sorted(trainer.callback_metrics.items())}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        row: dict[str, Any] = {
            "epoch": trainer.current_epoch,
            "step": trainer.global_step,
            "learning_rate": f"{rate:.6g}",
        } | metrics
        # A run that was killed between this row and its checkpoint comes here again.
        rows = [kept for kept in self._rows() if int(kept["epoch"]) < trainer.current_epoch] + [row]
        with self.path.open("w", newline="") as file:
            writer = csv.DictWriter(file, row)
            writer.writeheader()
            writer.writerows(rows)

    def _rows(self) -> list[dict[str, Any]]:
        if not self.path.exists():
            return []
        with self.path.open(newline="") as file:
            return list(csv.DictReader(file))
