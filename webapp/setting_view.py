"""Where the photo comes from: the choice, and what it does to the probability of cancer."""

import gradio as gr

from postprocess.analysis import Analysis
from postprocess.prevalence import DEFAULT_SETTING, SCREENING, SPECIALIST
from webapp.markup import percent

_NAMES = {SPECIALIST: "Specialist clinic", SCREENING: "Screening"}


def setting_input() -> gr.Radio:
    """Specialist clinic or screening."""
    choices = [(title, name) for name, title in _NAMES.items()]
    return gr.Radio(
        choices,
        value=DEFAULT_SETTING,
        label="Where does the photo come from?",
        info="Screening: nobody was sent for a suspicion, and few spots are cancer",
        elem_classes="sg-pills",
    )


def setting_words(analysis: Analysis) -> str:
    """The probability where the photo comes from, beside the one that the model was calibrated to; nothing for the default."""
    setting = analysis.setting
    if setting is None or setting.name == DEFAULT_SETTING:
        return ""
    # The limits were fitted on dermoscopic photos.
    why = "" if analysis.is_clinical else ": its limits keep missed cancers rare in either place"
    return (
        f"<p class='sg-hint'>At a screening it is <strong>{percent(setting.cancer_probability)}</strong>: there, about "
        f"{100 * setting.prevalence:.0f} of 100 spots are cancer (assumed), among the photos that the number above stands "
        f"for {100 * setting.fitted_prevalence:.0f}. The risk level stays{why}.</p>"
    )
