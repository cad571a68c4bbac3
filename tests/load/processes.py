"""The server's process behind an address, to look at."""

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
