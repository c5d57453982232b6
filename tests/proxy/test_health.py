"""What a proxy tells of what it holds."""

from __future__ import annotations

from pathlib import Path

from support.proxies import ProxyProcess, running_proxy, wait_until
from support.wire import connect

ASK = b"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-length: 2\r\n\r\n{}"
OF_AN_EXCHANGE = {"Job", "Performance", "FaultStream", "HTTPFlow"}


def _health(proxy: ProxyProcess, **order: bool) -> dict[str, object]:
    return proxy.control(op="health", **order)


def test_a_held_client_shows_and_one_that_left_does_not(tmp_path: Path) -> None:
    with running_proxy(tmp_path, None, {"fault": "hang", "on": "openai.chat"}) as proxy:
        before = _health(proxy, debug=True)
        with connect(proxy.port) as connection:
            connection.sendall(ASK % proxy.port)
            wait_until(lambda: _health(proxy)["live"] == 1)
            held = _health(proxy, debug=True)
        wait_until(lambda: {**_health(proxy), "objects": before["objects"]} == before)
        after = _health(proxy, debug=True)

    assert (before["live"], before["connections"], held["connections"]) == (0, 0, 1)
    assert held["tasks"] > before["tasks"]  # type: ignore[operator]
    assert {name for name, count in held["objects"].items() if count} == {*OF_AN_EXCHANGE, "Client", "Server"}  # type: ignore[attr-defined]
    assert set(after["objects"].values()) == {0}  # type: ignore[attr-defined]


def test_objects_are_counted_only_when_asked_for(edge: ProxyProcess) -> None:
    assert _health(edge).keys() == {"live", "connections", "tasks", "waiting"}
