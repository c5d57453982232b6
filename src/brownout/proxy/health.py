"""What a proxy process holds at this moment, for whoever watches that nothing stays behind."""

from __future__ import annotations

import asyncio
import gc
from collections import Counter

from mitmproxy.connection import Client, Server
from mitmproxy.http import HTTPFlow

from brownout.edge.job import Job
from brownout.edge.ledger import Ledger
from brownout.edge.perform import Performance
from brownout.proxy import sockets, waiting
from brownout.proxy.stream import FaultStream
from brownout.proxy.websockets import Relay

_WATCHED = (Job, Performance, FaultStream, HTTPFlow, Relay, Client, Server)


def health(ledger: Ledger) -> dict[str, int]:
    """Exchanges under way, clients connected, asyncio tasks (this question's own among them), events in a queue."""
    return {
        "live": len(ledger.live),
        "connections": sockets.connections(),
        "tasks": len(asyncio.all_tasks()),
        "waiting": waiting.in_turn(),
    }


def objects() -> dict[str, int]:
    """How many objects live that belong to an exchange or a connection, after a full collection of garbage."""
    gc.collect()
    by_type = Counter(map(type, gc.get_objects()))
    return {
        watched.__name__: sum(count for kind, count in by_type.items() if issubclass(kind, watched))
        for watched in _WATCHED
    }
