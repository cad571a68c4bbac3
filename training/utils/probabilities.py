"""A network's probabilities for the photos of a data set, as it is while it is being developed: in PyTorch, uncalibrated."""

import numpy as np
import torch
from torch.utils.data import DataLoader

from inference.network import LesionNetwork
from training.data.dataset import PhotoDataset


@torch.inference_mode()
def network_probabilities(network: LesionNetwork, photos: PhotoDataset, batch_size: int) -> np.ndarray:
    """Softmax of the logits: float64 (N, C)."""
    network.eval()
    batches = DataLoader(photos, batch_size=batch_size)
    return torch.cat([network(batch.image_u8).logits.double().softmax(1) for batch in batches]).numpy()
