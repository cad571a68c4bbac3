"""MODEL_CARD.md: what a person should know before using a model, from model.json and the configuration of its run."""

import json
from pathlib import Path
from typing import Any

from training.card_tables import clinical_photos, out_of_distribution, results, trust
from training.card_trust import trust_sections
from training.config import Config, DataConfig, DistillationConfig, LossConfig
from training.config.files import CONFIG_FILE, load_config
from training.model_folder import CALIBRATION_REPORT, HISTORY_FILE

CARD_FILE = "MODEL_CARD.md"

_TEMPLATE = """---
license: cc-by-nc-4.0
library_name: openvino
pipeline_tag: image-classification
tags: [dermoscopy, skin-cancer, openvino, int8, efficientnet]
---
# {name} · version {version}

For research and education only. Not a medical device, not a diagnosis.

## Intended use
Research on, and teaching about, computer-aided assessment of dermoscopic photos. It must not decide about a patient, and a low
risk must not delay a visit to a doctor.

Not for photos without a dermatoscope, for lesions of nails, mucosa or the eye, for children, or for skin types that the training
data hardly has: it did not learn from such photos, and where something was measured on them, it is below. The training photos come from Austria, Australia, Spain and the USA, and mostly from
light skin.

## What it is
{backbone} with {act_layer} and a head of {hidden} hidden units, {size} x {size} pixels after Shades of Gray colour constancy (Minkowski
power {power:g}). The shipped model is quantized to INT8 by NNCF; the head stays in floating point. `network_fp16.safetensors` holds the same
weights for PyTorch.

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

Cite: Tschandl et al. 2018 (HAM10000); Codella et al. 2018 (MSK); Combalia et al. 2019 (BCN_20000).
"""

_TRAINING = """Trained on ISIC 2019 (HAM10000, MSK and BCN_20000) without fold {fold} of a split by lesion, which is the validation part, on which everything
was chosen. Start: `{start}`. The settings are in `{config_file}` beside this card. With MODEL for the folder that this card lies in, and where
what the settings name is at hand:

```
python -m training train  --config MODEL/{config_file} --out runs/again
python -m training export --config MODEL/{config_file} --checkpoint runs/again/last.ckpt --out runs/again_model
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
    text = _TEMPLATE.format(
        name=description["name"],
        version=description["version"],
        backbone=description["network"]["backbone"],
        act_layer=description["network"]["act_layer"] or "its own activation",
        hidden=description["network"]["hidden_features"],
        size=description["input"]["image_size"],
        power=description["input"]["color_constancy_power"] or 0,
        training=_training(load_config(folder / CONFIG_FILE)) + _history(folder),
        results=results(description.get("test_metrics"), "eight_views" in description),
        trust=trust(description.get("test_metrics")),
        out_of_distribution=out_of_distribution(report["ood"])
        + clinical_photos(description.get("clinical", {}).get("measured")),
        trust_sections=trust_sections(report.get("trust")),
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
    )
    (folder / CARD_FILE).write_text(text)


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


def _training(config: Config) -> str:
    start = config.model.backbone_weights
    text = _TRAINING.format(
        fold=config.data.validation_fold,
        start=start.name if start else "random weights",
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


def _history(folder: Path) -> str:
    """What came before the run, where somebody has written it down: no configuration knows."""
    path = folder / HISTORY_FILE
    return f"\n\n{path.read_text().strip()}" if path.exists() else ""


def _calibration_report(folder: Path) -> dict[str, Any]:
    return json.loads((folder / CALIBRATION_REPORT).read_text())
