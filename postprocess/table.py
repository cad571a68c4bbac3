"""The JSON object of a photo as one row of a table: nested fields side by side, lists as words."""

from collections.abc import Iterable, Iterator
from typing import Any

from postprocess.certainty import CertaintyParts


def table_columns(class_codes: Iterable[str]) -> list[str]:
    """The columns, in the order of the API's fields; the recommendation is left to the JSON."""
    return [
        "image",
        "error",
        "predicted_class",
        "predicted_probability",
        *(f"class_probabilities.{code}" for code in class_codes),
        "cancer_probability",
        "cancer_probability_interval",
        "cancer_certainty",
        "certainty_score",
        "certainty_level",
        *(f"certainty_parts.{part}" for part in CertaintyParts._fields),
        "risk_level",
        "is_ood",
        "ood_score",
        "model_uncertainty",
        "prediction_set",
        "model_version",
        "is_clinical_photo",
        "photo_quality.problems",
        "setting",
        "setting_cancer_probability",
        "engine",
        "views",
        "mc_samples",
    ]


def table_row(record: dict[str, Any]) -> dict[str, Any]:
    """Column -> value for one object of `to_json_object` with "image" added, or of "image" and "error"."""
    return dict(_flatten(record))


def _flatten(record: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    for key, value in record.items():
        if isinstance(value, dict):
            yield from ((f"{key}.{name}", item) for name, item in _flatten(value))
        else:
            yield key, " ".join(map(str, value)) if isinstance(value, list) else value
