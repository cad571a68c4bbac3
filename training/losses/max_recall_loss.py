"""MaxRecall: a loss for which a missed cancer costs several times a false alarm.

For a batch of N photos with logits z, true class y, and p = softmax(z / T):

    loss = mean_i( m_i * w[y_i] * sum_c -t_ic log p_ic )  +  r * (1 - sum_i p_i,cancer [y_i is cancer] / sum_i [y_i is cancer])

t: smoothed labels. A cancer gives `cancer_smoothing` to the other classes in equal shares; a benign class gives half of
   `benign_smoothing` to the cancer classes and half to the other benign ones: doubt leans towards cancer.
w: class weights 1 / sqrt(n + 1), normalised to mean 1.
m: multiplier of a cancer: `fn_multiplier` (melanoma: `mel_fn_multiplier`) when the predicted class is benign, times
   `hard_example_multiplier` when the predicted class is wrong.

All of it is tensor arithmetic without a look at a value, so a GPU is never waited for.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from training.config import LossConfig


class MaxRecallLoss(nn.Module):
    """The loss of one batch.

    Args:
        config: every number of the definition.
        class_counts: training photos of each class, (C,); they set the class weights.
        is_cancer: which classes are cancer, (C,).
        melanoma: index of the melanoma class.
    """

    is_cancer: Tensor
    false_negative_multiplier: Tensor
    hard_multiplier: Tensor
    targets: Tensor
    class_weights: Tensor

    def __init__(self, config: LossConfig, class_counts: list[int], is_cancer: tuple[bool, ...], melanoma: int) -> None:
        super().__init__()
        if len(class_counts) != len(is_cancer):
            raise ValueError(f"expected a count for each of {len(is_cancer)} classes, got {len(class_counts)}")
        if config.temperature <= 0:
            raise ValueError(f"the loss's temperature must be above 0, got {config.temperature}")
        self.temperature = config.temperature
        self.recall_loss_weight = config.recall_loss_weight
        cancer = torch.tensor(is_cancer)
        false_negative = torch.where(cancer, config.fn_multiplier, 1.0)
        false_negative[melanoma] = config.mel_fn_multiplier
        self.register_buffer("is_cancer", cancer)
        self.register_buffer("false_negative_multiplier", false_negative)
        self.register_buffer("hard_multiplier", torch.where(cancer, config.hard_example_multiplier, 1.0))
        self.register_buffer("targets", smoothed_targets(config.cancer_smoothing, config.benign_smoothing, cancer))
        weights = class_weights(class_counts) if config.class_weighting else torch.ones(len(class_counts))
        self.register_buffer("class_weights", weights)

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """logits (N, C) of any float type, labels int64 (N,) -> scalar, float32 at least."""
        logits = logits if logits.dtype == torch.float64 else logits.float()
        log_probs = functional.log_softmax(logits / self.temperature, dim=1)
        weights = self.class_weights[labels] * self._multipliers(logits.argmax(1), labels)
        cross_entropy = -(self.targets[labels] * log_probs).sum(1)
        return (weights * cross_entropy).mean() + self.recall_loss_weight * self._missed_share(log_probs, labels)

    def _multipliers(self, predicted: Tensor, labels: Tensor) -> Tensor:
        """m of the definition, (N,). Benign classes have multipliers of 1, so only cancers are ever multiplied."""
        one = torch.ones((), dtype=self.false_negative_multiplier.dtype, device=labels.device)
        missed = torch.where(self.is_cancer[predicted], one, self.false_negative_multiplier[labels])
        return missed * torch.where(predicted == labels, one, self.hard_multiplier[labels])

    def _missed_share(self, log_probs: Tensor, labels: Tensor) -> Tensor:
        """1 - soft recall; 0 for a batch without cancer, which cannot miss any."""
        cancer_probability = (log_probs.exp() * self.is_cancer).sum(1)
        cancers = self.is_cancer[labels].to(log_probs.dtype)
        return ((1 - cancer_probability) * cancers).sum() / cancers.sum().clamp(min=1)


def smoothed_targets(cancer_smoothing: float, benign_smoothing: float, is_cancer: Tensor) -> Tensor:
    """Row c: the label distribution of a photo of class c, (C, C); each row sums to 1."""
    count = len(is_cancer)
    other = ~torch.eye(count, dtype=torch.bool)
    spread_evenly = cancer_smoothing * other / other.sum(1, keepdim=True)
    to_cancer = 0.5 * benign_smoothing * is_cancer / is_cancer.sum()
    other_benign = other & ~is_cancer
    to_benign = 0.5 * benign_smoothing * other_benign / other_benign.sum(1, keepdim=True).clamp(min=1)
    smoothing = torch.where(is_cancer[:, None], spread_evenly, to_cancer + to_benign)
    return smoothing + torch.diag(1 - smoothing.sum(1))


def class_weights(class_counts: list[int]) -> Tensor:
    """1 / sqrt(n + 1) of each class, normalised to mean 1: (C,)."""
    weights = (torch.tensor(class_counts, dtype=torch.float64) + 1).rsqrt()
    return (weights / weights.mean()).to(torch.get_default_dtype())
