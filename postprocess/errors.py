"""The one error whose message is for whoever chose the value."""


class InputError(ValueError):
    """A setting that a person or a program chose is none of those that there are.

    The message names what there is, and may be shown. Any other ValueError is a fault of ours: NumPy and SciPy raise it too.
    """
