"""MODEL_CARD.md: what a person should know before using a model, from model.json and the configuration of its run."""

import json
import logging
from pathlib import Path
from typing import Any

from training.card_photos import TrainingPhotos, training_photos
from training.card_tables import clinical_photos, out_of_distribution, results, trust
from training.card_trust import trust_sections
from training.config import Config, DataConfig, DistillationConfig, LossConfig, ModelConfig
from training.config.files import CONFIG_FILE, load_config
from training.data.isic import BARCELONA, PARTS
from training.model_folder import CALIBRATION_REPORT, HISTORY_FILE
from training.utils.trainer_factory import LAST_CHECKPOINT

logger = logging.getLogger(__name__)

CARD_FILE = "MODEL_CARD.md"

_TEMPLATE = """---
license: {hub_licence}
library_name: openvino
pipeline_tag: image-classification
tags: [{tags}]
---
# {name} · version {version}

For research and education only. Not a medical device, not a diagnosis.

## Intended use
Research on, and teaching about, computer-aided assessment of {kind}. It must not decide about a patient, and a low
risk must not delay a visit to a doctor.

{limits}

## What it is
{backbone} with {act_layer} and a head of {hidden} hidden units, {size} x {size} pixels after Shades of Gray colour constancy (Minkowski
power {power:g}). The shipped model is quantized to INT8 by NNCF, with weights of 7 bits, which overflow on no processor; the head stays in floating point.
`network_fp16.safetensors` holds the same weights for PyTorch.

## Training
{training}

## Results on the test photos
{results}

## Does it mean what it says?
On the same test photos.

{trust}

## Photos that it refuses
{out_of_distribution}

## Decisions, stability, groups
{trust_sections}

## Fitted on validation photos
Temperature {temperature:.2f} and a bias of the cancer classes (probabilities), the certainty score and the conformal thresholds are fitted on {fitted_photos}
photos{fitted_part}: the probabilities hold where cancer is as common as among them. The risk thresholds (LOW below {low:.2%}, HIGH from {high:.1%}
cancer probability) are fitted on all {all_photos} validation photos: the one-sided 95 % upper bound of the share of cancers in LOW is at most 2 % there,
and that of melanomas too.{of_part} 80 % of the cancers are in HIGH. The results above tell how far that held on photos not seen before.{eight_views}{in_low}

## Licence
{licence}

Cite: {papers}.
"""

_TRAINING = """Trained on {photos} without fold {fold} of a split by {group}, which is the validation part, on which everything
was chosen. Start: `{start}`. The settings are in `{config_file}` beside this card. With MODEL for the folder that this card lies in, and where
what the settings name is at hand:

```
python -m training train  --config MODEL/{config_file} --out runs/again
python -m training export --config MODEL/{config_file} --checkpoint runs/again/{checkpoint} --out runs/again_model
python -m training test   --model runs/again_model --out runs/again_report
```

{epochs} epochs of {samples} photos at {crop} px, loss {loss}{taught}{changed}, {cancers}"""

_AVERAGED = """

The weights are a mean: {share} of `{other}`, the rest of this run."""


def write_model_card(description: dict[str, Any], folder: Path) -> None:
    """Write folder/MODEL_CARD.md; how the model was trained is read from folder/config.yaml.

    Args:
        description: model.json, calibrated.
        folder: of the model.
    """
    part = description["fitted_on"]["part"]
    report = _calibration_report(folder)
    config = load_config(folder / CONFIG_FILE)
    photos = training_photos(config, _parts(description))
    backbone, metrics = description["network"]["backbone"], description.get("test_metrics")
    text = _TEMPLATE.format(
        name=description["name"],
        version=description["version"],
        tags=_tags(photos, backbone),
        hub_licence=photos.hub_licence,
        kind=photos.kind,
        limits=photos.limits,
        backbone=backbone,
        act_layer=description["network"]["act_layer"] or "its own activation",
        hidden=description["network"]["hidden_features"],
        size=description["input"]["image_size"],
        power=description["input"]["color_constancy_power"] or 0,
        training=_training(config, photos, _checkpoint(description)) + _history(description["version"], folder),
        results=results(metrics, "eight_views" in description),
        trust=trust(metrics, photos.kind, _sharpest(config.data, photos)),
        out_of_distribution=out_of_distribution(report["ood"])
        + clinical_photos(description.get("clinical", {}).get("measured")),
        trust_sections=trust_sections(report.get("trust"), photos),
        fitted_photos=description["fitted_on"]["of_them_for_probabilities"],
        all_photos=description["fitted_on"]["validation_photos"],
        fitted_part=f" of {part}" if part else "",
        of_part=f" Of those of {part} alone, the shares themselves are at most 2 %." if part else "",
        temperature=description["calibration"]["temperature"],
        low=description["risk"]["low_below"],
        high=description["risk"]["high_from"],
        eight_views=_eight_views(description.get("eight_views")),
        in_low=_in_low(report["risk_levels"]["LOW"]),
        licence=description["licence"],
        papers=photos.papers,
    )
    (folder / CARD_FILE).write_text(text)


def _parts(description: dict[str, Any]) -> list[str]:
    """Parts of the data that the network was trained on; of a model of before `export` wrote them down, ISIC 2019's or none."""
    if "trained_on" in description:
        return description["trained_on"]["parts"]
    return list(PARTS) if description["fitted_on"]["part"] in PARTS else []


def _checkpoint(description: dict[str, Any]) -> str:
    """Name of the checkpoint; all published models of before `export` wrote it down were made from the last."""
    return description["trained_on"]["checkpoint"] if "trained_on" in description else LAST_CHECKPOINT


def _tags(photos: TrainingPhotos, backbone: str) -> str:
    kind = ["dermoscopy"] if photos.is_dermoscopic else []
    family = ["efficientnet"] if "efficientnet" in backbone else []
    return ", ".join([*kind, "skin-cancer", "openvino", "int8", *family])


def _sharpest(data: DataConfig, photos: TrainingPhotos) -> str:
    """How sharp the training photos of a part of the data were at most, where that is said."""
    side = data.resolution_caps.get(BARCELONA)
    if side is None or BARCELONA not in photos.parts:
        return ""
    return f" In training those three are mostly blurred: no photo of {BARCELONA}, which has most of them, is sharper than {side} pixels."


def _eight_views(fitted: dict[str, Any] | None) -> str:
    if fitted is None:
        return ""
    low, high = fitted["risk"]["low_below"], fitted["risk"]["high_from"]
    return (
        f" For the mean of eight views all of it, but not the detector of photos without a dermatoscope, is fitted anew on the same photos (LOW below {low:.2%}, HIGH from {high:.1%}, "
        f"temperature {fitted['calibration']['temperature']:.2f})."
    )


def _in_low(counts: dict[str, int]) -> str:
    return (
        f" Where each photo is calibrated by a fit on the other lesions, {counts['cancers']} cancers of the photos that probabilities "
        f"are fitted on, {counts['melanomas']} of them melanomas, lie among {counts['photos']} in LOW (one view)."
    )


def _training(config: Config, photos: TrainingPhotos, checkpoint: str) -> str:
    text = _TRAINING.format(
        photos=photos.name,
        fold=config.data.validation_fold,
        group=photos.group,
        start=_start(config.model),
        checkpoint=checkpoint,
        config_file=CONFIG_FILE,
        epochs=config.training.epochs,
        samples=config.data.samples_per_epoch or "all",
        crop=config.data.crop_size,
        loss=_loss(config.loss),
        taught=_taught(config.distillation),
        changed=_changed(config.data),
        cancers=_cancers(config.data),
    )
    if config.inference.averaged_with is None:
        return text
    return text + _AVERAGED.format(share=f"{config.inference.averaged_share:.0%}", other=config.inference.averaged_with.name)


def _start(model: ModelConfig) -> str:
    if model.backbone_weights is not None:
        return model.backbone_weights.name
    return f"{model.base_model} of timm" if model.pretrained else "random weights"


def _changed(data: DataConfig) -> str:
    marked = f", a ruler or ink drawn on {data.mark_probability:.0%} of the photos" if data.mark_probability else ""
    return marked + (f", photos mixed in shares of Beta({data.mixup:g})" if data.mixup else "")


def _taught(distillation: DistillationConfig) -> str:
    if distillation.teacher is None:
        return ""
    views = ", which sees them turned and mirrored at random" if distillation.symmetries else ""
    return f" and, for {distillation.logit_weight:.0%} of it, what a teacher says of the same photos ({distillation.teacher.name}{views})"


def _cancers(data: DataConfig) -> str:
    if data.cancer_share is None:
        return f"a cancer drawn {data.cancer_oversampling:g} times as likely as a benign photo."
    return (
        f"cancers drawn as {data.cancer_share:.0%} of each part of the data, so that nothing that only tells the parts apart "
        "(resolution, camera) can tell cancer."
    )


def _loss(loss: LossConfig) -> str:
    if loss.name != "max_recall":
        return loss.name.replace("_", " ")
    return f"MaxRecall (false negatives times {loss.fn_multiplier:g}, melanoma times {loss.mel_fn_multiplier:g})"


def _history(version: str, folder: Path) -> str:
    """What came before the run, where somebody has written it down: no configuration knows.

    A history that does not name this version is another model's, which lay in the folder before.
    """
    path = folder / HISTORY_FILE
    if not path.exists():
        return ""
    text = path.read_text().strip()
    if version in text:
        return f"\n\n{text}"
    logger.info("%s is left out of the model card: it does not name version %s", path, version)
    return ""


def _calibration_report(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CALIBRATION_REPORT).read_text())
