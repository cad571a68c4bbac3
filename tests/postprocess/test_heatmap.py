"""Heat map: Grad-CAM against autograd over the cells, and a colour scale that is absolute."""

import numpy as np
import pytest
import torch

from postprocess.heatmap import grad_cam, overlay


def test_grad_cam_by_hand() -> None:
    feature_map = np.array([[[1.0, 2, 3]], [[4.0, 0, 1]]])
    # Gradients / 3 cells: (1, -0.5).
    np.testing.assert_allclose(grad_cam(feature_map, np.array([3.0, -1.5])), [[0, 2, 2.5]])


def test_grad_cam_agrees_with_gradients_of_a_pooled_head_over_the_cells() -> None:
    generator = torch.Generator().manual_seed(0)
    feature_map = torch.randn(6, 3, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    weight = torch.randn(6, generator=generator, dtype=torch.float64)
    torch.sigmoid(weight @ feature_map.mean(dim=(1, 2))).backward()
    assert feature_map.grad is not None
    # Selvaraju et al. 2017: weights are the gradients' mean over cells.
    alpha = feature_map.grad.mean(dim=(1, 2))
    expected = torch.relu((alpha[:, None, None] * feature_map.detach()).sum(0)).numpy()
    slope = feature_map.grad.sum(dim=(1, 2)).numpy()
    cam = grad_cam(feature_map.detach().numpy(), slope)
    assert cam.dtype == np.float32
    assert cam.shape == (3, 4)
    np.testing.assert_allclose(cam, expected, rtol=1e-5, atol=1e-9)


def test_the_map_adds_up_to_the_first_order_change_of_the_probability() -> None:
    feature_map, gradient = np.random.default_rng(0).random((5, 3, 4)), np.arange(5.0)
    # Everything is positive here, so ReLU cuts nothing off: the cells sum to gradient . features.
    assert grad_cam(feature_map, gradient).sum() == pytest.approx(gradient @ feature_map.mean(axis=(1, 2)), rel=1e-5)


def test_an_empty_map_leaves_the_photo_as_it_is() -> None:
    photo = np.random.default_rng(1).integers(0, 256, (20, 30, 3), np.uint8)
    np.testing.assert_array_equal(overlay(photo, np.zeros((2, 3), np.float32), full_scale=0.1), photo)


def test_the_scale_is_absolute_so_that_flat_noise_stays_pale() -> None:
    photo, cam = np.full((24, 24, 3), 128, np.uint8), np.random.default_rng(2).random((3, 3))
    faint, strong = (overlay(photo, cam * factor, full_scale=1.0).astype(int) for factor in (0.01, 1.0))
    assert np.abs(faint - 128).max() <= 2
    assert np.abs(strong - 128).max() > 20


def test_values_above_full_scale_look_like_full_scale() -> None:
    photo = np.zeros((8, 8, 3), np.uint8)
    full, above = (overlay(photo, np.full((2, 2), value), full_scale=0.5) for value in (0.5, 5.0))
    np.testing.assert_array_equal(full, above)
    np.testing.assert_array_equal(full[0, 0], np.rint(0.6 * np.array([255, 240, 120])))


def test_a_hot_cell_shows_where_it_is_on_a_photo_that_is_not_square() -> None:
    cam = np.zeros((2, 3))
    cam[1, 2] = 1
    marked = overlay(np.zeros((40, 90, 3), np.uint8), cam, full_scale=1.0).sum(axis=2)
    row, column = np.unravel_index(marked.argmax(), marked.shape)
    assert row >= 20
    assert column >= 60
    assert marked[:10, :30].max() == 0


def test_upsampling_agrees_with_torch() -> None:
    cam = np.random.default_rng(3).random((3, 5)).astype(np.float32)
    photo = np.full((30, 45, 3), 255, np.uint8)
    upsampled = torch.nn.functional.interpolate(torch.from_numpy(cam)[None, None], (30, 45), mode="bilinear")[0, 0]
    # A map that already has the photo's size is not resized: both pictures must be equal to a rounding step.
    difference = overlay(photo, cam, 1.0).astype(int) - overlay(photo, upsampled.numpy(), 1.0)
    assert np.abs(difference).max() <= 1


@pytest.mark.parametrize(("full_scale", "opacity"), [(0.0, 0.5), (-1.0, 0.5), (1.0, 1.5), (1.0, -0.1)])
def test_an_impossible_scale_or_opacity_is_refused(full_scale: float, opacity: float) -> None:
    with pytest.raises(ValueError, match="expected full_scale > 0 and opacity 0-1"):
        overlay(np.zeros((4, 4, 3), np.uint8), np.zeros((2, 2)), full_scale, opacity)
