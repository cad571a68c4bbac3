"""What is measured about a model that is served, beyond the numbers of `training.utils.metrics`."""
