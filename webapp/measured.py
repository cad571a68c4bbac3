"""What was measured with a model on test photos, from its own model.json: no other model's numbers are ever shown."""

from inference.model_spec import ModelSpec
from postprocess.analysis import Analysis


def measured_coverage(spec: ModelSpec, analysis: Analysis) -> tuple[float, float] | None:
    """How often the true diagnosis of test photos was in a prediction set like this analysis's, by number of views too.

    Returns:
        The lowest and the highest share of a diagnosis, 0-1; None where it was not measured.
    """
    return spec.measured_coverage[analysis.views].get(round(100 * analysis.coverage))
