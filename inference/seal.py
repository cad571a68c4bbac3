"""A JSON file that knows its own SHA-256: one digit that changed, or a part of another model, is found before it is used.

The other files of a model have their SHA-256 in model.json. Its own stands in itself, over all the rest: a temperature or a
quantile that was pasted in from another model looks as good as the right one, and nothing later would notice.
"""

import hashlib
import json
from typing import Any

_SEAL = "sha256"


def seal(content: dict[str, Any]) -> dict[str, Any]:
    """The content with its SHA-256, in place of an older one."""
    rest = {key: value for key, value in content.items() if key != _SEAL}
    return rest | {_SEAL: _sha256(rest)}


def is_sealed(content: dict[str, Any]) -> bool:
    """Whether the content is what it was when it was sealed."""
    return content == seal(content)


def _sha256(content: dict[str, Any]) -> str:
    # The values count, not the line ends that some program may change on the way.
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
