"""What an engine is: it runs the network, and samples its head. OpenVINO and PyTorch are two; their numbers agree."""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from postprocess.head import DropoutMasks


@dataclass(frozen=True)
class NetworkOutput:
    """One pass over N photos: C classes, F features, h x w cells; float32."""

    logits: np.ndarray  # (N, C)
    features: np.ndarray  # (N, F)
    feature_map: np.ndarray  # (N, F, h, w)
    statistics: np.ndarray  # (N, M), of earlier stages: what out-of-distribution photos are told by


class Engine(Protocol):
    """Runs the network. Safe to call from several threads."""

    name: str
    streams: int
    """How many photos it runs at once, when as many threads call it."""

    def run(self, images_u8: np.ndarray) -> NetworkOutput:
        """images_u8: RGB uint8 (N, S, S, 3), as `preprocess` makes them."""
        ...

    def sample(self, features: np.ndarray, masks: DropoutMasks) -> np.ndarray:
        """Logits (K, C) of one photo's features (F,) under K dropout masks."""
        ...
