"""What would the patient's age and sex and the site of the lesion add? Late fusion, measured and not served.

A multinomial logistic regression of the diagnosis on the network's log-probabilities, beside the same with age, sex and site.
Both are cross-fitted by lesion, so that the difference is what the metadata adds and not what a fit adds.
"""

from typing import Any

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.impute import MissingIndicator, SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, SplineTransformer, StandardScaler

from training.classes import CODES
from training.evaluation.ablation import ablation_rows
from training.evaluation.cross_fitting import FOLDS
from training.utils.metrics import Predictions

AGE, CATEGORIES = "age_approx", ["sex", "anatom_site_general"]


def metadata_fusion(probs: np.ndarray, table: pd.DataFrame, lesions: np.ndarray) -> dict[str, Any] | None:
    """Measures with metadata, and their difference from those without; None where there is no metadata.

    Args:
        probs: (N, C), of validation photos.
        table: N rows with the column label and those that there are of age_approx, sex and anatom_site_general; a missing value
            is a category of its own, a column without any value is left out.
        lesions: (N,), which lesion each photo shows.

    Returns:
        As a row of `ablation_rows`, and `known`: the share of the photos that have each column.
    """
    labels = table["label"].to_numpy()
    log_probs = np.log(np.maximum(probs, 1e-12))
    known = [name for name in (AGE, *CATEGORIES) if name in table and table[name].notna().any()]
    if not known:
        return None
    metadata = table[known].astype({name: object for name in known if name != AGE})
    image_only = _cross_fit(pd.DataFrame(log_probs), labels, lesions)
    columns = pd.concat([pd.DataFrame(log_probs, index=metadata.index), metadata], axis=1)
    columns.columns = columns.columns.astype(str)
    fused = _cross_fit(columns, labels, lesions)
    runs = {name: [Predictions(answers, labels, lesions)] for name, answers in (("fused", fused), ("image", image_only))}
    return ablation_rows(runs, "image")["fused"] | {"known": {name: float(metadata[name].notna().mean()) for name in metadata}}


def _cross_fit(columns: pd.DataFrame, labels: np.ndarray, lesions: np.ndarray) -> np.ndarray:
    # A class that a fold's fit has not seen keeps the probability 0.
    probs = np.zeros((len(labels), len(CODES)))
    for others, fold in GroupKFold(FOLDS).split(columns, groups=lesions):
        model = make_pipeline(_encoder(columns), LogisticRegression(max_iter=1000))
        model.fit(columns.iloc[others], labels[others])
        probs[np.ix_(fold, model.classes_)] = model.predict_proba(columns.iloc[fold])
    return probs


def _encoder(columns: pd.DataFrame) -> Any:
    """Log-probabilities scaled, the age as a smooth curve with a flag where it is missing, the rest as categories."""
    numbers = [name for name in columns.columns if name not in (AGE, *CATEGORIES)]
    categories = [name for name in CATEGORIES if name in columns]
    parts: list[tuple[Any, list[str]]] = [(StandardScaler(), numbers)]
    if AGE in columns:
        # Where the photos that a fold is fitted on have no age at all, the curve still needs a column.
        filled = SimpleImputer(strategy="median", keep_empty_features=True)
        parts.append((make_pipeline(filled, SplineTransformer(n_knots=4, degree=3)), [AGE]))
        parts.append((MissingIndicator(features="all"), [AGE]))
    if categories:
        filled = SimpleImputer(strategy="constant", fill_value="unknown")
        parts.append((make_pipeline(filled, OneHotEncoder(handle_unknown="ignore")), categories))
    return make_column_transformer(*parts)
