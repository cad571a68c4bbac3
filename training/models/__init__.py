"""The network in training."""
