"""Whole JPEGs of a kind that encoders at hand do not write: chroma sampled in any way that the format allows (ITU-T T.81)."""

import struct

import numpy as np

# One-byte quantization of 8, so that a difference of 1 is one grey level: the mean of a block is its first coefficient / 8.
_QUANTIZATION = bytes([0] + [8] * 64)
# First coefficients: nine lengths of differences, 0 to 8 bits, each a code of 4 bits. All others: the code 0, "none follow".
_DC_CODES = bytes([0x00, 0, 0, 0, 9, *[0] * 12, *range(9)])
_AC_CODES = bytes([0x10, 1, *[0] * 15, 0])


def draw_odd_jpeg(width: int, height: int, sampling: list[tuple[int, int]]) -> bytes:
    """A JPEG of noise in blocks of 8 x 8.

    Args:
        width, height: in pixels.
        sampling: of Y, Cb and Cr, each horizontal and vertical, 1-4.
    """
    frame = struct.pack(">BHHB", 8, height, width, 3)
    frame += b"".join(bytes([index, across << 4 | down, 0]) for index, (across, down) in enumerate(sampling, 1))
    return b"".join(
        [
            b"\xff\xd8",
            _segment(0xDB, _QUANTIZATION),
            _segment(0xC0, frame),
            _segment(0xC4, _DC_CODES),
            _segment(0xC4, _AC_CODES),
            _segment(0xDA, bytes([3, 1, 0, 2, 0, 3, 0, 0, 63, 0])),
            _scan(width, height, sampling),
            b"\xff\xd9",
        ]
    )


def _segment(marker: int, content: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content


def _scan(width: int, height: int, sampling: list[tuple[int, int]]) -> bytes:
    generator = np.random.default_rng(0)
    across, down = np.max(sampling, axis=0)
    units = -(-width // (8 * across)) * -(-height // (8 * down))
    before = [0] * len(sampling)
    bits = []
    for component in [index for index, (h, v) in enumerate(sampling) for _ in range(h * v)] * units:
        value = int(generator.integers(-60, 60))
        difference, before[component] = value - before[component], value
        length = abs(difference).bit_length()
        bits.append(f"{length:04b}")
        if length:
            bits.append(f"{difference if difference > 0 else difference + (1 << length) - 1:0{length}b}")
        bits.append("0")
    text = "".join(bits)
    text += "1" * (-len(text) % 8)
    return int(text, 2).to_bytes(len(text) // 8).replace(b"\xff", b"\xff\0")
