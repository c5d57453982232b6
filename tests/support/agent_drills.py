"""The example agents on a platform that fails on demand: the real stand-in behind the real proxy."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from brownout.calls import canary
from support.chat_app import User, running
from support.proxies import ProxyProcess, running_proxy
from support.standins import running_standin

MARK = canary.make(1, "refund", 0, 0, 0)
LATER = canary.make(1, "refund", 0, 0, 1)
PLEASE = f"Reference {MARK}. Parcel P-1001 is lost. Please refund its postage."
SEARCHING = {"tool": "web_search*"}
"""Only the second step of a turn offers the search: what strikes it comes after the tool was used."""


@contextlib.contextmanager
def wounded(folder: Path) -> Iterator[ProxyProcess]:
    """A platform whose rules a test sets with ``play``."""
    with (
        running_standin(folder / "stand-in") as upstream,
        running_proxy(folder / "proxy", upstream) as proxy,
    ):
        yield proxy


@contextlib.contextmanager
def agent(example: str, folder: Path, **env: str) -> Iterator[tuple[User, ProxyProcess]]:
    """An agent, and the platform behind it."""
    with wounded(folder) as proxy, running(example, proxy, folder, **env) as user:
        yield user, proxy


def rule(fault: str, **keys: Any) -> dict[str, Any]:
    """On every response that is asked for."""
    return {"fault": fault, "on": "openai.responses", **keys}
