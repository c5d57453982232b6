"""Everything that something is thrown at, in the order of the page."""

from __future__ import annotations

from typing import Final

from fuzz.journals import Journals
from fuzz.streams import Streams
from fuzz.target import Target
from fuzz.texts import Profiles, Scenarios
from fuzz.wires import Answers, Http2, PlatformSockets, Requests, Sockets

TARGETS: Final[list[type[Target]]] = [
    Scenarios, Profiles, Journals, Requests, Http2, Sockets, Answers, PlatformSockets, Streams,
]  # fmt: skip
