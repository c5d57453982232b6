"""Where the platform may call."""

from __future__ import annotations

import pytest

from brownout.standin.callbacks import is_loopback


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:8000/mcp", "http://localhost/mcp", "http://[::1]:1/", "https://127.9.0.1/"]
)
def test_this_machine_may_be_called(url: str) -> None:
    assert is_loopback(url)


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "http://",
        "http://[",
        "http://127.0.0.1:port/",
        "ftp://127.0.0.1/",
        "http://10.0.0.1/mcp",
        "http://localhost.example.com/",
        "http://127.0.0.1@example.com/",
        "https://mcp.example.com/mcp",
    ],
)
def test_nothing_else_may(url: str | None) -> None:
    assert not is_loopback(url)
