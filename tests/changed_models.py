"""Models that were changed on purpose, and say so: sealed anew, as the training package would have written them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from inference.model_spec import MODEL_FILE
from inference.seal import seal


def change_model(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Change the model.json of a folder."""
    path = folder / MODEL_FILE
    content = json.loads(path.read_text())
    change(content)
    path.write_text(json.dumps(seal(content)))


def refuse_nothing(content: dict[str, Any]) -> None:
    """Change a model so that it takes drawings for dermoscopic photos, in one view and in eight."""
    content["ood"]["threshold"] = content["eight_views"]["ood_threshold"] = 1e6
