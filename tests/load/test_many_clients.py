"""Sixteen clients at once get the answers that each would get alone."""

import random
from concurrent.futures import ThreadPoolExecutor

import cv2
import numpy as np
import pytest

from assets.draw_examples import draw_lesion
from tests.security.calls import Caller, photo_data

_CLIENTS = 16


def test_sixteen_clients_get_their_own_answers(app_url: str) -> None:
    assert _mixed_up(app_url, calls=3) == 0


@pytest.mark.slow
def test_sixteen_clients_get_their_own_answers_two_hundred_times(app_url: str) -> None:
    assert _mixed_up(app_url, calls=200) == 0


def _mixed_up(url: str, calls: int) -> int:
    """How many of the answers are not those of a client that is alone."""
    photos = [_photo(seed) for seed in range(8)]
    paths = [Caller(url).upload(photo, f"{number}.jpg") for number, photo in enumerate(photos)]
    alone = [_without_id(Caller(url).call("predict_api", photo_data(path))) for path in paths]
    assert len({answer["cancer_probability"] for answer in alone}) == len(photos)
    with ThreadPoolExecutor(_CLIENTS) as threads:
        counts = threads.map(lambda seed: _count_wrong(url, photos, alone, calls, seed), range(_CLIENTS))
        return sum(counts)


def _count_wrong(url: str, photos: list[bytes], alone: list[dict], calls: int, seed: int) -> int:
    caller, order = Caller(url), random.Random(seed)
    wrong = 0
    for _ in range(calls):
        number = order.randrange(len(photos))
        wrong += _without_id(caller.predict(photos[number])) != alone[number]
    return wrong


def _photo(seed: int) -> bytes:
    drawing = np.ascontiguousarray(draw_lesion(seed, irregularity=0.1 * seed, colors=1 + seed % 4, size=256))
    return cv2.imencode(".jpg", drawing[..., ::-1])[1].tobytes()


def _without_id(answer: dict) -> dict:
    return {name: value for name, value in answer.items() if name != "analysis_id"}
