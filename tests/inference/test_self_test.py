"""The self-test passes on the shipped model, and fails where a machine computes something else."""

import json
from pathlib import Path

import numpy as np
import pytest

from inference.analyzer import ENGINES, Analyzer, load_analyzer
from inference.model_spec import ModelError
from inference.self_test import FILE, LOGIT_TOLERANCE, run_self_test, write_self_test


@pytest.mark.parametrize("engine", ENGINES)
def test_the_shipped_model_passes(engine: str) -> None:
    run_self_test(load_analyzer(engine=engine), engine)


def test_the_known_result_is_what_the_command_writes(model_copy: Path) -> None:
    shipped = json.loads((model_copy / FILE).read_text())
    write_self_test(model_copy)
    written = json.loads((model_copy / FILE).read_text())
    assert list(written) == list(shipped) == [*ENGINES, "sha256"]
    # INT8 may round otherwise on the processor that wrote the shipped one.
    for engine, tolerance in (("openvino", LOGIT_TOLERANCE), ("torch", 0.1)):
        assert written[engine]["logits"] == pytest.approx(shipped[engine]["logits"], abs=tolerance)


@pytest.mark.parametrize("damage", [lambda image: image[:, ::-1, :, ::-1], np.zeros_like], ids=["mixed-up colours", "black"])
def test_a_machine_that_computes_something_else_fails(analyzer: Analyzer, damage, monkeypatch: pytest.MonkeyPatch) -> None:
    run = analyzer._engine.run
    monkeypatch.setattr(analyzer._engine, "run", lambda images: run(np.ascontiguousarray(damage(images))))
    with pytest.raises(ModelError, match="the self-test failed: on a known picture openvino gave"):
        run_self_test(analyzer, "openvino")


@pytest.mark.parametrize("content", [None, "{}", "no JSON", '{"openvino": {"logits": [1], "ood_score": 1}}'])
def test_without_a_known_result_nothing_passes(model_copy: Path, content: str | None) -> None:
    analyzer = load_analyzer(model_copy)
    if content is None:
        (model_copy / FILE).unlink()
    else:
        (model_copy / FILE).write_text(content)
    with pytest.raises(ModelError, match=r"self_test.json has no known result for openvino|is damaged or was changed by hand"):
        run_self_test(analyzer, "openvino")
