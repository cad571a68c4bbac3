"""`models_ir` in the layout of OpenVINO Model Server and KServe, as docs/serving.md says."""

import re
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from inference.analyzer import Analyzer
from tests.running_app import REPOSITORY

DOCUMENT = (REPOSITORY / "docs" / "serving.md").read_text(encoding="utf-8")
# OpenVINO's element types -> KServe's v2 datatypes.
DATATYPES = {"u8": "UINT8", "f32": "FP32"}


def _link(source: Path, target: Path) -> None:
    target.symlink_to(source, target_is_directory=True)


def _load_as_a_server_does(model_path: Path):
    """The highest numbered folder, the one .xml in it, the .bin of the same name, and the settings of the document."""
    import openvino as ov

    version = max((path for path in model_path.iterdir() if path.name.isdigit()), key=lambda path: int(path.name))
    (xml,) = version.glob("*.xml")
    (weights,) = version.glob("*.bin")
    assert weights.stem == xml.stem
    (settings,) = set(re.findall(r"--plugin_config '?(\{[^}]*\})'", DOCUMENT))
    return ov.Core().compile_model(xml, "CPU", dict(re.findall(r'"(\w+)": "(\w+)"', settings)))


@pytest.mark.parametrize("put", [_link, shutil.copytree])
def test_the_network_gives_the_same_numbers_through_the_layout(
    analyzer: Analyzer, drawing: np.ndarray, tmp_path: Path, put: Callable[[Path, Path], None]
) -> None:
    (tmp_path / "skinglance").mkdir()
    put(analyzer.spec.folder, tmp_path / "skinglance" / "1")
    views = np.stack([analyzer.network_view(picture) for picture in (drawing, drawing[::-1].copy(), drawing[:, ::-1].copy())])
    answers = _load_as_a_server_does(tmp_path / "skinglance")({"images_u8": views})
    for number, view in enumerate(views):
        expected = analyzer.run_network(view)
        for name in ("logits", "features", "feature_map", "statistics"):
            np.testing.assert_allclose(answers[name][number], getattr(expected, name)[0], rtol=1e-3, atol=1e-3)


def test_the_tensors_are_those_of_the_document(analyzer: Analyzer, tmp_path: Path) -> None:
    (tmp_path / "skinglance").mkdir()
    _link(analyzer.spec.folder, tmp_path / "skinglance" / "1")
    model = _load_as_a_server_does(tmp_path / "skinglance")
    rows = re.findall(r"^\| (\w+) \| (\w+) \| ([-\d, ]+) \|", DOCUMENT, re.MULTILINE)
    found = [
        (
            tensor.get_any_name(),
            DATATYPES[tensor.get_element_type().get_type_name()],
            ", ".join("-1" if size.is_dynamic else str(size.get_length()) for size in tensor.get_partial_shape()),
        )
        for tensor in (*model.inputs, *model.outputs)
    ]
    assert rows == found
