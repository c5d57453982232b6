"""One direction of an open WebSocket: how far it has come, and what waits to be sent."""

from __future__ import annotations

from collections import deque

from mitmproxy.connection import Connection

from brownout.edge import frames
from brownout.edge.frames import Frame
from brownout.effects import Messages
from brownout.effects import Side as Name

_EARLY = 0.001  # a timer may ring so much too soon


class Side:
    """What one peer sends to the other. ``came`` counts whole messages, ``passed`` those of them that were sent on."""

    def __init__(self, name: Name, target: Connection) -> None:
        self.name, self.target = name, target
        self.cutter = frames.FrameCutter()
        self.came = self.passed = self.late = 0
        self.struck = self.gone = False
        self.reading = True
        self.held: list[bytes] = []
        self.waiting: deque[tuple[float, bytes]] = deque()
        self._messages = frames.MessageReader()

    def read(self, frame: Frame) -> bytes | None:
        """The message that this frame ends; None where it ends none, or where nobody reads any more."""
        if not self.reading:
            return None
        try:
            return self._messages.feed(frame)
        except ValueError:
            self.reading = False
            return None

    def covered(self, effect: Messages) -> bool:
        """Whether an effect is about the message that begins now."""
        last = None if effect.count is None else effect.skip + effect.count
        return effect.side in ("both", self.name) and effect.skip <= self.came and (last is None or self.came < last)

    def wait(self, data: bytes, due: float) -> bool:
        """Send it at a monotonic second, or after what waits already; True where nothing did: a timer is needed."""
        first = not self.waiting
        self.waiting.append((due if first else max(due, self.waiting[-1][0]), data))
        return first

    def due(self, now: float) -> list[bytes]:
        """What is to be sent now."""
        messages = []
        while self.waiting and self.waiting[0][0] <= now + _EARLY:
            messages.append(self.waiting.popleft()[1])
        return messages
