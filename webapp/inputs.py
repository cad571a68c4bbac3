"""What a person can set: the photo, the drawings to try, language and engine."""

from pathlib import Path
from typing import Any

import gradio as gr

from inference.analyzer import DEFAULT_MC_SAMPLES, VIEWS
from llm.offline import DEFAULT_LANGUAGE
from webapp.service import DEFAULT_VIEWS
from webapp.uploads import note_use

LANGUAGES = [("English", "en"), ("Español", "es"), ("Deutsch", "de"), ("Polski", "pl"), ("Українська", "uk")]
_ENGINE_NAMES = {"openvino": "OpenVINO, 8 bit (fast)", "torch": "PyTorch, full precision"}
_SAMPLES = (0, DEFAULT_MC_SAMPLES, 100, 200)
_EXAMPLES = Path(__file__).parent.parent / "assets" / "examples"


def photo_input(label: str = "Dermoscopic photo") -> gr.Image:
    """An upload that hands over a path, and lets nothing but our own decoder open what lies there."""
    photo = gr.Image(
        type="filepath",
        image_mode=None,
        sources=["upload", "webcam", "clipboard"],
        label=label,
        height=300,
        placeholder="# Drop a photo here\nor click to choose one",
        buttons=["fullscreen"],
        # A mirrored lesion would not match the skin that a doctor looks at.
        webcam_options=gr.WebcamOptions(mirror=False),
        elem_classes="sg-upload",
    )
    # Gradio would open the file with its own image library first, whose errors are not for people and which knows no
    # HEIC. On the object, not in a subclass: Gradio writes a file beside each subclass of its components.
    photo.preprocess = _uploaded_path  # type: ignore[method-assign]
    return photo


def examples(photo: gr.Image) -> None:
    """Drawn pictures to try the page with."""
    drawings = sorted(_EXAMPLES.glob("*.png"))
    gr.Examples([str(path) for path in drawings], photo, label="No photo at hand? Try a drawing (no real skin, may be refused)")


def language_input() -> gr.Radio:
    """Language of the recommendation."""
    return gr.Radio(LANGUAGES, value=DEFAULT_LANGUAGE, label="Language of the advice", elem_classes="sg-pills")


def engine_inputs(engines: tuple[str, ...], engine: str) -> tuple[gr.Radio, gr.Radio]:
    """Engine and number of MC-Dropout samples."""
    missing = None if len(engines) > 1 else "To add the PyTorch engine: pip install -r requirements-torch.txt"
    choice = gr.Radio([(_ENGINE_NAMES[name], name) for name in engines], value=engine, label="Engine", info=missing)
    # No slider: Gradio's tells of no change by keyboard that is final, and lets a number be typed that there is not.
    samples = gr.Radio(
        list(_SAMPLES), value=DEFAULT_MC_SAMPLES, label="Repeated runs (MC Dropout)", info="0: none, and no interval"
    )
    return choice, samples


def views_input() -> gr.Radio:
    """How often the network looks at the photo."""
    return gr.Radio(
        [("turned and mirrored too, 8 times", VIEWS[1]), ("once", VIEWS[0])],
        value=DEFAULT_VIEWS,
        label="The model looks at the photo",
        info="Once is faster, less exact, and its answer can change when the photo is turned",
    )


def _uploaded_path(payload: Any) -> str | None:
    """The path of an upload; Gradio has checked that it lies in its upload folder."""
    if payload is None:
        return None
    if not payload.path:
        raise gr.Error("Send the photo as a file.", print_exception=False)
    note_use(payload.path)
    return str(payload.path)
