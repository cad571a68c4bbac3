"""The classification head in closed form: its logits, its samples under dropout, and its gradient.

    hidden = scale * SiLU(W1 f + b1) + shift,   logits = W2 hidden + b2

where scale and shift are the batch norm at its running statistics. The head is small and known, so that MC Dropout and
Grad-CAM need neither a second pass through the network nor a framework.
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import expit

from postprocess.errors import InputError


@dataclass(frozen=True)
class DropoutMasks:
    """Masks of K samples, entries 0 or 1 / (1 - rate): what is dropped, and the rest scaled up to the same mean."""

    features: np.ndarray  # float32 (K, F)
    hidden: np.ndarray  # float32 (K, H)


@dataclass(frozen=True)
class Head:
    """Weights of the head: F features, H hidden units, C classes.

    Raises:
        ValueError: shapes do not fit, a weight is not finite, or a dropout rate is outside 0-1.
    """

    weight_1: np.ndarray  # (H, F)
    bias_1: np.ndarray  # (H,)
    norm_scale: np.ndarray  # (H,)
    norm_shift: np.ndarray  # (H,)
    weight_2: np.ndarray  # (C, H)
    bias_2: np.ndarray  # (C,)
    dropout_1: float
    dropout_2: float

    def __post_init__(self) -> None:
        hidden, classes = self.weight_1.shape[0], self.weight_2.shape[0]
        expected = {
            "bias_1": (hidden,),
            "norm_scale": (hidden,),
            "norm_shift": (hidden,),
            "weight_2": (classes, hidden),
            "bias_2": (classes,),
        }
        for name, shape in expected.items():
            if getattr(self, name).shape != shape:
                raise ValueError(f"the head's {name} must have shape {shape}, got {getattr(self, name).shape}")
        if not all(np.isfinite(getattr(self, name)).all() for name in ("weight_1", *expected)):
            raise ValueError("the head has weights that are not finite; export the model again")
        if not (0 <= self.dropout_1 < 1 and 0 <= self.dropout_2 < 1):
            raise ValueError(f"dropout rates must be at least 0 and below 1, got {self.dropout_1} and {self.dropout_2}")

    def hidden(self, features: np.ndarray) -> np.ndarray:
        """features (..., F) -> values of the hidden units (..., H), what the last linear layer reads; dropout off."""
        before = features @ self.weight_1.T + self.bias_1
        return before * expit(before) * self.norm_scale + self.norm_shift

    def logits(self, features: np.ndarray) -> np.ndarray:
        """features (N, F) -> logits (N, C), dropout off."""
        return self.hidden(features) @ self.weight_2.T + self.bias_2

    def sampled_logits(self, features: np.ndarray, masks: DropoutMasks) -> np.ndarray:
        """One photo's features (F,) -> logits (K, C), a row for each pair of masks."""
        return (self.hidden(features * masks.features) * masks.hidden) @ self.weight_2.T + self.bias_2

    def draw_masks(self, samples: int, seed: int) -> DropoutMasks:
        """Draw masks for `samples` passes; the same seed gives the same masks.

        Raises:
            InputError: fewer than 2 samples, or a head without dropout: its samples would be equal and mean nothing.
        """
        if samples < 2:
            raise InputError(f"MC Dropout needs at least 2 samples, got {samples}; 0 switches it off")
        if self.dropout_1 == 0 and self.dropout_2 == 0:
            raise InputError("this head has no dropout, so MC Dropout has nothing to sample; analyse with 0 samples")
        generator = np.random.default_rng(seed)
        return DropoutMasks(
            _draw_mask(generator, (samples, self.weight_1.shape[1]), self.dropout_1),
            _draw_mask(generator, (samples, self.weight_2.shape[1]), self.dropout_2),
        )

    def class_gradient(self, features: np.ndarray, logit_gradient: np.ndarray) -> np.ndarray:
        """Chain rule through the head: d y / d logits (C,) -> d y / d features (F,), at features (F,), dropout off."""
        before = self.weight_1 @ features + self.bias_1
        sigmoid = expit(before)
        silu_slope = sigmoid * (1 + before * (1 - sigmoid))
        hidden_gradient = (logit_gradient @ self.weight_2) * self.norm_scale * silu_slope
        # In the weights' own precision: NumPy would copy all of them to the other one, which takes ten times as long.
        return hidden_gradient.astype(self.weight_1.dtype) @ self.weight_1


def cancer_logit_gradient(probs: np.ndarray, is_cancer: np.ndarray, temperature: float) -> np.ndarray:
    """d cancer probability / d logits (C,) for probs = softmax(logits / T + b): p_c ([c is cancer] - p_cancer) / T."""
    return probs * (is_cancer - probs[is_cancer].sum()) / temperature


def _draw_mask(generator: np.random.Generator, shape: tuple[int, int], rate: float) -> np.ndarray:
    kept = generator.random(shape, dtype=np.float32) >= rate
    return kept.astype(np.float32) / np.float32(1 - rate)
