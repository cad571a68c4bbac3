"""Calls of the API as a program makes them that needs no client library."""

import json
from typing import Any

import httpx2


class Caller:
    """One client of the app at an address.

    Args:
        url: the app's.
        headers: sent with every request.
        local_address: which of this machine's loopback addresses it calls from: the app takes each for another client.
    """

    def __init__(self, url: str, headers: dict[str, str] | None = None, local_address: str = "127.0.0.1") -> None:
        transport = httpx2.HTTPTransport(local_address=local_address)
        self._http = httpx2.Client(base_url=f"{url}/gradio_api", headers=headers, transport=transport, timeout=120)

    def upload(self, photo: bytes, name: str = "photo.jpg") -> str:
        """Send a photo; returns where the server says that it lies."""
        answer = self._http.post("/upload", files={"files": (name, photo)})
        answer.raise_for_status()
        return answer.json()[0]

    def begin(self, endpoint: str, data: list[Any]) -> httpx2.Response:
        """Ask, without waiting for the answer."""
        return self._http.post(f"/call/{endpoint}", json={"data": data})

    def begin_with_text(self, endpoint: str, body: str) -> httpx2.Response:
        """As `begin`, with a body that need not be what a JSON library writes."""
        return self._http.post(f"/call/{endpoint}", content=body, headers={"Content-Type": "application/json"})

    def finish(self, endpoint: str, begun: httpx2.Response) -> Any:
        """The answer; LookupError with the server's words when it is an error."""
        begun.raise_for_status()
        events = self._http.get(f"/call/{endpoint}/{begun.json()['event_id']}").text
        kind, _, data = events.rpartition("event: ")[2].partition("\ndata: ")
        if kind != "complete":
            raise LookupError(events)
        return json.loads(data)[0]

    def call(self, endpoint: str, data: list[Any]) -> Any:
        """Ask and wait for the answer."""
        return self.finish(endpoint, self.begin(endpoint, data))

    def predict(self, photo: bytes) -> dict[str, Any]:
        """Analyse a photo."""
        return self.call("predict_api", photo_data(self.upload(photo)))


def photo_data(path: str) -> list[Any]:
    """The inputs of /predict_api for an upload."""
    return [{"path": path, "meta": {"_type": "gradio.FileData"}}, 30, "openvino", "en", "specialist"]
