"""Changes that OpenCV makes to some photos of a batch, which may be on a GPU."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
from torch import Tensor


def change_some(
    photos_u8: Tensor, chosen: Tensor, change: Callable[[np.ndarray, int], np.ndarray], numbers: Sequence[int]
) -> None:
    """Change the chosen photos in place.

    They cross to the processor and back together: a GPU waits at each crossing. OpenCV works in several threads.

    Args:
        photos_u8: (N, S, S, 3), RGB.
        chosen: int64 (K,), which of them.
        change: makes of a photo, uint8 (S, S, 3), and its number another one of that shape.
        numbers: one for each chosen photo, such as a quality or a seed.
    """
    if not len(chosen):
        return
    chosen = chosen.to(photos_u8.device)
    photos = photos_u8[chosen].cpu().numpy()
    with ThreadPoolExecutor() as threads:
        changed = np.stack(list(threads.map(change, photos, numbers)))
    photos_u8[chosen] = torch.from_numpy(changed).to(photos_u8.device)
