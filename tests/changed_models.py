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
