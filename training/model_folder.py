"""The folder of an exported model: its files, and model.json while it is being written."""

import json
from pathlib import Path
from typing import Any

from inference.model_spec import MODEL_FILE, ModelError
from inference.seal import seal

# Role -> file name; `calibrate` adds the out-of-distribution statistics.
FILES = {
    "ir": "openvino_int8.xml",
    "ir_weights": "openvino_int8.bin",
    "head": "head.safetensors",
    "network": "network_fp16.safetensors",
}
OOD_FILE = "ood.safetensors"
# What `calibrate` reports, and the figures of `calibrate` and `test`: of numbers alone, no photo is among them.
CALIBRATION_REPORT = "calibration_report.json"
PLOTS = "plots"
# Written by hand, where a network came out of several runs; it goes into the card of the model whose version it names.
HISTORY_FILE = "history.md"


def read_description(folder: Path) -> dict[str, Any]:
    """Read model.json, which may still lack what `calibrate` fits.

    Raises:
        ModelError: there is none.
    """
    path = folder / MODEL_FILE
    if not path.exists():
        raise ModelError(f"{path} is missing; write the folder with `python -m training export --out {folder}`")
    return json.loads(path.read_text())


def write_description(description: dict[str, Any], folder: Path) -> None:
    """Write model.json, sealed."""
    (folder / MODEL_FILE).write_text(json.dumps(seal(description), indent=1) + "\n")


def let_others_read(folder: Path) -> None:
    """Let every user read the files of a model: safetensors writes for the owner alone, and an app runs as somebody else."""
    for path in folder.iterdir():
        path.chmod(path.stat().st_mode | (0o555 if path.is_dir() else 0o444))
