"""What a profile must have so that an expectation can be judged at all. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

from brownout.expect import AnyExpect, FirstToken, Latency, Need, NoHang
from brownout.profile import Journey, Profile, Step

_PIECES: Final = ("sse", "ndjson", "message", "text")
"""Keys of ``reply`` of which each reads an answer as it arrives."""


class _Had(NamedTuple):
    """Whether a journey has it, and what it is, in words."""

    by: Callable[[Journey], bool]
    what: str


def _streams(step: Step) -> bool:
    return step.reply is not None and any(getattr(step.reply, key) for key in _PIECES)


def _questions(journey: Journey) -> int:
    return sum(step.repeat for step in journey.steps if step.asks)


def _speaks_on(journey: Journey) -> bool:
    return _questions(journey) > (0 if journey.conversation == "user" else 1)


_HAD: Final[Mapping[Need, _Had]] = {
    "chat": _Had(lambda journey: journey.chats, "a step with whatsapp"),
    "effects": _Had(lambda journey: journey.effects is not None, "effects: what was done for the user"),
    "export": _Had(lambda journey: journey.export is not None, "export: how to take the conversation away"),
    "history": _Had(lambda journey: journey.history is not None, "history: how to read the conversation again"),
    "notice": _Had(
        lambda journey: journey.chats and journey.notice is not None,
        "a step with whatsapp, and notice: the words that tell of the end",
    ),
    "other channel": _Had(
        lambda journey: any(step.instead_of for step in journey.steps), "a step with instead_of: the other channel"
    ),
    "question": _Had(lambda journey: _questions(journey) > 0, "a step with reply: a question to the model"),
    "questions": _Had(_speaks_on, "more than one question to a conversation (repeat, or conversation: user)"),
    "stream": _Had(
        lambda journey: any(map(_streams, journey.steps)), "a step whose reply is a stream (reply: {sse: …})"
    ),
}


def journeys(profile: Profile, expectation: AnyExpect) -> dict[str, Journey]:
    """The journeys that an expectation is about, by name."""
    return {name: journey for name, journey in profile.journeys.items() if expectation.journey in (None, name)}


def lack(profile: Profile, expectation: AnyExpect) -> str | None:
    """What an expectation needs and the profile does not have, in words; None where it can be judged."""
    had = _HAD.get(expectation.needs)
    if had is None:
        return None
    if profile.locustfile is not None:
        if expectation.needs == "question":
            return None  # so much is known of a Locust file's own requests, too
        return f"{expectation.check} needs {had.what}, which a locustfile cannot say; use journeys, or drop it"
    if any(map(had.by, journeys(profile, expectation).values())):
        return None
    where = f"journey {expectation.journey} has none" if expectation.journey else "no journey has it"
    return f"{expectation.check} needs {had.what}; {where}, so it would stay UNKNOWN"


def limits(expectation: AnyExpect) -> dict[str, float]:
    """The waits, in seconds by key, that users must be ready to sit out for the expectation to break."""
    if isinstance(expectation, NoHang):
        return {"within": expectation.within}
    if isinstance(expectation, Latency | FirstToken):
        return expectation.limits
    return {}
