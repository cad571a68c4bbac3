"""The guard by itself: what it lets pass does not depend on the path that a proxy puts before the app's."""

import threading

import pytest
from starlette.applications import Starlette
from starlette.routing import Mount, Route
from starlette.testclient import TestClient

from webapp.guard import Guard


def _client(root_path: str) -> TestClient:
    def everything(_: object) -> None:
        raise AssertionError("the guard let it pass")

    app = Starlette(routes=[Mount("/", routes=[Route("/{rest:path}", everything, methods=["GET", "POST"])])])
    return TestClient(Guard(app, threading.Event()), root_path=root_path)


@pytest.mark.parametrize("root_path", ["", "/skin"])
@pytest.mark.parametrize("route", ["/monitoring", "/gradio_api/runs", "/pwa_icon/20000", "/gradio_api/file=http://127.0.0.1/"])
def test_routes_that_are_off_are_off_below_any_root(root_path: str, route: str) -> None:
    client = _client(root_path)
    for path in {route, root_path + route}:
        assert client.get(path).status_code == 403


def test_other_routes_pass_below_any_root() -> None:
    with pytest.raises(AssertionError, match="let it pass"):
        _client("/skin").get("/skin/config")
