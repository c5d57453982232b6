"""Who comes by: what a client is going to do, chosen by a hash of its number. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from fidelity.calls import SAID, SERVICES, Service
from fidelity.clients import Ask

from brownout.chance import uniform

Carrier = Literal["http", "tls", "h2"]
Kind = Literal["once", "reuse", "many", "leave", "slow", "idle", "half", "large", "socket"]
_SEED: Final = 24
# Of a hundred. once: one call and gone; reuse: several on one connection, with pauses; many: several at once over
# HTTP/2; leave: gone in the middle; slow: reads by the spoonful; idle: a connection without a call; half: gone before
# the request is whole; large: a long prompt; socket: a WebSocket.
_WEIGHTS: Final[dict[Kind, int]] = {
    "once": 46, "reuse": 11, "many": 6, "leave": 17, "slow": 3, "idle": 3, "half": 4, "large": 1, "socket": 9,
}  # fmt: skip
_CARRIERS: Final[tuple[Carrier, ...]] = ("http", "tls", "h2", "http")
IN_TURN = 4
"""Calls of a client that makes several."""
_LARGE = 200_000
_CHAT, _OPENAI = SERVICES["openai.chat"], SERVICES["openai.responses"]
_EXTRA: Final[dict[str, Service]] = {
    "openai.embeddings": Service(
        _OPENAI.host, "/v1/embeddings", {"model": "text-embedding-3-small", "input": SAID}, switch=""
    ),
    "openai.background": replace(_OPENAI, body={**_OPENAI.body, "background": True}, switch=""),
    "openai.prefilled": replace(
        _CHAT, body={**_CHAT.body, "messages": [*_CHAT.body["messages"], {"role": "assistant", "content": "So"}]}
    ),
    "openai.remembered": replace(_OPENAI, body={**_OPENAI.body, "previous_response_id": "resp_0123456789abcdef"}),
    "openai.vector_stores": Service(_OPENAI.host, "/v1/vector_stores", {"name": SAID}, switch=""),
}
"""Calls for the faults that are about these only."""
_SERVICES: Final = {**SERVICES, **_EXTRA}


@dataclass(frozen=True)
class Visit:
    """What client ``number`` does. ``draw`` is a number in [0, 1) for whatever else is to differ."""

    number: int
    kind: Kind
    service: str
    carrier: Carrier
    stream: bool
    draw: float

    @property
    def requests(self) -> int:
        """How many calls it makes."""
        return IN_TURN if self.kind in ("reuse", "many") else 1

    @property
    def host(self) -> str:
        """The platform it wants."""
        return _SERVICES[self.service].host

    def ask(self, prefix: str, here: str, turn: int = 0) -> Ask:
        """Its request: no two say the same. ``here``: the proxy's own address, for a client that comes by base URL."""
        base_url = self.carrier == "http"
        ask = _SERVICES[self.service].ask("soak", self.stream, prefix if base_url else "", here if base_url else "")
        said = f"{SAID}, {self.number} {turn}" + (" and so on" * (_LARGE // 10) if self.kind == "large" else "")
        return replace(ask, body=ask.body.replace(SAID.encode(), said.encode()))


def visit(number: int) -> Visit:
    """The client of that number."""

    def draw(name: str) -> float:
        return uniform(_SEED, str(number), name)

    kinds = [kind for kind, weight in _WEIGHTS.items() for _ in range(weight)]
    kind = kinds[int(draw("kind") * len(kinds))]
    names = sorted(_SERVICES if draw("extra") < 0.7 else _EXTRA)
    service = names[int(draw("service") * len(names))]
    carrier = _CARRIERS[int(draw("carrier") * len(_CARRIERS))]
    if carrier == "h2" and kind in ("reuse", "half", "slow", "large"):  # their bytes are written by hand
        carrier = "tls"
    return Visit(number, kind, service, carrier, service not in _EXTRA and draw("stream") < 0.6, draw("rest"))
