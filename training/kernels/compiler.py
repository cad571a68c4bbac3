"""Compiling a kernel where it is used: for the processor that is there. PyTorch keeps the result."""

import platform
from functools import cache
from pathlib import Path
from typing import Any

from torch.utils import cpp_extension

_FLAGS = ["-O3", "-march=native", "-ffast-math"]
# GCC takes half as wide vectors by default, and other processors have no such option.
_X86_FLAGS = ["-mprefer-vector-width=512"] if platform.machine() in ("x86_64", "AMD64") else []


class CompilerError(Exception):
    """A kernel could not be compiled; the message says what to do."""


@cache
def compiled(name: str) -> Any:
    """The functions of NAME.cpp in this folder.

    Raises:
        CompilerError: there is no C++ compiler that PyTorch can use.
    """
    source = Path(__file__).with_name(f"{name}.cpp")
    try:
        return cpp_extension.load(f"skinglance_{name}", [str(source)], extra_cflags=_FLAGS + _X86_FLAGS)
    except (OSError, RuntimeError) as error:
        raise CompilerError(
            "training.fast_kernels needs a C++ compiler (on Debian: apt-get install g++) and ninja (pip install ninja); "
            f"without them, set it to false. The compiler's words: {error}"
        ) from error
