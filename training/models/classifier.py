"""The network in training: loss, optimiser, schedule and what is measured after each epoch."""

from typing import Any

import lightning
import torch
from torch import Tensor, nn
from torchmetrics import MetricCollection
from torchmetrics.classification import BinaryAUROC, BinaryRecall, MulticlassAccuracy, MulticlassF1Score

from training.classes import CLASSES, IS_CANCER
from training.config import Config
from training.data.augmentation import BatchAugmentation
from training.data.dataset import Sample
from training.data.marks import with_marks
from training.data.mixup import mix
from training.kernels import use_fast_kernels
from training.losses.comparison import create_loss
from training.losses.distillation import DistillationLoss
from training.models.backbone import create_network, freeze_stages
from training.models.teacher import Teacher
from training.utils.seeds import combined_seed

# What early stopping looks at: finding cancers first, telling all eight classes apart second.
MACRO_F1_SHARE = 0.35


class LesionClassifier(lightning.LightningModule):
    """Train `inference.network.LesionNetwork`.

    Args:
        config: the run's configuration.
        class_counts: training photos of each class.
    """

    is_cancer: Tensor

    def __init__(self, config: Config, class_counts: list[int]) -> None:
        super().__init__()
        self.config = config
        self.network = create_network(config.model)
        if config.training.fast_kernels:
            use_fast_kernels(self.network)
        self.loss = create_loss(config.loss, class_counts)
        self.teacher = None
        if config.distillation.teacher is not None:
            self.teacher = Teacher(config.distillation.teacher, config.distillation.symmetries)
            widths = self.network.head.linear_1.in_features, self.teacher.feature_count
            self.distillation = DistillationLoss(config.distillation, widths)
        self.augmentation = BatchAugmentation(config.data)
        self.register_buffer("is_cancer", torch.tensor(IS_CANCER), persistent=False)
        self.cancer_auroc = BinaryAUROC()
        self.cancer_recall = BinaryRecall(config.training.recall_threshold)
        self.class_metrics = MetricCollection(
            {
                "accuracy": MulticlassAccuracy(len(CLASSES), average="micro"),
                "balanced_accuracy": MulticlassAccuracy(len(CLASSES), average="macro"),
                "macro_f1": MulticlassF1Score(len(CLASSES), average="macro"),
            },
            prefix="val_",
        )

    def train(self, mode: bool = True) -> "LesionClassifier":
        super().train(mode)
        for module in self.modules():
            # In a stage that is frozen, the running statistics stay too.
            if isinstance(module, nn.modules.batchnorm._BatchNorm) and (
                self.config.training.freeze_batch_norm or not module.weight.requires_grad
            ):
                module.eval()
        return self

    def on_train_start(self) -> None:
        # A run that goes on in the middle of an epoch does not come by the epoch's start.
        self._prepare_epoch()

    def on_train_epoch_start(self) -> None:
        self._prepare_epoch()

    def _prepare_epoch(self) -> None:
        training = self.config.training
        frozen = self.current_epoch < training.freeze_epochs
        freeze_stages(self.network, training.freeze_blocks if frozen else 0)
        # Lightning leaves the modes as they are.
        self.train()

    def on_train_batch_start(self, batch: Sample, batch_index: int) -> None:
        # Here, since a run that goes on draws other numbers before its first batch than one that was never interrupted. Of the
        # process too: the same dropout and changes of photos in each would be half of them for nothing.
        torch.manual_seed(combined_seed(self.config.training.seed, self.current_epoch, batch_index, self.global_rank))

    def training_step(self, batch: Sample, batch_index: int) -> Tensor:
        photos = self.augmentation(batch.image_u8)
        mixed = mix(photos, self.config.data.mixup) if self.config.data.mixup else None
        if mixed is not None:
            photos = mixed.photos_u8
        marks = self.config.data.mark_probability
        output = self.network(with_marks(photos, marks) if marks else photos)
        loss = self.loss(output.logits, batch.label)
        if mixed is not None:
            loss = mixed.share * loss + (1 - mixed.share) * self.loss(output.logits, batch.label[mixed.partners])
        if self.teacher is not None:
            # Of the photos without marks: what a mark does to the teacher is not to be learned.
            loss = self.distillation(loss, output, self.teacher(photos))
        self.log("train_loss", loss, prog_bar=True, on_step=True, on_epoch=True, batch_size=len(batch.label), sync_dist=True)
        return loss

    def validation_step(self, batch: Sample, batch_index: int) -> None:
        logits = self.network(batch.image_u8).logits
        cancer_probability = logits.float().softmax(1)[:, self.is_cancer].sum(1)
        is_cancer = self.is_cancer[batch.label].int()
        self.cancer_auroc.update(cancer_probability, is_cancer)
        self.cancer_recall.update(cancer_probability, is_cancer)
        self.class_metrics.update(logits, batch.label)
        self.log("val_loss", self.loss(logits, batch.label), batch_size=len(batch.label), sync_dist=True)
        self.log("val_cancer_auroc", self.cancer_auroc, prog_bar=True, batch_size=len(batch.label))
        self.log("val_cancer_recall", self.cancer_recall, batch_size=len(batch.label))
        self.log_dict(self.class_metrics, batch_size=len(batch.label))

    def on_validation_epoch_end(self) -> None:
        macro_f1 = self.class_metrics["macro_f1"].compute()
        self.log("val_composite", MACRO_F1_SHARE * macro_f1 + (1 - MACRO_F1_SHARE) * self.cancer_recall.compute())

    def _new_parameters(self) -> list[nn.Parameter]:
        """Those that no start weights were learned for."""
        return [*self.network.head.parameters(), *(self.distillation.parameters() if self.teacher is not None else ())]

    def configure_optimizers(self) -> Any:
        training = self.config.training
        optimizer = torch.optim.AdamW(
            [
                {"params": self.network.backbone.parameters(), "lr": training.learning_rate},
                {"params": self._new_parameters(), "lr": training.learning_rate * training.head_lr_factor},
            ],
            weight_decay=training.weight_decay,
        )
        schedule = torch.optim.lr_scheduler.OneCycleLR(
            optimizer,
            max_lr=[group["lr"] * training.one_cycle_factor for group in optimizer.param_groups],
            total_steps=int(self.trainer.estimated_stepping_batches),
            pct_start=training.warmup_share,
            div_factor=training.one_cycle_factor,
            # Momentum stays: AdamW's betas are part of what was tuned.
            cycle_momentum=False,
        )
        return {"optimizer": optimizer, "lr_scheduler": {"scheduler": schedule, "interval": "step"}}
