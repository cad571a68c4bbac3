"""The upload: hands over the original bytes' path and lets nothing else touch them."""

from typing import Any

import gradio as gr


def photo_input() -> gr.Image:
    """An image input that gives a path, without Gradio's own decoding.

    Gradio would open the file with its image library first, whose errors are not for people and whose handling of metadata
    is not ours. `inference.images` decodes, and says in a sentence what is wrong.
    """
    photo = gr.Image(
        type="filepath",
        image_mode=None,
        sources=["upload", "webcam", "clipboard"],
        label="Dermoscopic photo",
        height=320,
        buttons=["fullscreen"],
        # A mirrored lesion would not match the skin that a doctor looks at.
        webcam_options=gr.WebcamOptions(mirror=False),
    )
    # On the object: for a subclass, Gradio writes a stub file beside the module when it is imported.
    photo.preprocess = _uploaded_path  # type: ignore[method-assign]
    return photo


def _uploaded_path(payload: Any) -> str | None:
    """Path of the uploaded file; Gradio has checked that it lies in its upload folder."""
    if payload is None:
        return None
    if not payload.path:
        raise gr.Error("Send the photo as a file.", print_exception=False)
    return str(payload.path)
