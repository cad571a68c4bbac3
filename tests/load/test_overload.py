"""More callers than the server can serve: it says so at once, to those who are too many, and serves the others as before."""

import socket
import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from tests.load.processes import server_of
from tests.running_app import HELD, running_app
from tests.security.calls import Caller, photo_data
from webapp.server import QUEUE_LENGTH

_CALLERS = 200
# Patience of three seconds, so that the test need not have more.
_START = """
import app
from webapp import connections, guard
connections.HEAD_SECONDS, guard.BODY_SECONDS, guard.MIN_BYTES_PER_SECOND = 3.0, 3.0, 1e9
raise SystemExit(app.main([]))
"""
_HEAD = b"POST /gradio_api/call/predict_api HTTP/1.1\r\nHost: a\r\n"


def test_two_hundred_callers_get_an_answer_or_are_told_when_to_come_again(tmp_path: Path, drawing_jpeg: bytes) -> None:
    hold = tmp_path / "hold"
    with running_app([sys.executable, "-c", HELD.format(file=hold)], tmp_path / "app.log") as url:
        caller = Caller(url)
        data = [*photo_data(caller.upload(drawing_jpeg)), 1]
        expected = caller.call("predict_api", data)

        def ask(each: Caller) -> tuple[float, httpx2.Response]:
            started = time.monotonic()
            answer = each.begin("predict_api", data)
            return time.monotonic() - started, answer

        callers = [Caller(url) for _ in range(_CALLERS)]
        # At once, however long they take to come: none leaves the queue meanwhile.
        hold.touch()
        with ThreadPoolExecutor(_CALLERS) as threads:
            begun = list(threads.map(ask, callers))
        hold.unlink()
        taken = [answer for _, answer in begun if answer.status_code == 200]
        refused = [(seconds, answer) for seconds, answer in begun if answer.status_code == 503]
        print(f"{len(taken)} taken, {len(refused)} refused, the slowest after {max(seconds for seconds, _ in refused):.1f} s")
        assert len(taken) + len(refused) == _CALLERS
        assert QUEUE_LENGTH <= len(taken) < _CALLERS / 2
        for _, answer in refused:
            assert "busy, try again in 10 s" in answer.json()["detail"]
            assert answer.headers["retry-after"] == "10"
        # Each is listened to from now on: an answer that nobody fetches is forgotten after a while.
        with ThreadPoolExecutor(len(taken)) as threads:
            found = list(threads.map(partial(caller.finish, "predict_api"), taken))
        assert {answer["cancer_probability"] for answer in found} == {expected["cancer_probability"]}


def test_sockets_that_dawdle_or_vanish_are_let_go(tmp_path: Path, drawing_jpeg: bytes) -> None:
    with running_app([sys.executable, "-c", _START], tmp_path / "app.log") as url:
        server = server_of(url)
        _settle(server)
        before = server.num_fds()
        with ExitStack() as stack:
            in_head = [_connect(url, stack, _HEAD[:20]) for _ in range(20)]
            in_body = [_connect(url, stack, _HEAD + b"Content-Length: 1000\r\n\r\n{") for _ in range(20)]
            silent = [_connect(url, stack, b"") for _ in range(20)]
            for _ in range(20):
                _connect(url, ExitStack(), _HEAD).close()
            ended = [_read_to_end(each) for each in (*in_head, *in_body, *silent)]
        assert [answer for answer in ended if answer] == [answer for answer in ended[20:40] if answer]
        assert all(answer.startswith(b"HTTP/1.1 408") and b"too slowly" in answer for answer in ended[20:40])
        _settle(server)
        assert abs(server.num_fds() - before) <= 2


@pytest.mark.slow
def test_two_hundred_slow_sockets_do_not_slow_others_down(app_url: str, drawing_jpeg: bytes) -> None:
    server = server_of(app_url)
    alone = _p95(app_url, drawing_jpeg)
    # Counted when the decoders, which are started by the first photos, hold theirs.
    time.sleep(10)
    _settle(server)
    handles = server.num_fds()
    with ExitStack() as stack:
        slow = [_connect(app_url, stack, _HEAD[:1]) for _ in range(200)]
        for _ in range(100):
            _connect(app_url, ExitStack(), _HEAD[:9]).close()

        def drip(_: int) -> None:
            for byte in _HEAD[1:9]:
                for each in slow:
                    try:
                        each.send(bytes([byte]))
                    except OSError:
                        continue
                time.sleep(5)

        with ThreadPoolExecutor(1) as thread:
            dripping = thread.submit(drip, 0)
            beside = _p95(app_url, drawing_jpeg)
            dripping.result()
    alone_again = _p95(app_url, drawing_jpeg)
    print(f"p95 in ms: {alone:.0f} alone, {beside:.0f} beside 200 slow sockets, {alone_again:.0f} alone again")
    assert beside <= 2 * max(alone, alone_again)
    time.sleep(10)
    _settle(server)
    assert abs(server.num_fds() - handles) <= 2


def _connect(url: str, stack: ExitStack, first: bytes) -> socket.socket:
    address = urlsplit(url)
    connection = stack.enter_context(socket.create_connection((str(address.hostname), address.port or 0), timeout=60))
    connection.sendall(first)
    return connection


def _read_to_end(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    received = b""
    try:
        while part := connection.recv(2**16):
            received += part
    except ConnectionResetError:
        pass
    return received


def _p95(url: str, photo: bytes) -> float:
    """95th percentile of forty analyses, in ms."""
    caller = Caller(url)
    data = photo_data(caller.upload(photo))
    times = []
    for _ in range(40):
        started = time.monotonic()
        caller.call("predict_api", data)
        times.append(1000 * (time.monotonic() - started))
    return statistics.quantiles(times, n=20)[-1]


def _settle(server: psutil.Process) -> None:
    """Wait until handles are not given back any more, a minute at most."""
    deadline, handles = time.monotonic() + 60, -1
    while server.num_fds() != handles and time.monotonic() < deadline:
        handles = server.num_fds()
        time.sleep(6)
