"""A disk that is full, or a folder that nothing can be written to: told apart from faults of the sender's file."""

import errno

NO_ROOM = "The server has no room for files at the moment. Nothing is wrong with yours; please try again later."
_NAMES = ("ENOSPC", "EDQUOT", "EFBIG", "EROFS", "EACCES", "EPERM", "EIO")
# Not every system has every one.
_NUMBERS = {getattr(errno, name) for name in _NAMES if hasattr(errno, name)}


def is_full(error: BaseException) -> bool:
    """Whether an error of writing is one of the disk or the folder."""
    return isinstance(error, OSError) and error.errno in _NUMBERS
