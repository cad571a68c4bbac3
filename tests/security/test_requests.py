"""Requests that no browser sends: too large, for files of the server, for other machines, for what is off."""

import http.client
import http.server
import json
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit

import httpx2
import psutil
import pytest

from tests.load.processes import server_of
from tests.running_app import PATIENCE_SECONDS

_MB = 2**20
_TRAVERSALS = (
    "/etc/passwd",
    "//etc/passwd",
    "../../../../../../etc/passwd",
    "..%2f..%2f..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd",
    "..%252f..%252f..%252fetc%252fpasswd",
    "....//....//....//etc/passwd",
    "..\\..\\..\\etc\\passwd",
    "/etc/passwd%00.png",
    "/proc/self/environ",
    "/proc/self/root/etc/passwd",
    "file:///etc/passwd",
    "app.py",
    "./app.py",
    ".env",
)
_ROUTES = ("gradio_api/file=", "gradio_api/file/", "static/", "assets/", "gradio_api/custom_component/1/client/x/", "svelte/")
_SECRETS = (b"root:x:0", b"HOME=", b"def main(arguments")


@pytest.mark.parametrize("route", _ROUTES)
def test_no_file_of_the_server_is_served(app_url: str, route: str) -> None:
    address = urlsplit(app_url)
    for target in _TRAVERSALS:
        # Byte for byte: other clients would tidy the path up.
        connection = http.client.HTTPConnection(address.hostname, address.port, timeout=PATIENCE_SECONDS)
        connection.request("GET", f"/{route}{target}")
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        assert answer.status in (403, 404), (route, target, answer.status)
        assert not any(secret in body for secret in _SECRETS), (route, target)


def _call(app_url: str, photo: dict) -> httpx2.Response:
    call = f"{app_url}/gradio_api/call/predict_api"
    begun = httpx2.post(call, json={"data": [photo, 0, "openvino", "en", "specialist"]}, timeout=PATIENCE_SECONDS)
    if begun.status_code != 200:
        return begun
    return httpx2.get(f"{call}/{begun.json()['event_id']}", timeout=PATIENCE_SECONDS)


@pytest.mark.parametrize("target", _TRAVERSALS)
def test_no_file_of_the_server_is_taken_for_a_photo(app_url: str, target: str) -> None:
    answer = _call(app_url, {"path": target, "meta": {"_type": "gradio.FileData"}})
    assert answer.text.startswith("event: error"), answer.text
    assert not any(secret in answer.content for secret in _SECRETS)


class _Canary(http.server.BaseHTTPRequestHandler):
    hits: list[str]

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(302)
        self.send_header("Location", "/again")
        self.end_headers()

    do_HEAD = do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def canary() -> Iterator[tuple[int, list[str]]]:
    """A listener on loopback that nobody may reach: its port and its visitors."""
    hits: list[str] = []
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), type("Canary", (_Canary,), {"hits": hits}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_address[1], hits
    server.shutdown()
    server.server_close()


def test_the_canary_notices_a_visit(canary: tuple[int, list[str]]) -> None:
    port, hits = canary
    httpx2.get(f"http://127.0.0.1:{port}/here")
    assert hits == ["/here"]


def test_no_address_in_a_request_is_visited(app_url: str, canary: tuple[int, list[str]]) -> None:
    port, hits = canary
    hosts = ("127.0.0.1", "localhost", "2130706433", "0x7f000001", "[::ffff:127.0.0.1]", "[::1]", "0.0.0.0", "127.1")
    addresses = [f"http://{host}:{port}/photo.png" for host in hosts] + ["http://169.254.169.254/latest/meta-data/"]
    for address in [*addresses, f"https://127.0.0.1:{port}/photo.png", f"HTTP://127.0.0.1:{port}/photo.png"]:
        kind = {"meta": {"_type": "gradio.FileData"}}
        for photo in ({"path": address}, {"path": "photo.png", "url": address}, {"url": address}, {"path": "", "url": address}):
            answer = _call(app_url, photo | kind)
            # Refused by the form of the request, or as a photo.
            assert answer.status_code == 422 or answer.text.startswith("event: error"), (photo, answer.text)
        for route in ("file=", "proxy="):
            assert httpx2.get(f"{app_url}/gradio_api/{route}{address}", timeout=PATIENCE_SECONDS).status_code in (403, 404)
    assert hits == []


def test_addresses_are_answered_with_a_sentence(app_url: str) -> None:
    answer = _call(app_url, {"path": "http://198.51.100.1/photo.png", "meta": {"_type": "gradio.FileData"}})
    assert "addresses are not fetched" in answer.text


@pytest.mark.parametrize(
    "route",
    [
        "monitoring",
        "monitoring/summary",
        "gradio_api/vibe-code",
        "gradio_api/process_recording",
        "gradio_api/runs",
        "pwa_icon/20000",
    ],
)
def test_surfaces_that_nobody_asked_for_are_off(app_url: str, route: str) -> None:
    for method in ("GET", "POST"):
        assert httpx2.request(method, f"{app_url}/{route}", timeout=PATIENCE_SECONDS).status_code in (403, 404), (method, route)


def test_mcp_is_off_unless_asked_for(app_url: str) -> None:
    assert httpx2.post(f"{app_url}/gradio_api/mcp/", json={}, timeout=PATIENCE_SECONDS).status_code in (403, 404, 405)


@pytest.mark.parametrize("origin", ["https://evil.example", "null"])
def test_a_foreign_page_may_not_read_answers_on_localhost(app_url: str, origin: str) -> None:
    asked = {"Origin": origin, "Access-Control-Request-Method": "POST"}
    for answer in (
        httpx2.options(f"{app_url}/gradio_api/call/predict_api", headers=asked, timeout=PATIENCE_SECONDS),
        httpx2.get(f"{app_url}/config", headers={"Origin": origin}, timeout=PATIENCE_SECONDS),
    ):
        assert "access-control-allow-origin" not in answer.headers


def _bodies() -> dict[str, tuple[str, bytes, bytes, bytes]]:
    """Name -> content type, beginning, what is repeated to 300 MB, end."""
    form, json_kind = "multipart/form-data; boundary=b", "application/json"
    part = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.png"\r\n\r\n'
    data_url = b'{"data": [{"path": "a.png", "url": "data:image/png;base64,'
    return {
        "data URL": (json_kind, data_url, b"A" * _MB, b'"}]}'),
        "text part": (form, b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n', b"A" * _MB, b"\r\n--b--\r\n"),
        "thousand files": (form, b"", part + b"A" * (3 * _MB // 10) + b"\r\n", b"--b--\r\n"),
        "one file": (form, part, b"A" * _MB, b"\r\n--b--\r\n"),
    }


@pytest.mark.parametrize("is_chunked", [True, False], ids=["chunked", "announced"])
@pytest.mark.parametrize("name", _bodies())
def test_bodies_that_are_too_large_are_refused_while_they_come(app_url: str, name: str, is_chunked: bool) -> None:
    kind, start, repeated, end = _bodies()[name]
    count = 300 * _MB // len(repeated)
    route = "upload" if kind.startswith("multipart") else "call/predict_api"
    server = server_of(app_url)
    before = server.memory_info().rss
    total = len(start) + count * len(repeated) + len(end)
    length = "Transfer-Encoding: chunked" if is_chunked else f"Content-Length: {total}"
    status, sent, most = _send(
        app_url,
        f"POST /gradio_api/{route}",
        f"Content-Type: {kind}\r\n{length}",
        [start, *[repeated] * count, end],
        is_chunked,
        server,
    )
    assert status == 413
    assert sent < total
    assert (most - before) / _MB < 64


def _send(
    app_url: str, request: str, headers: str, parts: list[bytes], is_chunked: bool, server: psutil.Process
) -> tuple[int, int, int]:
    """Send until an answer comes: its status, bytes sent, most memory of the server meanwhile."""
    address = urlsplit(app_url)
    sent = most = 0
    with socket.create_connection((str(address.hostname), address.port), timeout=60) as connection:
        connection.sendall(f"{request} HTTP/1.1\r\nHost: {address.netloc}\r\n{headers}\r\n\r\n".encode())
        for part in filter(None, parts):
            connection.setblocking(False)
            try:
                if connection.recv(1, socket.MSG_PEEK):
                    break
            except BlockingIOError:
                pass
            finally:
                connection.settimeout(60)
            try:
                connection.sendall(f"{len(part):x}\r\n".encode() + part + b"\r\n" if is_chunked else part)
            except (BrokenPipeError, ConnectionResetError):
                break
            sent += len(part)
            most = max(most, server.memory_info().rss)
        return int(connection.recv(100).split()[1]), sent, most


def test_the_page_lives_after_all_that(app_url: str) -> None:
    assert json.loads(httpx2.get(f"{app_url}/healthz", timeout=PATIENCE_SECONDS).text)["status"] == "ok"
