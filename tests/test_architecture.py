"""The one direction of imports, and that importing anything of `postprocess` has no effect."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("postprocess", "inference", "llm", "report", "training", "benchmarks")
POSTPROCESS = sorted((ROOT / "postprocess").rglob("*.py"))


def _files(*packages: str) -> list[Path]:
    return [path for package in packages for path in sorted((ROOT / package).rglob("*.py"))]


def _imported(path: Path) -> set[str]:
    """Top-level names that a file imports anywhere, inside functions too; a relative import is its own package."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0] if node.level == 0 else path.relative_to(ROOT).parts[0])
    return names


def _offenders(paths: list[Path], forbidden: set[str]) -> dict[str, list[str]]:
    found = {str(path.relative_to(ROOT)): sorted(_imported(path) & forbidden) for path in paths}
    return {path: names for path, names in found.items() if names}


def test_postprocess_imports_numpy_scipy_and_itself_only() -> None:
    assert POSTPROCESS, "no files of postprocess were found; has the folder moved?"
    allowed = set(sys.stdlib_module_names) | {"numpy", "scipy", "postprocess"}
    imported = {str(path.relative_to(ROOT)): sorted(_imported(path) - allowed) for path in POSTPROCESS}
    assert {path: names for path, names in imported.items() if names} == {}


def test_only_the_app_imports_gradio_and_only_benchmarks_call_it() -> None:
    assert _offenders(_files(*PACKAGES), {"gradio"}) == {}
    assert _offenders(_files(*(name for name in PACKAGES if name != "benchmarks")), {"gradio_client"}) == {}


def test_only_inference_training_and_its_benchmarks_import_openvino() -> None:
    app = sorted(ROOT.glob("*.py"))
    assert _offenders(_files("postprocess", "llm", "report", "webapp") + app, {"openvino", "nncf"}) == {}
    assert _offenders(_files("postprocess", "llm", "report", "webapp", "inference"), {"benchmarks"}) == {}


def test_imports_go_in_one_direction() -> None:
    # The command line is a program as app.py is: its JSON has the recommendation, so it may ask llm for it.
    library = [path for path in _files("inference") if path.name != "__main__.py"]
    assert _offenders(library, {"llm"}) == {}
    assert _offenders(_files("inference"), {"training", "app", "benchmarks"}) == {}
    assert _offenders(_files("llm"), {"training", "inference", "app", "benchmarks", "report"}) == {}
    assert _offenders(_files("report"), {"training", "inference", "app", "benchmarks", "webapp"}) == {}
    assert _offenders(sorted(ROOT.glob("*.py")), {"training"}) == {}


@pytest.mark.parametrize("package", ["postprocess"])
def test_importing_every_module_prints_logs_writes_and_loads_nothing(package: str, tmp_path: Path) -> None:
    names = [".".join(path.relative_to(ROOT).with_suffix("").parts) for path in _files(package)]
    check = f"""
import importlib, logging, sys, warnings
# Reference state: what NumPy and SciPy themselves do is not ours.
import numpy, scipy.optimize, scipy.special, scipy.stats
before = list(warnings.filters), list(logging.root.handlers), logging.root.level, numpy.geterr()
random_state = numpy.random.get_state()[1].tolist()
for name in {names!r}:
    importlib.import_module(name.removesuffix(".__init__"))
assert before == (list(warnings.filters), list(logging.root.handlers), logging.root.level, numpy.geterr())
assert random_state == numpy.random.get_state()[1].tolist()
heavy = {{"torch", "openvino", "gradio", "cv2", "sklearn", "PIL", "inference", "training"}} & set(sys.modules)
assert not heavy, heavy
"""
    command = [sys.executable, "-B", "-W", "error", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{check}"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert list(tmp_path.iterdir()) == []
