"""The one error inside this package."""


class NoTextError(Exception):
    """There is no text of the service that may be shown.

    The message is one of a few fixed reasons: it holds nothing that the service sent, because that may repeat the key.
    """
