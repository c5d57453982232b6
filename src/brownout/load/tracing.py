"""What a request of a journey carries beside its words, so that calls made for it can be known: trace and baggage."""

from __future__ import annotations

from collections.abc import Mapping

from brownout.calls import trace
from brownout.load.scene import Scene
from brownout.profile import Step


def with_trace(scene: Scene, step: Step, turn: int, mark: str | None, headers: Mapping[str, str]) -> dict[str, str]:
    """The headers of a step's request, with a trace of its own and its question's canary; what a step says wins."""
    if not scene.part.trace:
        return dict(headers)
    own = {name.lower() for name in headers}
    more = {"traceparent": trace.traceparent(scene.part.seed, *scene.who.values(), step.name, turn)}
    if mark is not None:
        more["baggage"] = trace.baggage(mark)
    return {**headers, **{name: value for name, value in more.items() if name not in own}}


def trace_of(headers: Mapping[str, str]) -> str | None:
    """The trace id that a request is sent with, whoever said so."""
    return next((trace.trace_id(value) for name, value in headers.items() if name.lower() == "traceparent"), None)
