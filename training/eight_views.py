"""Fit anew what follows the network, for answers that are the mean of eight looks at a photo.

Such answers are surer than those of one look, lie nearer to the training photos, and have smoother heat maps: with what was
fitted on one look, their probabilities, limits and colours would mean something else. The detector of photos without a
dermatoscope stays: its measure is the mean over the looks, whose spread it does not ask for.
"""

import logging
from typing import Any

import numpy as np
import pandas as pd
import torch

from inference.analyzer import Analyzer
from inference.model_spec import load_head
from inference.symmetries import SYMMETRIES
from postprocess.calibration import Calibration
from postprocess.ood import ACCEPTED
from training.data.augmentation import BatchAugmentation
from training.evaluation.outputs import heatmap_full_scale, heatmap_peak
from training.evaluation.photos import network_views
from training.fitting import fit_postprocessing

logger = logging.getLogger(__name__)


def fit_eight_views(
    analyzer: Analyzer, table: pd.DataFrame, like_served: np.ndarray, change: BatchAugmentation
) -> dict[str, Any]:
    """The section `eight_views` of model.json.

    Args:
        analyzer: of the model, fitted on one view.
        table: N validation photos, columns path and label.
        like_served: bool (N,), as `training.fitting.fit_postprocessing`.
        change: random change of a photo that out-of-distribution scores must not mind.
    """
    logger.info("looking eight times at %d photos, as they are and changed", len(table))
    looks, distances, maps = [], [], []
    for view, is_served in zip(network_views(analyzer, table["path"]), like_served, strict=True):
        look = analyzer.look(view, SYMMETRIES)
        changed = change(torch.from_numpy(view)[None])[0].numpy()
        distances += [look.ood_score, analyzer.look(changed, SYMMETRIES).ood_score]
        # Only of those that the scale is fitted on: maps of all would be a gigabyte.
        if is_served:
            maps.append(look.feature_map)
        looks.append((look.logits, look.features))
    logits, features = (np.array(column) for column in zip(*looks, strict=True))
    head = load_head(analyzer.spec)
    fitted = fit_postprocessing(head, logits, features, table["label"].to_numpy(), like_served)
    # The photos are those of one view.
    del fitted["fitted_on"]
    calibration = Calibration(**fitted["calibration"])
    served = zip(logits[like_served], features[like_served], maps, strict=True)
    peaks = [heatmap_peak(head, calibration, *photo) for photo in served]
    return fitted | {
        "ood_threshold": float(np.quantile(distances, ACCEPTED, method="higher")),
        "heatmap_full_scale": heatmap_full_scale(peaks),
    }
