"""The eight views of a photo, and their maps turned back."""

import numpy as np

from inference.symmetries import SYMMETRIES, symmetric_views, turn_back


def test_all_views_differ_and_the_photo_comes_first() -> None:
    photo = np.arange(5 * 5 * 3).reshape(5, 5, 3)
    views = list(symmetric_views(photo))
    assert len({view.tobytes() for view in views}) == SYMMETRIES
    assert (views[0] == photo).all()
    assert all(view.flags.c_contiguous for view in views)


def test_views_of_a_turned_photo_are_the_same_views() -> None:
    photo = np.random.default_rng(0).integers(0, 256, (6, 6, 3), np.uint8)
    expected = {view.tobytes() for view in symmetric_views(photo)}
    for changed in symmetric_views(photo):
        assert {view.tobytes() for view in symmetric_views(changed)} == expected


def test_maps_are_turned_back_to_the_photo() -> None:
    photo = np.random.default_rng(0).normal(size=(4, 4, 3))
    # A "network" whose map is the picture itself: channels first.
    maps = np.stack([view.transpose(2, 0, 1) for view in symmetric_views(photo)])
    for cells in turn_back(maps):
        np.testing.assert_array_equal(cells, photo.transpose(2, 0, 1))
