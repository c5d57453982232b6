"""Whether a load at a speed fills the phases of a scenario: an estimate, before anything runs. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from brownout.config import units
from brownout.library.lint import Finding
from brownout.profile import Journey, Profile
from brownout.scenario import OUTAGES, Phase, Scenario

ENOUGH: Final = 18.0
"""Questions in a phase below which its shares are luck, and hardly any expectation can be judged."""
_ANSWER: Final = 0.5
"""Seconds of an answer of the stand-in."""
_HOLDING: Final = frozenset(("half_open", "hang"))
"""Faults that hold users until their patience ends, unless the application is quicker: they ask nothing meanwhile."""
_ASKED: Final = frozenset(("chat", "converse", "generate", "invoke", "messages", "responses"))
"""The parts of platforms that questions go to."""
_REQUEST: Final = 0.01
"""Seconds of a step that asks nothing of the platform."""


def findings(
    scenario: Scenario, profile: Profile, speed: float | None = None, users: int | None = None
) -> Iterator[Finding]:
    """A warning for each phase with rules that so many users cannot fill; ``speed`` and ``users`` replace the files'.

    Nothing is known of the users of a Locust file.
    """
    chosen = speed or scenario.speed
    for number, phase in enumerate(scenario.phases):
        asked = questions(profile, phase, chosen, users or profile.load.users)
        if phase.rules and asked is not None and asked < ENOUGH:
            lasts = units.in_words(phase.lasts / chosen)
            text = (
                f"phase {phase.phase!r} lasts {lasts} of the drill at speed {chosen:g}, in which users ask about "
                f"{asked:.0f} questions; with fewer than {ENOUGH:g} its shares are luck: raise load.users, or "
                "lower the speed"
            )
            yield Finding("warning", text, ("timeline", number, "lasts"))


def questions(profile: Profile, phase: Phase, speed: float, users: int) -> float | None:
    """About how many questions users can ask in a phase; None where the profile does not say what they do."""
    if not profile.journeys:
        return None
    there = users * (profile.load.surge if phase.impact in OUTAGES else 1.0)
    return there * phase.lasts / speed * _rate(profile.journeys, profile.load.pause, held_share(phase))


def held_share(phase: Phase) -> float:
    """The share of questions that are held in a phase, where most are."""
    spared: dict[str, float] = {}
    for rule in phase.rules:
        if rule.fault in _HOLDING and rule.bucket is None and rule.takes_any:
            for service in rule.covers:
                spared[service] = spared.get(service, 1.0) * (1.0 - rule.share.mean)
    return 1.0 - min((share for name, share in spared.items() if name.partition(".")[2] in _ASKED), default=1.0)


def _rate(journeys: Mapping[str, Journey], pause: float, held: float) -> float:
    """Questions a second of a user, over all journeys by their weight."""
    weights = sum(journey.weight for journey in journeys.values())
    return sum(journey.weight / weights * pace(journey, pause, held) for journey in journeys.values())


def pace(journey: Journey, pause: float, held: float) -> float:
    """Questions a second of one user of a journey, where this share of questions is held."""
    asked, takes = 0, pause
    for step in journey.steps:
        if step.instead_of is None:
            asked += step.repeat * step.asks
            answer = _ANSWER + held * journey.longest_wait if step.asks else _REQUEST
            takes += step.repeat * (step.think + answer)
    return asked / max(takes, _REQUEST)
