"""Reports as JSON that every reader takes: it has no NaN."""

import json
import math
from pathlib import Path
from typing import Any


def null_for_nan(value: Any) -> Any:
    """The same with null for each number that has no meaning (a share of no photo), in lists and dicts too."""
    if isinstance(value, dict):
        return {key: null_for_nan(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [null_for_nan(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def write_json(path: Path, report: Any) -> None:
    """Write a report, null where a number has no meaning."""
    path.write_text(json.dumps(null_for_nan(report), indent=1, allow_nan=False) + "\n")
