"""The settings of a run: one dataclass a topic, each field with its meaning and unit.

A YAML file sets some of them, the command line overrides the file (`--loss.fn_multiplier 4`), and the run saves what it
used beside its results.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal


@dataclass
class ModelConfig:
    """The network."""

    base_model: str = "tf_efficientnet_b3"
    """Backbone: a model name of timm."""
    act_layer: str | None = "relu6"
    """Activation that replaces the backbone's own; null keeps it."""
    image_size: int = 300
    """Side of the square that the network is given when it is validated and served, in pixels."""
    mean: tuple[float, float, float] = (0.485, 0.456, 0.406)
    """Mean of the input channels, of values 0-1 (ImageNet)."""
    std: tuple[float, float, float] = (0.229, 0.224, 0.225)
    """Standard deviation of the input channels, of values 0-1 (ImageNet)."""
    hidden_features: int = 512
    """Width of the head's hidden layer."""
    dropout_1: float = 0.3
    """Dropout before the head's first linear layer."""
    dropout_2: float = 0.2
    """Dropout before the head's second linear layer."""
    drop_path_rate: float = 0.1
    """Stochastic depth of the backbone (Huang et al. 2016)."""
    pretrained: bool = False
    """Start from timm's own weights for the backbone, which are downloaded; `act_layer` must be null, for they were trained
    with the backbone's own activation."""
    backbone_weights: Path | None = None
    """Safetensors file to start from: a backbone in timm's keys, whose linear head, if any, becomes the start of the head; or
    a whole network, as `export` writes it."""


@dataclass
class DataConfig:
    """Photos, splits, sampling and augmentation."""

    folder: Path = Path("../shared/data/isic_2019")
    """Folder of the photos, in the official layout of `source`."""
    ood_folder: Path | None = None
    """Photos of other things, with labels.csv (image, kind), that out-of-distribution detectors are compared on and
    that clinical ones (`pad_ufes_20_folder`) are told from; null: neither is done, and there are no alike cases."""
    drawn_images: int | None = None
    """Fill a folder that does not exist with this many drawings; null: the folder must exist."""
    validation_fold: int = 0
    """Fold that is validated on: of folds.csv where the folder has one, else of a split by lesion into `folds`."""
    folds: int = 8
    """Number of folds that the lesions are split into when there is no folds.csv."""
    source: Literal["isic_2019", "ham10000", "pad_ufes_20"] = "isic_2019"
    """Whose layout `folder` has: of ISIC 2019, of HAM10000 as Harvard Dataverse publishes it, or of PAD-UFES-20."""
    test_fold: int | None = None
    """Fold that is held out for testing, before the rest is split for validation; null: the official test set where there is
    one, else fold 0."""
    test_folds: int = 5
    """Number of folds that `test_fold` counts: by lesion, of PAD-UFES-20 by patient, stratified by class."""
    split_seed: int = 42
    """Seed of the folds that no file gives: apart from that of the training, so that runs with other seeds are comparable."""
    pad_ufes_20_folder: Path = Path("../shared/data/pad_ufes_20")
    """Folder of PAD-UFES-20, which `kfold` measures on besides `folder`; `calibrate` needs it where there is `ood_folder`."""
    hair_removal: Literal["dullrazor", "aggressive"] | None = None
    """Hairs are painted over before anything else is done to a photo; null: never. The app does not do it, so a network
    trained with it cannot be exported."""
    validation_images: int | None = None
    """Validate on this many photos while training (the first of a seeded shuffle); null takes the whole fold."""
    color_constancy_power: float | None = 6.0
    """Minkowski power of Shades of Gray; null leaves the colours as they are."""
    crop_size: int = 300
    """Side of the crops that the network is trained on, in pixels."""
    crop_area: tuple[float, float] = (0.45, 1.0)
    """Smallest and largest share of the photo that a training crop covers."""
    jitter: float = 0.15
    """Strength of the random changes of brightness, contrast, saturation and channel gain (0 = none)."""
    degrade_probability: float = 0.6
    """Share of the training photos that are brought down to a random resolution and back up."""
    degrade_from: int = 56
    """The lowest of those resolutions, in pixels across the photo."""
    jpeg_probability: float = 0.3
    """Share of the training crops that are stored as a JPEG of random quality (50 to 95) and read again."""
    mark_probability: float = 0.0
    """Share of the training crops that get a ruler's scale or strokes of a skin marker (a teacher sees them without)."""
    mixup: float = 0.0
    """Each photo is mixed with another of its batch, in shares drawn from Beta(mixup, mixup) (Zhang et al. 2018); 0: never."""
    resolution_caps: dict[str, int] = field(default_factory=dict)
    """Part of the data (HAM10000, BCN_or_other2019, MSK2019) -> resolution that no photo of it may exceed, so that sharpness
    says nothing about the class."""
    part_weights: dict[str, float] = field(default_factory=dict)
    """Part of the data -> how often its photos are drawn, relative to 1."""
    cancer_share: float | None = None
    """Share of cancer among the photos drawn, the same in each part; null leaves it to `cancer_oversampling`."""
    cancer_oversampling: float = 2.0
    """How many times likelier a cancer is drawn than a benign photo."""
    class_balance: float = 0.0
    """Within cancer and within benign, a photo's weight is n(class) ** -class_balance: 0 = as they come, 1 = equal."""
    samples_per_epoch: int | None = None
    """Photos drawn in one epoch; null draws as many as there are."""
    batch_size: int = 32
    """Photos in one step on one device."""
    num_workers: int = 0
    """Loader processes; 0 reads between the steps, in as many threads as a step has, which is fastest on two cores."""


@dataclass
class LossConfig:
    """Which loss; all but the first two belong to MaxRecall: cross-entropy with asymmetric penalties, and a soft recall."""

    name: Literal["max_recall", "cross_entropy", "weighted_cross_entropy", "focal"] = "max_recall"
    """max_recall; or, to compare with, cross_entropy, weighted_cross_entropy (by 1 / sqrt(n + 1)) or focal."""
    focal_gamma: float = 2.0
    """Focusing parameter of the focal loss."""
    temperature: float = 1.5
    """Logits are divided by it before the softmax."""
    fn_multiplier: float = 4.0
    """Weight of a cancer that is taken for benign."""
    mel_fn_multiplier: float = 6.0
    """Weight of a melanoma that is taken for benign, in place of `fn_multiplier`."""
    hard_example_multiplier: float = 2.0
    """Further weight of a cancer whose predicted class is wrong."""
    cancer_smoothing: float = 0.01
    """Label smoothing of the cancer classes: probability mass taken from the true class."""
    benign_smoothing: float = 0.15
    """Label smoothing of the benign classes; half of this mass goes to the cancer classes."""
    recall_loss_weight: float = 0.3
    """Weight of 1 - soft recall."""
    class_weighting: bool = True
    """Weight the classes by 1 / sqrt(n + 1), normalised to mean 1."""


@dataclass
class DistillationConfig:
    """Learning from a teacher too, beside the labels."""

    teacher: Path | None = None
    """Model folder of the network to learn from, as `export` writes it; null: none, and nothing below is used."""
    symmetries: bool = True
    """The teacher is shown each batch in one of the eight symmetries of the square, drawn anew: over the steps the student
    learns what the teacher would say after eight looks."""
    logit_weight: float = 0.5
    """Share of the teacher's probabilities in the loss; the labels have the rest."""
    logit_temperature: float = 4.0
    """The logits of both are divided by it first."""
    feature_weight: float = 1.0
    """Weight of the distance between the features of both."""


@dataclass
class TrainingConfig:
    """The optimisation."""

    epochs: int = 30
    """Passes of `samples_per_epoch` photos."""
    learning_rate: float = 1e-4
    """Learning rate of AdamW at the start; OneCycle raises it tenfold."""
    one_cycle_factor: float = 10.0
    """Highest learning rate of the cycle, as a multiple of `learning_rate`."""
    warmup_share: float = 0.1
    """Share of the steps in which the learning rate rises."""
    head_lr_factor: float = 3.0
    """Learning rate of the head, as a multiple of the backbone's."""
    weight_decay: float = 0.01
    """Weight decay of AdamW."""
    gradient_clip: float = 1.0
    """Largest norm of the gradient."""
    ema_decay: float | None = 0.998
    """Decay per step of the exponential moving average of the weights, which is what is validated; null: none."""
    freeze_blocks: int = 3
    """Number of the backbone's first stages that stay as they are at first, with the stem."""
    freeze_epochs: int = 10
    """Epochs for which they do."""
    freeze_batch_norm: bool = False
    """Keep the batch norms at their running statistics while training."""
    monitor: str = "val_cancer_auroc"
    """The number, higher = better, by which the best checkpoint is chosen: a column of metrics.csv."""
    early_stopping_patience: int | None = None
    """Stop when `val_composite` (0.35 macro F1 + 0.65 cancer recall at `recall_threshold`) has not risen for so many epochs."""
    recall_threshold: float = 0.5
    """Cancer probability from which on `val_cancer_recall` counts a photo as cancer."""
    accumulate_batches: int = 1
    """Batches whose gradients are added up before a step."""
    devices: int = 1
    """GPUs, or processes on a CPU; each takes batches of `data.batch_size`."""
    strategy: str = "auto"
    """How several devices work together, in Lightning's words: ddp."""
    precision: str = "auto"
    """Lightning's precision; `auto` takes bf16-mixed on a CUDA GPU that has it, else 32-true, on every CPU too."""
    threads: int | None = None
    """Threads of PyTorch; null leaves them alone."""
    fast_kernels: bool = False
    """Train on a CPU with kernels of our own (`training.kernels`), which a C++ compiler has to be there for; with `precision:
    bf16-mixed` on a processor with AMX, 1.6 times as many photos a second as without both."""
    checkpoint_minutes: float = 10.0
    """A checkpoint that training resumes from is written this often."""
    seed: int = 42
    """Seed of weights, sampling and augmentation."""


@dataclass
class InferenceConfig:
    """What is made of the network for inference: quantization, and the fit of everything that follows it."""

    averaged_with: Path | None = None
    """Weights of the same network, as `export` writes them, to average the run's with (Wortsman et al. 2022); null: none."""
    averaged_share: float = 0.5
    """Share of `averaged_with` in that average."""
    calibration_images: int = 300
    """Training photos that NNCF sees to choose the INT8 ranges."""
    ood_images: int = 4000
    """Training photos whose features the out-of-distribution statistics are fitted on."""
    ood_directions: int = 256
    """Directions of the features that get a variance of their own."""
    fit_part: str | None = None
    """Part of the data whose validation photos the probabilities are fitted on, to have its class rates; null: all."""
    fast_bias_correction: bool = True
    """NNCF's fast bias correction; false is slower and more exact."""


@dataclass
class LoggingConfig:
    """What a run writes."""

    log_every_steps: int = 20
    """Steps between two updates of the progress bar."""
    progress_bar: bool = True
    """Show a progress bar on standard error."""


@dataclass
class Config:
    """Everything that decides what a run does."""

    model: ModelConfig = field(default_factory=ModelConfig)
    data: DataConfig = field(default_factory=DataConfig)
    loss: LossConfig = field(default_factory=LossConfig)
    distillation: DistillationConfig = field(default_factory=DistillationConfig)
    training: TrainingConfig = field(default_factory=TrainingConfig)
    inference: InferenceConfig = field(default_factory=InferenceConfig)
    logging: LoggingConfig = field(default_factory=LoggingConfig)
