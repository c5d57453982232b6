"""Watching a user's own Locust file: every request it makes becomes a row, as if it were a journey's step."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self
from weakref import WeakKeyDictionary

import gevent
from locust import User, events

from brownout.calls import retry_after
from brownout.events import JourneyStep
from brownout.fingerprints import SHOWN, fingerprints, whole
from brownout.leaks import redact
from brownout.load.reading import Known, leaks_of
from brownout.load.shape import timeline_shape
from brownout.load.stage import Stage, give_up, read_orders
from brownout.terms import Outcome


def outcome_of(status: int | None, error: BaseException | None, wait: float | None) -> Outcome:
    """The outcome of a request, as far as status and exception tell."""
    if status in (429, 503) and wait is not None:
        return "refused"
    if error is None and (status is None or status < 400):
        return "ok"
    if status:
        return "error"
    words = f"{type(error).__name__} {error}".lower()
    if "timeout" in words or "timed out" in words:
        return "hung"
    if "refused" in words or "newconnectionerror" in words or "nameresolution" in words:
        return "unreachable"
    return "cut"


@dataclass(frozen=True)
class Observed:
    """What a request event tells of the answer. ``duration`` and ``wait`` in seconds."""

    status: int | None
    error: BaseException | None
    wait: float | None
    body: str
    size: int
    duration: float
    sent: tuple[str, ...] = ()

    @classmethod
    def of(cls, met: Mapping[str, Any]) -> Self:
        """Read the event's arguments; the body only if it was read before: reading it could take a stream away."""
        response = met.get("response")
        headers = {
            str(name).lower(): str(value) for name, value in dict(getattr(response, "headers", None) or {}).items()
        }
        bodies = (getattr(response, name, None) for name in ("_cached_content", "_content"))  # FastHttpUser, HttpUser
        body = next((body for body in bodies if isinstance(body, bytes)), b"")
        return cls(
            status=int(getattr(response, "status_code", 0) or 0) or None,
            error=met.get("exception"),
            wait=retry_after.seconds(headers, time.time()),
            body=body.decode("utf-8", "replace"),
            size=int(met.get("response_length") or 0),
            duration=float(met.get("response_time") or 0.0) / 1000,
            sent=_sent(getattr(response, "request", None)),
        )

    @property
    def words(self) -> str:
        """What went wrong, in the application's words or Locust's."""
        return f"HTTP {self.status}: {self.body}" if self.status and self.body.strip() else str(self.error or "")


def _sent(request: Any) -> tuple[str, ...]:
    """What a request said; nothing where this client does not tell."""
    body = getattr(request, "body", None)
    text = body.decode("utf-8", "replace") if isinstance(body, bytes) else str(body or "")
    return (str(getattr(request, "url", "")), *map(str, (getattr(request, "headers", None) or {}).values()), text)


class Observer:
    """Turns Locust's request events into rows."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._numbers: WeakKeyDictionary[User, int] = WeakKeyDictionary()
        self._known: Counter[str] = Counter()
        self._requests: Counter[tuple[str, int]] = Counter()

    def on_request(self, request_type: str, name: str, context: Mapping[str, Any] | None = None, **met: Any) -> None:
        """One request is over. https://docs.locust.io/en/stable/api.html#locust.event.Events.request

        ``context`` may say ``canary`` (of the user's text), ``asks`` (False where no answer of the model is wanted)
        and ``step``.
        """
        told = context or {}
        journey, user = self._who(name)
        turn = self._requests[journey, user]
        self._requests[journey, user] += 1
        seen = Observed.of(met)
        own, keys = (self._stage.orders.app_url,), self._stage.keys
        known = None if keys is None else Known(keys, lambda: seen.sent)
        canary = str(told["canary"]) if told.get("canary") else None
        outcome = outcome_of(seen.status, seen.error, seen.wait)
        self._stage.write(
            JourneyStep(
                t=time.monotonic() - seen.duration,
                journey=journey,
                user=user,
                iteration=0,
                turn=turn,
                step=str(told.get("step") or f"{request_type} {name}"),
                canary=canary,
                asks=bool(told.get("asks", True)),
                outcome=outcome,
                status=seen.status,
                first_token=None,
                duration=seen.duration,
                streamed=False,
                bytes=seen.size,
                digest=None,
                leaks=leaks_of(seen.body, own, known),
                prints=[*whole(seen.body), *fingerprints(seen.body, SHOWN)] if outcome != "ok" else [],
                acknowledged=canary is not None and seen.status is not None and 200 <= seen.status < 300,
                retry_after=seen.wait,
                detail="" if outcome == "ok" else redact(seen.words, hide=own, known=keys),
            )
        )

    def _who(self, name: str) -> tuple[str, int]:
        """Journey and number. Locust gives each user a greenlet, whose first argument it is; others are nobody's."""
        user = next(iter(getattr(gevent.getcurrent(), "args", ())), None)
        if not isinstance(user, User):
            return name, 0
        journey = type(user).__name__
        if user not in self._numbers:
            self._numbers[user] = self._known[journey]
            self._known[journey] += 1
        return journey, self._numbers[user]


def locust_classes() -> dict[str, type]:
    """The shape, and rows for every request. Ends the process where the orders are no good."""
    orders = read_orders()
    if not orders.phases:
        give_up("phases: the timeline is empty")
    stage = Stage(orders)
    stage.attach()
    events.request.add_listener(Observer(stage).on_request)
    return {"TimelineShape": timeline_shape(stage, follow=True)}
