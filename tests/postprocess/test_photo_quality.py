"""What is said of a photo's faults."""

from postprocess.photo_quality import ADVICE


def test_every_problem_has_one_sentence_on_what_to_do() -> None:
    assert set(ADVICE) == {"too_small", "blurred", "too_dark", "too_bright", "glare", "hair", "vignetting"}
    assert all(text.endswith(".") and ": " in text for text in ADVICE.values())
