"""Whether a load at a speed can settle what a profile expects of shares: an estimate, before anything runs. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from brownout.checkers.case import percent
from brownout.checkers.sampling import Cluster, Sampling, sampling_for
from brownout.expect import AnyExpect, FirstToken, Latency, Success
from brownout.library import filling, needs
from brownout.library.lint import Finding
from brownout.profile import MOST_USERS, Profile
from brownout.scenario import OUTAGES, Scenario
from brownout.verdict import Status


@dataclass(frozen=True)
class Unsettled:
    """An expectation that stays UNKNOWN in a scenario even if every question goes well.

    About so many questions are ``asked``, and ``low`` is the least true share that fits such a result. ``users`` would
    be enough, None where no number of them is.
    """

    scenario: str
    asked: int
    low: float
    users: int | None


def findings(scenarios: Iterable[Scenario], profile: Profile) -> Iterator[Finding]:
    """A warning for each expectation that the profile's users cannot settle in some scenario, at its speed.

    Of several scenarios, the one that needs most users is told. Nothing is known of the users of a Locust file.
    """
    played = list(scenarios)
    for number, expectation in enumerate(profile.expected):
        if not isinstance(expectation, Success | Latency | FirstToken):
            continue  # of others it is not known beforehand how many questions they are about
        told = [each for scenario in played if (each := unsettled(scenario, profile, expectation)) is not None]
        if told:
            worst = max(told, key=lambda each: (each.users or math.inf, -each.asked))
            yield Finding("warning", _words(profile, expectation, worst, len(told) - 1), ("expect", number))


def unsettled(scenario: Scenario, profile: Profile, expectation: Success | Latency | FirstToken) -> Unsettled | None:
    """What keeps a scenario from settling an expectation; None where it can, or is never put to the test."""
    now = _crowd(scenario, profile, expectation, profile.load.users)
    if not now:
        return None
    sampling, share = sampling_for(expectation), objective(expectation)
    if _holds(sampling, share, now, expectation.min_samples):
        return None
    asked = sum(size for size, _ in now)
    low = sampling.rule(share, now).interval.low
    return Unsettled(scenario.name, asked, low, _enough(scenario, profile, expectation))


def objective(expectation: Success | Latency | FirstToken) -> float:
    """The share of questions that have to go well."""
    if isinstance(expectation, Success):
        return expectation.at_least
    return int(next(iter(expectation.limits))[1:]) / 100


def _holds(sampling: Sampling, share: float, crowd: list[Cluster], fewest: int) -> bool:
    return sum(size for size, _ in crowd) >= fewest and sampling.rule(share, crowd).status is Status.HELD


def _enough(scenario: Scenario, profile: Profile, expectation: Success | Latency | FirstToken) -> int | None:
    """The least number of users whose answers, all of them good, would settle it."""
    sampling, share = sampling_for(expectation), objective(expectation)

    def settled(users: int) -> bool:
        crowd = _crowd(scenario, profile, expectation, users)
        return bool(crowd) and _holds(sampling, share, crowd, expectation.min_samples)

    few, many = profile.load.users, MOST_USERS
    if not settled(many):
        return None
    while many - few > 1:
        middle = (few + many) // 2
        few, many = (few, middle) if settled(middle) else (middle, many)
    return many


def _crowd(scenario: Scenario, profile: Profile, expectation: AnyExpect, users: int) -> list[Cluster]:
    """Each user's questions in the phases that are meant, all of them good."""
    weights = sum(journey.weight for journey in profile.journeys.values())
    crowd: list[Cluster] = []
    for journey in needs.journeys(profile, expectation).values():
        of_it, total = users * journey.weight / weights, 0.0
        there = of_it
        for phase in scenario.phases:
            if not expectation.covers(phase.phase, phase.impact):
                continue
            present = of_it * (profile.load.surge if phase.impact in OUTAGES else 1.0)
            pace = filling.pace(journey, profile.load.pause, filling.held_share(phase))
            total += present * phase.lasts / scenario.speed * pace
            there = max(there, present)
        crowd += _shared_out(round(total), round(there))
    return crowd


def _shared_out(questions: int, users: int) -> list[Cluster]:
    """So many questions among so many users, as evenly as can be; who asks nothing is not there."""
    each, more = divmod(questions, max(1, users))
    sizes = [each + 1] * more + [each] * (max(1, users) - more)
    return [(size, size) for size in sizes if size]


def _words(profile: Profile, expectation: Success | Latency | FirstToken, worst: Unsettled, others: int) -> str:
    share, margin = percent(objective(expectation)), percent(sampling_for(expectation).margin)
    more = f" (and in {others} more)" if others else ""
    asked = f"about {worst.asked} questions that users ask in {worst.scenario}{more}"
    users = f"raise load.users from {profile.load.users} to about {worst.users}, " if worst.users is not None else ""
    longer = f"{users}let the drill last longer (a lower --speed)"
    if worst.asked < expectation.min_samples:
        return (
            f"{expectation.id}: the {asked} are fewer than its min_samples ({expectation.min_samples}), so it stays "
            f"UNKNOWN; {longer}, or lower min_samples"
        )
    return (
        f"{expectation.id}: {share} cannot be told from {percent(worst.low)} by the {asked}, so it stays UNKNOWN even "
        f"if all of them go well; {longer}, or allow a wider margin than {margin}"
    )
