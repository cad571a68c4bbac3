"""The fast closing along lines is SciPy's."""

import numpy as np
import pytest
from scipy import ndimage

from postprocess.hair import _DIRECTIONS, _close, _extend


def test_hair_is_bridged_as_by_scipys_closing() -> None:
    light = np.random.default_rng(1).random((40, 52), np.float32)
    slanting = np.eye(11, dtype=bool)
    lines = (np.ones((1, 11), bool), np.ones((11, 1), bool), slanting, slanting[::-1])
    for direction, line in zip(_DIRECTIONS, lines, strict=True):
        np.testing.assert_array_equal(_close(light, direction), ndimage.grey_closing(light, footprint=line, mode="nearest"))


@pytest.mark.parametrize(("rows", "columns"), [(0, 5), (5, 0), (5, 5), (0, 0)])
def test_the_edge_repeats_beyond_the_picture(rows: int, columns: int) -> None:
    light = np.random.default_rng(2).random((6, 9), np.float32)
    np.testing.assert_array_equal(_extend(light, rows, columns), np.pad(light, [(rows, rows), (columns, columns)], "edge"))
