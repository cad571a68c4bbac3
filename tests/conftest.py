"""What the suites share: the shipped model, drawings, and the photos where they are."""

import os
import shutil
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, settings

from assets.draw_examples import draw_lesion
from inference.analyzer import DEFAULT_MODEL, Analyzer, load_analyzer

REPOSITORY = Path(__file__).parent.parent

pytest_plugins = ["tests.running_app"]

# Of an example that takes long nothing is known but that the machine is busy: by default 200 ms fail the test.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The photos, which are no part of the repository."""
    folder = Path(os.environ.get("SKINGLANCE_DATA", REPOSITORY.parent / "shared" / "data"))
    if not (folder / "isic_2019").is_dir():
        pytest.skip(f"needs the photos in {folder}; set SKINGLANCE_DATA to where they are")
    return folder


@pytest.fixture(scope="session")
def test_photos(shared_data: Path) -> list[Path]:
    """The first of the official test photos, sorted by name."""
    return sorted((shared_data / "isic_2019" / "ISIC_2019_Test_Input").glob("*.jpg"))


@pytest.fixture(scope="session")
def model_dir() -> Path:
    """The shipped model."""
    return DEFAULT_MODEL


@pytest.fixture
def model_copy(model_dir: Path, tmp_path: Path) -> Path:
    """A copy of the shipped model, to damage."""
    return Path(shutil.copytree(model_dir, tmp_path / "model"))


@pytest.fixture(scope="session")
def analyzer() -> Analyzer:
    """The shipped model in OpenVINO."""
    return load_analyzer()


@pytest.fixture(scope="session")
def drawing() -> np.ndarray:
    """A drawn lesion, RGB uint8 (240, 320, 3): not square, so that mixed-up axes show."""
    return np.ascontiguousarray(draw_lesion(1, irregularity=0.5, colors=3, size=320)[40:280])


@pytest.fixture(scope="session")
def drawing_jpeg(drawing: np.ndarray) -> bytes:
    """The drawing as a JPEG file."""
    return cv2.imencode(".jpg", drawing[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 95])[1].tobytes()


@pytest.fixture
def drawing_file(drawing_jpeg: bytes, tmp_path: Path) -> Path:
    """The drawing as a file on disk."""
    path = tmp_path / "drawing.jpg"
    path.write_bytes(drawing_jpeg)
    return path


@pytest.fixture(scope="session")
def example_files() -> list[Path]:
    """The drawn pictures that ship with the app."""
    return sorted((REPOSITORY / "assets" / "examples").glob("*.png"))
