"""One preprocessing: the middle square, area means, and the same bytes in training and in serving."""

from pathlib import Path

import numpy as np
import pandas as pd

from inference.analyzer import Analyzer
from inference.color_constancy import shades_of_gray
from inference.images import read_image
from inference.preprocess import center_square, preprocess, resize_square
from training.data.dataset import PhotoDataset


def test_the_square_is_cut_from_the_middle() -> None:
    image = np.arange(4 * 10 * 3, dtype=np.uint8).reshape(4, 10, 3)
    np.testing.assert_array_equal(center_square(image), image[:, 3:7])
    np.testing.assert_array_equal(center_square(image.transpose(1, 0, 2)), image.transpose(1, 0, 2)[3:7])


def test_shrinking_takes_the_mean_of_each_area() -> None:
    image = np.random.default_rng(0).integers(0, 255, (12, 12, 3), np.uint8)
    means = image.reshape(4, 3, 4, 3, 3).mean(axis=(1, 3))
    assert np.abs(resize_square(image, 4) - means).max() <= 0.5


def test_colours_are_corrected_before_anything_is_cut_off() -> None:
    image = np.random.default_rng(0).integers(0, 255, (30, 90, 3), np.uint8)
    expected = shades_of_gray(image)[:, 30:60]
    np.testing.assert_array_equal(preprocess(image, 30, 6.0), expected)
    np.testing.assert_array_equal(preprocess(image, 30, None), image[:, 30:60])


def test_training_and_serving_give_the_network_the_same_bytes(analyzer: Analyzer, drawing_file: Path) -> None:
    settings = analyzer.spec.input
    table = pd.DataFrame({"path": [drawing_file], "label": [0], "part": ["all"]})
    trained_on = PhotoDataset(table, settings.image_size, settings.color_constancy_power)[0].image_u8.numpy()
    np.testing.assert_array_equal(trained_on, analyzer.network_view(read_image(drawing_file)))
