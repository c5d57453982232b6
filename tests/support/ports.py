"""A port without a wire: it writes down what a performance tells it, and a clock goes on where that waits."""

from __future__ import annotations

from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from brownout.edge.port import ClientLeft, Heard, PlatformFailed, ResponseHead, Trailers, Whole


@dataclass
class Clock:
    """Seconds that go by only where somebody waits."""

    now: float = 5000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FakePort:
    """Implements ``brownout.edge.port.Port``. ``says`` is what the platform answers; an exception is raised."""

    clock: Clock
    body: bytes = b""
    says: list[Heard | ClientLeft | PlatformFailed] = field(default_factory=list)
    problem: str | None = None
    heads: list[ResponseHead] = field(default_factory=list)
    sent: list[bytes] = field(default_factory=list)
    waited: list[float] = field(default_factory=list)
    paused: list[float] = field(default_factory=list)
    asked: int = 0
    asked_again: int = 0
    rewritten: bytes | None = None
    ends: list[str] = field(default_factory=list)

    def rewrite(self, body: bytes) -> None:
        self.rewritten = body

    async def ask(self) -> str | None:
        self.asked += 1
        return self.problem

    async def ask_again(self) -> str | None:
        self.asked_again += 1
        return self.problem

    async def hear(self) -> Heard:
        said = self.says.pop(0)
        if isinstance(said, Exception):
            raise said
        return said

    async def keep(self, seconds: float) -> Sequence[Heard]:
        kept: list[Heard] = []
        while self.says:
            kept.append(await self.hear())
        return kept

    def decoded(self, head: ResponseHead, body: bytes) -> bytes:
        return body

    async def head(self, head: ResponseHead, *, as_is: bool) -> None:
        self.heads.append(head)

    async def data(self, data: bytes) -> None:
        self.sent.append(data)

    async def trailers(self, trailers: Trailers) -> None:
        raise AssertionError("no platform here has any")

    async def flush(self) -> bool:
        return True

    async def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.clock.now += seconds

    async def pause(self, seconds: float) -> None:
        self.paused.append(seconds)
        self.clock.now += seconds

    async def end(self) -> None:
        self.ends.append("end")

    async def fin(self) -> None:
        self.ends.append("fin")

    async def rst(self) -> bool:
        self.ends.append("rst")
        return True

    async def reset_stream(self, code: str) -> bool:
        self.ends.append(f"resetstream {code}")
        return True

    async def go_away(self, code: str) -> bool:
        self.ends.append(f"goaway {code}")
        return True

    async def forget(self) -> None:
        self.ends.append("forget")

    async def upgrade(self, head: ResponseHead) -> None:
        self.ends.append("upgrade")


def answer(
    content_type: bytes, chunks: Iterable[bytes], status: int = 200
) -> list[Heard | ClientLeft | PlatformFailed]:
    """A whole answer of the platform."""
    return [ResponseHead(status, ((b"content-type", content_type),)), *chunks, Whole()]


def drive(script: Coroutine[Any, Any, None]) -> None:
    """Run a performance to its end; nothing that it awaits may take its time."""
    try:
        script.send(None)
    except StopIteration:
        return
    script.close()
    raise AssertionError("it awaits something that is not its port")
