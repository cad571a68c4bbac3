"""What was measured with a model on test photos, from its own model.json: no other model's numbers are ever shown."""

import json

from inference.model_spec import MODEL_FILE, ModelSpec
from postprocess.analysis import Analysis


def measured_coverage(spec: ModelSpec, analysis: Analysis) -> tuple[float, float] | None:
    """How often the true diagnosis of test photos was in a prediction set like this analysis's, by number of views too.

    Returns:
        The lowest and the highest share of a diagnosis, 0-1; None where it was not measured.
    """
    metrics = json.loads((spec.folder / MODEL_FILE).read_text()).get("test_metrics", {})
    measured = metrics if analysis.views == 1 else metrics.get("eight_views", {})
    of_coverage = measured.get("conformal", {}).get(f"{100 * analysis.coverage:.0f}", {})
    # A diagnosis without test photos has no share.
    shares = [share for share in of_coverage.get("classes", {}).values() if share is not None]
    return (min(shares), max(shares)) if shares else None
