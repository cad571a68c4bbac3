"""Does the model take a blurred photo for a cancer? In ISIC 2019 as it is often stored, sharpness tells classes apart.

The photos are brought down to a resolution and back, and analysed again. What a model may lose by it is detail: it should
tell cancers apart a little worse, and its mean probability of each class should stay where it was. A model that had learnt
"blurred means AK, BCC or SCC" moves it towards them.
"""

import numpy as np
import pandas as pd

from inference.analyzer import Analyzer
from inference.preprocess import resize_square
from training.classes import CODES
from training.data.reading import read_photo
from training.utils.metrics import Predictions, test_metrics

# The resolution at which the Barcelona part of ISIC 2019 is stored here, but for its melanomas.
BLURRED_SIDE = 84
_COMPARED = ("cancer_auroc", "balanced_accuracy")


def resolution_check(
    analyzer: Analyzer, table: pd.DataFrame, sharp: Predictions, side: int = BLURRED_SIDE
) -> dict[str, object]:
    """Compare the answers for photos brought down to `side` pixels and back with those for the photos as they are, `sharp`.

    Returns:
        side; for sharp and blurred photos the AUROC of cancer, the balanced accuracy and the mean probability of each class.
    """
    size = analyzer.spec.input.image_size
    blurred = []
    for path in table["path"]:
        view = resize_square(resize_square(analyzer.network_view(read_photo(path)), side), size)
        blurred.append(analyzer.analyze_view(view, mc_samples=0).probs)
    return {"side": side, "sharp": _summary(sharp), "blurred": _summary(sharp._replace(probs=np.array(blurred)))}


def _summary(predictions: Predictions) -> dict[str, object]:
    metrics = test_metrics()
    means = predictions.probs.mean(axis=0)
    return {name: metrics[name](predictions) for name in _COMPARED} | {
        "mean_probability": dict(zip(CODES, means.tolist(), strict=True)),
        "mean_cancer_probability": float(predictions.cancer.mean()),
    }
