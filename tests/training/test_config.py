"""Every setting says what it means, and a value that there is not is refused."""

import ast
import inspect
from pathlib import Path

import pytest
from jsonargparse import ArgumentError

from training.config import config as settings
from training.config.files import load_config

SMOKE = Path(__file__).parents[2] / "training" / "config" / "smoke.yaml"


def test_every_field_has_its_line() -> None:
    classes = [node for node in ast.parse(inspect.getsource(settings)).body if isinstance(node, ast.ClassDef)]
    sections = ("Model", "Data", "Loss", "Distillation", "Training", "Inference", "Logging")
    assert {"Config", *(f"{section}Config" for section in sections)} == {node.name for node in classes}
    silent = []
    for node in classes:
        if node.name == "Config":
            continue
        # A field, and the string that follows it.
        for field, line in zip(node.body, [*node.body[1:], None], strict=True):
            if isinstance(field, ast.AnnAssign):
                said = isinstance(line, ast.Expr) and isinstance(line.value, ast.Constant) and isinstance(line.value.value, str)
                silent += [] if said else [f"{node.name}.{ast.unparse(field.target)}"]
    assert silent == []


@pytest.mark.parametrize(("name", "value"), [("loss.name", "hinge"), ("data.source", "elsewhere"), ("training.epochs", "many")])
def test_a_value_that_there_is_not_is_refused(name: str, value: str) -> None:
    with pytest.raises(ArgumentError, match=name.split(".")[1]):
        load_config(SMOKE, [f"--{name}", value])
