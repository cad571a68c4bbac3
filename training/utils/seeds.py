"""Seeds that differ in each epoch, batch and process, and from those of runs with another seed."""

import numpy as np


def combined_seed(*numbers: int) -> int:
    """One seed, 32 bits, of numbers of 0 or more; a sum would be the same for seed 42, epoch 1 as for seed 43, epoch 0."""
    # With their count: NumPy takes zeros at the end for nothing.
    return int(np.random.SeedSequence((len(numbers), *numbers)).generate_state(1)[0])
