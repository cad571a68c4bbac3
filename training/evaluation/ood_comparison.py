"""Which detector tells photos that are no dermoscopy, of kinds that nothing was fitted on? The one that ships, and its rivals.

The rivals are those of pytorch-ood, on the network's logits and last features: energy (Liu et al. 2020), largest logit
(Hendrycks et al. 2022), Mahalanobis (Lee et al. 2018) and relative Mahalanobis distance (Ren et al. 2021), k nearest neighbours
(Sun et al. 2022), ViM (Wang et al. 2022). On the statistics of the middle stages, as the one that ships: the deviation from
the range of each class (Sastry & Oore 2020, with the diagonal of the Gram matrices; Pacheco et al. 2020 use it on skin).
`combination` is a logistic regression of all scores that is fitted on photos of the other half of the kinds.
"""

from collections.abc import Callable

import numpy as np
import torch
from pytorch_ood.detector import KNN, RMD, EnergyBased, Mahalanobis, MaxLogit, ViM
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import QuantileTransformer

from postprocess.head import Head
from postprocess.ood import ACCEPTED, OodModel
from training.evaluation.outputs import Outputs

SHIPPED = "middle-stage Mahalanobis (shipped)"
COMBINATION = "combination"
# Neighbours of kNN and dimensions of ViM's principal space: the values of the papers' authors for features of this size.
_NEIGHBOURS = 50
_PRINCIPAL_DIMENSIONS = 512

Score = Callable[[Outputs], np.ndarray]


def compare_detectors(
    shipped: OodModel, head: Head, training: Outputs, validation: Outputs, unseen: Outputs, kinds: np.ndarray
) -> dict[str, dict[str, dict[str, float]]]:
    """Measure every detector on every kind of photo.

    Args:
        shipped: the detector that the app uses.
        head: of the model.
        training: photos that the detectors are fitted on.
        validation: true dermoscopy; each rival's limit accepts a share ACCEPTED of it. That of `shipped` is its own, which
            was fitted on harmless changes of these photos too, so that it accepts more of them as they are.
        unseen: photos of other things, labels unused.
        kinds: (N,), the kind of each of those.

    Returns:
        {detector: {kind: {auroc, refused}}}, auroc of that kind against the validation photos.
    """
    scores = _detectors(shipped, head, training)
    inside = {name: score(validation) for name, score in scores.items()}
    outside = {name: score(unseen) for name, score in scores.items()}
    limits = {name: np.quantile(inside[name], ACCEPTED) for name in scores} | {SHIPPED: shipped.threshold}
    report = {name: _by_kind(inside[name], outside[name], kinds, limits[name]) for name in scores}
    columns_in, columns_out = (np.column_stack(list(table.values())) for table in (inside, outside))
    report[COMBINATION] = _combination(columns_in, columns_out, kinds)
    return report


def _detectors(shipped: OodModel, head: Head, training: Outputs) -> dict[str, Score]:
    # The detectors expect the classes 0 to C - 1, each with photos: numbered anew where one has none.
    numbers = np.unique(training.labels, return_inverse=True)[1]
    features, labels = torch.tensor(training.features), torch.tensor(numbers)
    hidden = head.hidden(training.features)
    mahalanobis = Mahalanobis(None).fit_features(features, labels)
    relative = RMD(None).fit_features(features, labels)
    neighbours = KNN(None, k=_NEIGHBOURS).fit_features(features, labels)
    principal = min(_PRINCIPAL_DIMENSIONS, hidden.shape[1] // 2)
    weights, bias = torch.tensor(head.weight_2), torch.tensor(head.bias_2)
    vim = ViM(None, principal, weights, bias).fit_features(torch.tensor(hidden), labels)
    ranges = _fit_ranges(training)
    return {
        SHIPPED: lambda photos: shipped.score(photos.statistics),
        "range deviation of middle stages": lambda photos: _range_deviation(photos.statistics, ranges),
        "energy": lambda photos: EnergyBased.score(torch.tensor(photos.logits)).numpy(),
        "largest logit": lambda photos: MaxLogit.score(torch.tensor(photos.logits)).numpy(),
        "Mahalanobis": lambda photos: mahalanobis.predict_features(torch.tensor(photos.features)).numpy(),
        "relative Mahalanobis": lambda photos: relative.predict_features(torch.tensor(photos.features)).numpy(),
        "k nearest neighbours": lambda photos: neighbours.predict_features(torch.tensor(photos.features)).numpy(),
        "ViM": lambda photos: vim.predict_features(torch.tensor(head.hidden(photos.features))).numpy(),
    }


def _fit_ranges(training: Outputs) -> tuple[np.ndarray, np.ndarray]:
    classes = np.unique(training.labels)
    of_class = [training.statistics[training.labels == label] for label in classes]
    return np.stack([rows.min(axis=0) for rows in of_class]), np.stack([rows.max(axis=0) for rows in of_class])


def _range_deviation(statistics: np.ndarray, ranges: tuple[np.ndarray, np.ndarray]) -> np.ndarray:
    """Sum of how far each statistic lies outside of the range of the nearest class, in widths of that range: (N,)."""
    low, high = ranges
    width = np.maximum(high - low, 1e-6)
    deviations = [
        (np.maximum(low_of - statistics, 0) + np.maximum(statistics - high_of, 0)) / width_of
        for low_of, high_of, width_of in zip(low, high, width, strict=True)
    ]
    return np.min([deviation.sum(axis=1) for deviation in deviations], axis=0)


def _by_kind(inside: np.ndarray, outside: np.ndarray, kinds: np.ndarray, limit: float) -> dict[str, dict[str, float]]:
    report = {}
    for kind in np.unique(kinds):
        scores = outside[kinds == kind]
        truth = np.repeat([0, 1], [len(inside), len(scores)])
        auroc = roc_auc_score(truth, np.concatenate([inside, scores]))
        report[str(kind)] = {"auroc": float(auroc), "refused": float((scores > limit).mean())}
    return report


def _combination(inside: np.ndarray, outside: np.ndarray, kinds: np.ndarray) -> dict[str, dict[str, float]]:
    """Fitted on one half of the kinds and reported on the other, and the other way round."""
    names = np.unique(kinds)
    report: dict[str, dict[str, float]] = {}
    for fitted_on, reported_on in ((names[::2], names[1::2]), (names[1::2], names[::2])):
        seen, other = np.isin(kinds, fitted_on), np.isin(kinds, reported_on)
        model = make_pipeline(QuantileTransformer(n_quantiles=100), LogisticRegression(class_weight="balanced"))
        # Every other photo is kept for the report.
        fitted = inside[::2]
        truth = np.repeat([0, 1], [len(fitted), int(seen.sum())])
        model.fit(np.vstack([fitted, outside[seen]]), truth)
        scores = model.decision_function(inside[1::2])
        report |= _by_kind(scores, model.decision_function(outside[other]), kinds[other], np.quantile(scores, ACCEPTED))
    return report
