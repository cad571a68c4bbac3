"""How many calls of a kind run at once on the real page, whatever is called first."""

import gradio as gr
import pytest

from inference.analyzer import DEFAULT_MODEL
from webapp.page import build_page
from webapp.service import Service

_LIMITS = {"analysis": 2, "language model": 8, "batch": 1}


@pytest.fixture(scope="module")
def page() -> gr.Blocks:
    return build_page(Service(DEFAULT_MODEL), "openvino")


def test_no_event_of_the_page_narrows_its_lane(page: gr.Blocks) -> None:
    # Gradio makes a queue when the first call comes, and lowers its limit with any call that has a lower one.
    for function in page.fns.values():
        page._queue.create_event_queue_for_fn(function)
    queues = page._queue.event_queue_per_concurrency_id
    assert {name: queues[name].concurrency_limit for name in _LIMITS} == _LIMITS


def test_whatever_takes_long_waits_in_a_lane(page: gr.Blocks) -> None:
    lanes: dict[str, set[str]] = {name: set() for name in _LIMITS}
    for function in page.fns.values():
        if function.concurrency_id in lanes:
            lanes[function.concurrency_id].add(function.fn.__name__)
    assert lanes == {
        "analysis": {"analyse", "compare_photos", "predict_api"},
        "language model": {"ask_language_model", "recommend_api"},
        "batch": {"run", "batch_api"},
    }
