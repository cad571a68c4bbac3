"""What each way of quantizing costs in accuracy and gains in size and time: on validation photos, never on the test photos."""

import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import openvino
import pandas as pd
from sklearn.metrics import roc_auc_score

from benchmarks.peers import network_of
from benchmarks.quantized import ways
from benchmarks.timing import interleave
from inference.analyzer import Analyzer, load_analyzer
from inference.model_spec import load_head
from inference.openvino_engine import OpenVinoEngine
from training.commands.export import calibration_images
from training.config.files import CONFIG_FILE, load_config
from training.data.sources import read_splits
from training.evaluation.photos import network_views
from training.quantization import convert_to_openvino
from training.utils.metrics import Predictions, specificity_at_recall

# The part that is like the test set.
PART = "HAM10000"
PHOTOS, JUDGE_PHOTOS, CALIBRATION_PHOTOS = 500, 200, 200
RECALL = 0.96
FULL_PRECISION = "FP32"
_ROUNDS = 40


def measure(data: Path | None = None) -> dict[str, Any]:
    """A row for each way: accuracy on PHOTOS validation photos, agreement with FP32, size, time.

    Args:
        data: ISIC 2019; by default where the shipped model's configuration has it.
    """
    analyzer = load_analyzer()
    spec = analyzer.spec
    changes = ["--inference.calibration_images", str(CALIBRATION_PHOTOS)]
    config = load_config(spec.folder / CONFIG_FILE, changes if data is None else [*changes, "--data.folder", str(data)])
    validation = read_splits(config.data).validation
    # Two draws without a photo in common: what accuracy control steers by must not judge it too.
    drawn = validation[validation["part"] == PART].sample(PHOTOS + JUDGE_PHOTOS, random_state=config.training.seed)
    photos, judge = drawn.head(PHOTOS), drawn.tail(JUDGE_PHOTOS)
    views = _views(analyzer, photos)
    judged = _views(analyzer, judge), spec.is_cancer[judge["label"]], spec.is_cancer
    model = convert_to_openvino(network_of(spec), spec.input.image_size)
    made = {FULL_PRECISION: lambda model: model} | ways(calibration_images(config), judged)
    with tempfile.TemporaryDirectory() as folder:
        engines, sizes = {}, {}
        for number, (name, make) in enumerate(made.items()):
            path = Path(folder) / f"{number}.xml"
            openvino.save_model(make(model), path, compress_to_fp16=False)
            engines[name] = OpenVinoEngine(path, load_head(spec))
            sizes[name] = (path.stat().st_size + path.with_suffix(".bin").stat().st_size) / 2**20
            print(f"made: {name}", file=sys.stderr, flush=True)
        timings = {item.name: item.median for item in interleave(_calls(engines, views[0]), _ROUNDS)}
        predictions = {name: _predict(engine, views, photos, analyzer) for name, engine in engines.items()}
    reference = predictions[FULL_PRECISION]
    title = (
        f"The same weights, on {PHOTOS} validation photos of {PART}, {int(reference.is_cancer.sum())} of cancer; "
        f"ranges from {CALIBRATION_PHOTOS} training photos"
    )
    return {
        title: [
            {"way": name}
            | _accuracy(predictions[name], reference)
            | {"megabytes": sizes[name], "time_to_FP32": timings[name] / timings[FULL_PRECISION]}
            for name in made
        ]
    }


def _views(analyzer: Analyzer, table: pd.DataFrame) -> list[np.ndarray]:
    return [view[None] for view in network_views(analyzer, table["path"])]


def _calls(engines: dict[str, OpenVinoEngine], view: np.ndarray) -> dict[str, Any]:
    return {name: lambda engine=engine: engine.run(view) for name, engine in engines.items()}


def _predict(engine: OpenVinoEngine, views: Sequence[np.ndarray], photos: pd.DataFrame, analyzer: Analyzer) -> Predictions:
    logits = np.concatenate([engine.run(view).logits for view in views])
    probs = analyzer.spec.fitted[1].calibration.probabilities(logits)
    return Predictions(probs, photos["label"].to_numpy(), photos["lesion_id"].to_numpy())


def _accuracy(predictions: Predictions, reference: Predictions) -> dict[str, float]:
    return {
        "cancer_AUROC": float(roc_auc_score(predictions.is_cancer, predictions.cancer)),
        f"specificity_at_recall_{RECALL}": specificity_at_recall(predictions, RECALL)[0],
        "same_class_as_FP32": float((predictions.probs.argmax(1) == reference.probs.argmax(1)).mean()),
        "median_change_of_cancer_probability": float(np.median(np.abs(predictions.cancer - reference.cancer))),
    }
