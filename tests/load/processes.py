"""Processes to look at: the server behind an address, and decoders."""

import contextlib
from urllib.parse import urlsplit

import psutil


def server_of(url: str) -> psutil.Process:
    """The child of this process that listens there."""
    port = urlsplit(url).port
    for child in psutil.Process().children(recursive=True):
        if any(each.laddr.port == port and each.status == psutil.CONN_LISTEN for each in child.net_connections()):
            return child
    raise LookupError("the server was not found")


def family_bytes(server: psutil.Process) -> int:
    """Resident memory of the server and of the processes that decode for it."""
    return sum(process.memory_info().rss for process in [server, *server.children()])


def decoders_of_this_process() -> list[psutil.Process]:
    """The decoder processes that this process started, without servers and browsers, and without what is dead."""
    decoders = []
    for child in psutil.Process().children():
        with contextlib.suppress(psutil.NoSuchProcess):
            # Of a zombie, which is a kind of NoSuchProcess, there is no command line.
            if "inference.decoder_worker" in child.cmdline():
                decoders.append(child)
    return decoders
