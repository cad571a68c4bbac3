"""Hair removal by name: one object with one method, whether anything is removed or not.

The app removes no hair. A network that was trained on photos without hair would be served photos with hair, which it has never
seen; `export` therefore refuses it. The strategies are for comparisons (`ablate`, `eda`): the system that this project goes
beyond found that hair removal cost accuracy, and thin dark lines are also what a melanoma's pigment network is made of.
"""

import numpy as np

from training.preprocessing.hair_strategies import AggressiveHairRemoval, DullRazor, HairStrategy, NoHairRemoval

# Null Object: None is a strategy as well, so that nobody who removes hair has to ask whether to.
STRATEGIES: dict[str | None, type[HairStrategy]] = {
    None: NoHairRemoval,
    "dullrazor": DullRazor,
    "aggressive": AggressiveHairRemoval,
}


class HairRemover:
    """Paints hairs over with the skin beside them.

    Args:
        strategy: "dullrazor", "aggressive", or None to return photos as they are.

    Raises:
        ValueError: there is no such strategy.
    """

    def __init__(self, strategy: str | None) -> None:
        if strategy not in STRATEGIES:
            names = ", ".join(name for name in STRATEGIES if name)
            raise ValueError(f"there is no hair removal {strategy!r}; choose {names} or null")
        self._strategy = STRATEGIES[strategy]()

    def remove(self, image_u8_rgb: np.ndarray) -> np.ndarray:
        """uint8 (H, W, 3), RGB -> the same shape, without the hairs that the strategy finds; may be the same array."""
        return self._strategy.remove(image_u8_rgb)
