"""Draw the example pictures of the page: `python -m assets.draw_examples`. Drawings, not photos of anybody's skin."""

from pathlib import Path

import cv2
import numpy as np

FOLDER = Path(__file__).parent / "examples"
SIZE = 384


def draw_lesion(seed: int, irregularity: float, colors: int, size: int = SIZE) -> np.ndarray:
    """A blob on skin: RGB uint8 (size, size, 3).

    Args:
        seed: of shape, place and texture; the same seed gives the same picture.
        irregularity: how far the outline leaves a circle, 0-1.
        colors: number of shades inside, 1-4.
        size: side in pixels.
    """
    generator = np.random.default_rng(seed)
    skin = _texture(generator, size, np.array([222, 178, 155]), grain=9)
    rows, columns = np.mgrid[:size, :size] / size - 0.5
    angle, distance = np.arctan2(rows, columns), np.hypot(rows, columns)
    waves = sum(generator.normal() / order * np.cos(order * angle + generator.uniform(0, 2 * np.pi)) for order in range(2, 8))
    radius = generator.uniform(0.2, 0.27) * (1 + 0.35 * irregularity * waves)
    inside = 1 / (1 + np.exp((distance - radius) * (90 - 50 * irregularity)))
    lesion = _texture(generator, size, np.array([136, 86, 58]), grain=14)
    for shade in ((78, 46, 34), (168, 108, 82), (92, 88, 104))[: colors - 1]:
        patch = (_smooth_noise(generator, size, 6) > 0.62).astype(np.float32)
        weight = cv2.GaussianBlur(patch, (0, 0), size / 28)[..., None]
        lesion = lesion + weight * (_texture(generator, size, np.array(shade), grain=14) - lesion)
    picture = skin + (lesion - skin) * inside[..., None]
    return cv2.GaussianBlur(np.clip(picture, 0, 255).astype(np.uint8), (0, 0), size / 400)


def _texture(generator: np.random.Generator, size: int, color: np.ndarray, grain: float) -> np.ndarray:
    light = grain * (_smooth_noise(generator, size, 8) + 0.5 * _smooth_noise(generator, size, 60) - 0.75)
    return color + light[..., None]


def _smooth_noise(generator: np.random.Generator, size: int, cells: int) -> np.ndarray:
    noise = cv2.resize(generator.random((cells, cells)), (size, size), interpolation=cv2.INTER_CUBIC)
    return np.clip(noise, 0, 1)


def _mark(picture: np.ndarray) -> np.ndarray:
    """Write on it what it is."""
    place = (12, SIZE - 14)
    return cv2.putText(picture.copy(), "drawing", place, cv2.FONT_HERSHEY_SIMPLEX, 0.8, (70, 50, 40), 2, cv2.LINE_AA)


def main() -> None:
    """Write the examples."""
    FOLDER.mkdir(exist_ok=True)
    for name, seed, irregularity, colors in (("round", 3, 0.1, 1), ("irregular", 8, 0.8, 3), ("mottled", 5, 0.5, 4)):
        picture = _mark(draw_lesion(seed, irregularity, colors))
        cv2.imwrite(str(FOLDER / f"{name}.png"), picture[..., ::-1], [cv2.IMWRITE_PNG_COMPRESSION, 9])


if __name__ == "__main__":
    main()
