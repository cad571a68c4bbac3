"""Does this machine compute what the model computed where it was exported? A drawn picture whose result is known tells.

A processor, a library or a container can be wrong without any error: the numbers are just others. So the app analyses one of
its drawn pictures before it opens its port, and compares with what stands in the model's folder. `training calibrate`
writes that file last; for a folder without it: `python -m inference.self_test FOLDER`.
"""

import argparse
import json
from pathlib import Path

import numpy as np

from inference.analyzer import DEFAULT_MODEL, Analyzer, available_engines, load_analyzer
from inference.images import read_image
from inference.model_spec import ModelError
from inference.seal import is_sealed, seal
from postprocess.ood import compress

FILE = "self_test.json"
PICTURE = Path(__file__).parent.parent / "assets" / "examples" / "irregular.png"
# Processors round otherwise, so equal is too much to ask; a broken kernel is far off. Of the logits before calibration: a
# probability near 1 stays there whatever happens. Full precision differs from INT8 by 0.4 here.
LOGIT_TOLERANCE = 0.5
OOD_SCORE_TOLERANCE = 0.1


def write_self_test(folder: Path) -> None:
    """Analyse the picture with every engine that can run here, and write folder/self_test.json."""
    known = {engine: _result(load_analyzer(folder, engine)) for engine in available_engines()}
    (folder / FILE).write_text(json.dumps(seal(known), indent=1) + "\n")


def run_self_test(analyzer: Analyzer, engine: str) -> None:
    """Analyse the picture and compare.

    Raises:
        ModelError: there is no known result for the engine, or it is another than the one that came.
    """
    path = analyzer.spec.folder / FILE
    try:
        content = json.loads(path.read_text())
        known = content[engine]
        expected = np.array([*known["logits"], known["ood_score"]], np.float64)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ModelError(
            f"{path} has no known result for {engine}; write it with `python -m inference.self_test {path.parent}`"
        ) from error
    if not is_sealed(content):
        raise ModelError(
            f"{path} is damaged or was changed by hand; write it with `python -m inference.self_test {path.parent}`"
        )
    found = _result(analyzer)
    got = np.array([*found["logits"], found["ood_score"]])
    tolerances = [LOGIT_TOLERANCE] * (len(got) - 1) + [OOD_SCORE_TOLERANCE * known["ood_score"]]
    # Written so that a NaN fails.
    if expected.shape != got.shape or not (np.abs(got - expected) <= tolerances).all():
        raise ModelError(
            f"the self-test failed: on a known picture {engine} gave {_shown(got)} instead of {_shown(expected)}; "
            "reinstall the packages of requirements.txt, or try another machine"
        )


def _result(analyzer: Analyzer) -> dict:
    output = analyzer.run_network(analyzer.network_view(read_image(PICTURE)))
    ood_score = float(analyzer.ood_scores(compress(output.statistics))[0])
    return {"logits": output.logits[0].astype(float).round(6).tolist(), "ood_score": round(ood_score, 6)}


def _shown(values: np.ndarray) -> str:
    return " ".join(f"{value:.2f}" for value in values)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Write the known result of a model's self-test.")
    parser.add_argument("folder", nargs="?", type=Path, default=DEFAULT_MODEL, help="model folder (default: models_ir)")
    write_self_test(parser.parse_args().folder)
