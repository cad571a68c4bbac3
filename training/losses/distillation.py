"""Learning from a teacher: what it says of a photo, and how it describes it.

    loss = (1 - a) * loss of the labels + a * T^2 * KL(softmax(teacher / T) || softmax(student / T)) + b * mean |P s - t|^2

The first two terms are Hinton et al. 2015 (section 2; T^2 keeps the gradient's size whatever the temperature is). The third is
the hint of FitNets (Romero et al. 2015, eq. 3) on the features before the head, s of the student and t of the teacher: P is
linear, learned, and only there to compare features of different width. Both are brought to length 1 first, so that b means the
same for every teacher.
"""

from torch import Tensor, nn
from torch.nn import functional

from inference.network import NetworkTensors
from training.config import DistillationConfig


class DistillationLoss(nn.Module):
    """The loss of one batch, with a teacher.

    Args:
        config: weights and temperature.
        feature_counts: width of the student's features, and of the teacher's.

    Raises:
        ValueError: a weight or the temperature is out of range.
    """

    def __init__(self, config: DistillationConfig, feature_counts: tuple[int, int]) -> None:
        super().__init__()
        if not 0 <= config.logit_weight <= 1:
            raise ValueError(f"distillation.logit_weight must be from 0 to 1, got {config.logit_weight}")
        if config.feature_weight < 0:
            raise ValueError(f"distillation.feature_weight must be 0 or more, got {config.feature_weight}")
        if config.logit_temperature <= 0:
            raise ValueError(f"distillation.logit_temperature must be above 0, got {config.logit_temperature}")
        self.config = config
        self.projection = nn.Linear(*feature_counts, bias=False)

    def forward(self, label_loss: Tensor, student: NetworkTensors, teacher: NetworkTensors) -> Tensor:
        """label_loss: scalar; both networks' tensors for the same N photos -> scalar."""
        weight = self.config.logit_weight
        taught = weight * self._logit_distance(student.logits, teacher.logits)
        hinted = self.config.feature_weight * self._feature_distance(student.features, teacher.features)
        return (1 - weight) * label_loss + taught + hinted

    def _logit_distance(self, student: Tensor, teacher: Tensor) -> Tensor:
        temperature = self.config.logit_temperature
        log_probs, targets = (functional.log_softmax(logits.float() / temperature, dim=1) for logits in (student, teacher))
        return temperature**2 * functional.kl_div(log_probs, targets, reduction="batchmean", log_target=True)

    def _feature_distance(self, student: Tensor, teacher: Tensor) -> Tensor:
        projected = functional.normalize(self.projection(student).float(), dim=1)
        return (projected - functional.normalize(teacher.float(), dim=1)).square().sum(1).mean()
