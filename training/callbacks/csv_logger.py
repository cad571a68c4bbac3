"""One row a finished epoch in metrics.csv: appended, so that a resumed run keeps what it had."""

import csv
from pathlib import Path

import lightning
from lightning.pytorch.callbacks import Callback

METRICS_FILE = "metrics.csv"


class EpochCsvLogger(Callback):
    """Write epoch, step, learning rate and every logged metric of the epoch."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / METRICS_FILE

    def on_train_epoch_end(self, trainer: lightning.Trainer, module: lightning.LightningModule) -> None:
        """Append the row; validation has run by now."""
        metrics = {name: f"{float(value):.6g}" for name, value in sorted(trainer.callback_metrics.items())}
        rate = trainer.optimizers[0].param_groups[0]["lr"]
        row = {"epoch": trainer.current_epoch, "step": trainer.global_step, "learning_rate": f"{rate:.6g}"} | metrics
        first = not self.path.exists()
        with self.path.open("a", newline="") as file:
            writer = csv.DictWriter(file, row)
            if first:
                writer.writeheader()
            writer.writerow(row)
