"""A model folder from the Hugging Face Hub, or from a mirror that HF_ENDPOINT names.

Neither is believed: the revision is a commit, model.json must have the SHA-256 that was asked for, and it holds the SHA-256 of
every file that anything is computed with, which loading checks. Not of two that come after it: MODEL_CARD.md, which is only
shown, and self_test.json, which can stop the start and change no answer. Figures are not fetched. What was fetched once is used
again without asking the Hub.
"""

import json
import tempfile
from pathlib import Path

from inference.analyzer import cache_folder
from inference.model_spec import MODEL_FILE, ModelError, file_sha256
from inference.self_test import FILE as SELF_TEST_FILE

_MODEL_CARD = "MODEL_CARD.md"


def download_model(repo: str, revision: str, sha256: str) -> Path:
    """Fetch a model folder.

    Args:
        repo: "owner/name".
        revision: the commit, 40 hexadecimal digits.
        sha256: of that commit's model.json, 64 hexadecimal digits.

    Raises:
        ModelError: it cannot be fetched, or is not what was asked for.
    """
    cache = cache_folder() or Path(tempfile.mkdtemp(prefix="skinglancecare-"))
    description = _fetch(repo, revision, MODEL_FILE, cache)
    found = file_sha256(description)
    if found != sha256:
        raise ModelError(
            f"{MODEL_FILE} of {repo} at {revision} has SHA-256 {found}, expected {sha256}; check the three settings"
        )
    try:
        names = [entry["name"] for entry in json.loads(description.read_text())["files"].values()]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{MODEL_FILE} of {repo} at {revision} names no files; export the model again") from error
    for name in [*names, SELF_TEST_FILE, _MODEL_CARD]:
        if Path(name).name != name:
            raise ModelError(f"{MODEL_FILE} of {repo} at {revision} names a file outside of its folder: {name}")
        _fetch(repo, revision, name, cache)
    return description.parent


def _fetch(repo: str, revision: str, name: str, cache: Path) -> Path:
    # Imported when a model is asked for: most starts need none of it.
    import httpx
    from huggingface_hub import hf_hub_download
    from huggingface_hub.errors import HfHubHTTPError, LocalEntryNotFoundError

    try:
        return Path(hf_hub_download(repo, name, revision=revision, cache_dir=cache / "hub"))
    except (HfHubHTTPError, LocalEntryNotFoundError, httpx.HTTPError, OSError, ValueError) as error:
        raise ModelError(
            f"{name} of {repo} at {revision} could not be fetched ({type(error).__name__}); "
            "check SKINGLANCE_MODEL_REPO, SKINGLANCE_MODEL_REVISION and the connection"
        ) from error
