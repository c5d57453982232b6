"""Does the application let go, after an outage, of what it took meanwhile: memory, threads, files, sockets, CPU?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.bystanders import bystanders
from brownout.checkers.case import Case, count, percent
from brownout.checkers.footprints import Look, Looks, first_fault, looks_of
from brownout.checkers.growth import AFTER, BEFORE, DURING, Growth, growth
from brownout.checkers.healing import Healing, healing
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Resources
from brownout.verdict import Evidence, Status, Verdict

MB = 1_000_000
FLOOR = 20 * MB
"""So much more memory is no leak in a small process, whatever part of it that is."""
FORGIVEN = 0.05
"""The faults have ended where they strike no more than this share of calls."""
REST = 1.0
"""Seconds after the last user's last step from which on the application is at rest."""
_BY_ITSELF = (
    "the application was not started by the drill (url), so its processes are not known; say in the app profile how to "
    "start it (start: {command: …})"
)
_ADVICE = {
    "memory": "Look for what each failed question leaves behind: a task that is never awaited or cancelled, a list of "
    "retries or errors without a bound, a cache by request.",
    "threads": "Give each call a timeout, and bound the pool of threads: a call that hangs keeps its thread for ever.",
    "files": "Close what a question opens also where its call fails: with, async with, finally.",
    "sockets": "Close answers that were not read to their end (async with client.stream(…), response.close()), and "
    "make one client for all questions.",
    "cpu": "Look for a retry without a pause or without an end, and for a loop that waits by asking.",
    "bystander": "Never call the platform synchronously in an event loop: use the asynchronous client, or a thread.",
}


@dataclass(frozen=True)
class _Part:
    """What was found of one thing: ``measured`` and ``finding`` in words."""

    what: str
    status: Status
    measured: str
    finding: str


class ResourcesChecker:
    """What the application holds after the faults, against before; and the waits of those who ask nothing."""

    name = "resources"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by what grew while the faults lasted and stayed; UNKNOWN where looks are too few to tell."""
        assert isinstance(expectation, Resources)
        case = Case(record, expectation, _objective(expectation), edges=False)
        if not record.value("SELECT count(*) FROM process WHERE name = 'application' AND event = 'started'"):
            return case.not_exercised(_BY_ITSELF)
        healed, struck = healing(record, FORGIVEN), first_fault(record)
        if isinstance(healed, str):
            return case.not_exercised(healed)
        if struck is None:
            return case.not_exercised("no fault struck what the application calls")
        looks = looks_of(record, struck, healed.at, healed.at + expectation.within)
        if looks is None:
            return case.unknown("no look at the application", "The journal does not say what the application held.")
        parts = [*_held(looks, expectation), *_at_rest(record, expectation)]
        parts += _aside(record, struck, healed, expectation)
        return _verdict(case, expectation.within, healed, looks, parts)


def _objective(expectation: Resources) -> str:
    rest = f", CPU at rest {percent(expectation.cpu_at_rest)}" if expectation.cpu_at_rest is not None else ""
    return (
        f"{in_words(expectation.within)} after the faults at most so much more than before: memory "
        f"{percent(expectation.memory)} and {FLOOR // MB} MB, threads {expectation.threads}, files "
        f"{expectation.files}, sockets {expectation.sockets}, a bystander's wait {in_words(expectation.stall)}{rest}"
    )


def _held(looks: Looks, expectation: Resources) -> Iterator[_Part]:
    """What became of memory, threads, files and sockets."""
    things: tuple[tuple[str, str, Callable[[Look], float], float, float], ...] = (
        ("memory", "MB of memory", lambda look: look["memory"] / MB, expectation.memory, FLOOR / MB),
        ("threads", "threads", lambda look: look["threads"], 0.0, expectation.threads),
        ("files", "open files", lambda look: look["files"], 0.0, expectation.files),
        ("sockets", "sockets", _sockets, 0.0, expectation.sockets),
        (
            "sockets",
            "sockets in CLOSE_WAIT",
            lambda look: look["sockets"].get("CLOSE_WAIT", 0),
            0.0,
            expectation.sockets,
        ),
    )
    for what, unit, value, share, floor in things:
        before, during, after = (looks.points(those, value) for those in (looks.before, looks.during, looks.after))
        grown = growth(before, during, after, share, floor)
        if grown is not None:
            told = _told(grown, unit, looks, value)
            yield _Part(what, grown.status, f"{grown.after:,.0f} {unit} after {grown.before:,.0f}", told)


def _sockets(look: Look) -> float:
    return float(sum(number for state, number in look["sockets"].items() if state != "LISTEN"))


def _told(grown: Growth, unit: str, looks: Looks, value: Callable[[Look], float]) -> str:
    """What became of one thing, in a sentence; empty where there is nothing to say."""
    what = f"{grown.after:,.0f} {unit} where it had been {grown.before:,.0f}"
    if grown.status is Status.BROKEN:
        return f"{what}, and it grew for as long as the faults lasted, most of it in {_steepest(looks, value)}."
    if grown.status is Status.UNKNOWN:
        return f"{what}, but it cannot be told whether that would go on or had come to its plateau."
    return f"{what}, but it had stopped growing: a plateau, and no leak." if grown.settled else ""


def _steepest(looks: Looks, value: Callable[[Look], float]) -> str:
    """The phase in which the most was added, of those in which faults struck."""
    rises: dict[str, float] = {}
    for last, look in zip((*looks.before[-1:], *looks.during), looks.during, strict=False):
        rises[look["phase_name"]] = rises.get(look["phase_name"], 0.0) + value(look) - value(last)
    return max(rises, key=lambda phase: rises[phase])


def _at_rest(record: Record, expectation: Resources) -> Iterator[_Part]:
    """How much CPU it took when the last user had left, where that is asked for."""
    limit = expectation.cpu_at_rest
    if limit is None:
        return
    last = record.value("SELECT max(t + duration) FROM journey")
    shares = record.rows(
        "SELECT cpu / span AS share FROM vitals WHERE span > 0 AND t - span >= ?", [(last or 0) + REST]
    )
    if not shares:
        yield _Part(
            "cpu", Status.UNKNOWN, "no look at rest", "Nobody looked at it at rest: raise settle in the profile."
        )
        return
    least = min(row["share"] for row in shares)
    status = Status.BROKEN if least > limit else Status.HELD
    words = f"{least:.0%} of a processor at rest"
    yield _Part("cpu", status, words, f"It took {words}, when its last user had left." if least > limit else "")


def _aside(record: Record, struck: float, healed: Healing, expectation: Resources) -> Iterator[_Part]:
    """How long those waited who ask nothing, where there are any."""
    met = bystanders(record, struck, healed.at, expectation.stall)
    if met is None:
        return
    if not met.limit:
        words = f"{count(met.steps, 'step')} of bystanders"
        yield _Part("bystander", Status.UNKNOWN, words, f"{words} while the faults lasted: too few steps to compare.")
        return
    words = f"bystanders waited {in_words(met.during)} after {in_words(met.before)}"
    finding = (
        f"Users who ask nothing waited {in_words(met.during)} (95% of {count(met.steps, 'step')}; at most "
        f"{in_words(met.worst)}) while the faults lasted, and {in_words(met.before)} before"
    )
    blocked = f"{finding}: something blocks the application for everybody."
    yield _Part("bystander", met.status, words, blocked if met.status is Status.BROKEN else f"{finding}.")


def _verdict(case: Case, within: float, healed: Healing, looks: Looks, parts: list[_Part]) -> Verdict:
    """The worst of all, with what it is about."""
    status = max((part.status for part in parts), key=lambda each: each.rank, default=Status.UNKNOWN)
    telling = [part for part in parts if part.status is status] if status.amiss else parts
    measured = "; ".join(part.measured for part in telling) or count(len(looks.all), "look")
    words = [part.finding for part in telling if part.finding]
    if looks.restarted:
        words.append("It was started again meanwhile, and is compared with itself from then on.")
    if status is not Status.BROKEN and (few := _too_few(case, within, looks)) is not None:
        return few
    when, more = f"{in_words(within)} after {healed.words}", {"samples": len(looks.all)}
    if status is Status.BROKEN:
        advice = " ".join(_ADVICE[what] for what in dict.fromkeys(part.what for part in telling))
        finding = f"{when}: {' '.join(words)}"
        return case.broken(measured, finding, evidence=_proof(case.record, looks), next_step=advice, **more)
    if status is Status.UNKNOWN:
        step = f"Let the faults last longer (a lower --speed): {DURING} looks or more, one a second, tell a leak."
        return case.unknown(measured, f"{when}: {' '.join(words)}", next_step=step, longer=2.0, **more)
    return case.held(measured, f"{when} it had let go of what it took. {' '.join(words)}".strip(), **more)


def _too_few(case: Case, within: float, looks: Looks) -> Verdict | None:
    """Why what is held cannot be compared: no look before the faults, or none after them. None where it can."""
    if len(looks.before) < BEFORE:
        why = f"Only {count(len(looks.before), 'look')} at the application came before the first fault it met."
        step = f"Begin with a healthy phase of {BEFORE + 2} seconds or more (a lower --speed)."
    elif len(looks.after) >= AFTER:
        return None
    elif looks.crowded:
        why = "There were more users after the faults than before them, so what is held cannot be compared."
        step = "Let the healthy phase at the beginning last until all users have arrived, or raise load.arrive."
    else:
        why = f"The drill was over before {in_words(within)} had passed since the faults."
        step = "Let the last phase last longer (a lower --speed), or lower within."
    return case.unknown(count(len(looks.all), "look"), why, samples=len(looks.all), next_step=step, longer=2.0)


def _proof(record: Record, looks: Looks) -> tuple[Evidence, ...]:
    """The last look before the faults, the last while they lasted, and the last of all."""
    rows = [those[-1] for those in (looks.before, looks.during, looks.after) if those]
    zero = record.drill["zero"]
    return tuple(evidence.shown("vitals", _plain(row), _in_words(row, zero)) for row in rows)


def _plain(row: Look) -> Look:
    return {name: value for name, value in row.items() if name not in ("asked", "users")}


def _in_words(row: Look, zero: float) -> str:
    states = ", ".join(f"{number} {state}" for state, number in sorted(row["sockets"].items())) or "none"
    return (
        f"{row['t'] - zero:.1f}s into the drill: {row['memory'] / MB:,.0f} MB, {count(row['threads'], 'thread')}, "
        f"{count(row['files'], 'open file')}, sockets: {states}"
    )
