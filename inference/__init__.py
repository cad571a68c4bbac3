"""From the bytes of a photo to an `Analysis`: decoding, preprocessing, the two engines, the command line."""
