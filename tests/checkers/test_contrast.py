"""What a BROKEN verdict measured contradicts what it asked for, and a reader sees it: for every checker."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import ZERO, Handwritten, rule

from brownout.checkers import CHECKERS
from brownout.checkers.case import percent
from brownout.checkers.contrast import figure_asked, larger, longer, share_asked, shorter, wait_asked
from brownout.config.units import fraction, seconds
from brownout.events import Process
from brownout.verdict import Status

NEVER_BROKEN = {"injection_proof", "profile_fits"}
OF_CROWDS = {"breaker", "bulkhead", "cost", "resources", "storm"}
"""It takes dozens of users or looks to break these; their own tests hold measured and objective against each other."""
WAIT = r"(?:\d+(?:\.\d+)?(?:h|ms|m|s))+"

Contradicts = Callable[[str, str], bool]


def _some(*words: str) -> Contradicts:
    """Nothing of the kind was asked for, and there is one or more: a count stands before one of these words."""
    pattern = re.compile(rf"(\d[\d,]*) (?:of \d[\d,]* )?[\w ]*?(?:{'|'.join(words)})")
    return lambda objective, measured: any(int(number.replace(",", "")) for number in pattern.findall(measured))


def _less(objective: str, measured: str) -> bool:
    """A share below the one that was asked for; everybody is all of them."""
    asked = re.search(r"at least ([\d.]+%)", objective)
    got = re.match(r"([\d.]+%)", measured)
    assert got, measured
    return fraction(got[1]) < (fraction(asked[1]) if asked else 1.0)


def _later(objective: str, measured: str) -> bool:
    """A wait beyond the one that was asked for, or no end within it."""
    asked = re.search(rf"(?:within|longer than) ({WAIT})", objective)
    got = re.search(rf"(no end within|not recovered|just over)? ?({WAIT})", measured)
    assert asked, objective
    assert got, measured
    if got[1]:
        return seconds(got[2]) >= seconds(asked[1])
    return seconds(got[2]) > seconds(asked[1])


def _more(objective: str, measured: str) -> bool:
    """More calls than were asked for."""
    asked, got = re.search(r"at most ([\d.]+)", objective), re.match(r"mean ([\d.]+)", measured)
    assert asked, objective
    assert got, measured
    return float(got[1]) > float(asked[1])


@dataclass(frozen=True)
class Breaks:
    """A journal that only just breaks a check, and how its measured value says so."""

    check: str
    write: Callable[[Handwritten], object]
    contradicts: Contradicts
    settings: dict[str, Any]


def _breaks(check: str, write: Callable[[Handwritten], object], contradicts: Contradicts, **settings: Any) -> Any:
    id = " ".join([check, *(f"{name} {value}" for name, value in settings.items())])
    return pytest.param(Breaks(check, write, contradicts, settings), id=id)


def _rows(*rows: Callable[[Handwritten], object]) -> Callable[[Handwritten], object]:
    return lambda drill: [row(drill) for row in rows]


def _recovers(outcomes: list[str], every: float) -> Callable[[Handwritten], object]:
    def write(drill: Handwritten) -> None:
        drill.drill["rules"] = [rule(curve=0.5)]
        drill.exchange(11, "bo-hit", "server_error", phase="outage")
        drill.asks(20, outcomes, every)

    return write


def _failing(good: int, of: int, **more: Any) -> Callable[[Handwritten], object]:
    return lambda drill: drill.asks(11, ["ok"] * good + ["error"] * (of - good), 0.001, **more)


def _amplified(calls: int) -> Callable[[Handwritten], object]:
    def write(drill: Handwritten) -> None:
        drill.ask(1, canary="bo-calm")
        drill.exchange(1, "bo-calm")
        for user in range(12):
            drill.ask(11, canary=f"bo-{user}", user=user)
            for number in range(calls):
                drill.exchange(11 + number / 100, f"bo-{user}", None if number else "server_error")

    return write


def _tells_nobody(drill: Handwritten) -> None:
    drill.channel()
    for user in range(6):
        drill.says(12, f"bo-{user}", user=user)


REFUSED: dict[str, Any] = {"status": 401, "account": "a", "request": "r", "key": "k", "duration": 0.1}
TABLE = [
    _breaks(
        "answered_once",
        _rows(
            lambda drill: drill.says(11, "bo-a"),
            lambda drill: drill.webhook(11, "bo-a"),
            lambda drill: drill.chat(13, ["bo-a"], repeated=["bo-a"]),
        ),
        _some("answered more than once", "never"),
    ),
    _breaks(
        "application_alive",
        lambda drill: drill.add(Process("application", "exited", 3, "exited with code 3", ZERO + 12)),
        lambda _, measured: measured.startswith("died"),
    ),
    _breaks(
        "blame",
        _rows(
            lambda drill: drill.exchange(11, "bo-a", "overloaded", status=503, duration=0.1),
            lambda drill: drill.ask(11, "error", "bo-a", status=400, streamed=False),
        ),
        _some("HTTP 400 for"),
    ),
    _breaks(
        "context_kept", lambda drill: drill.ask(12, earlier=1, forgotten=["bo-a"]), _some("forgot", "named a stranger")
    ),
    _breaks(
        "context_kept", lambda drill: drill.ask(12, foreign=["bo-b"]), _some("forgot", "named a stranger"), turns=2
    ),
    _breaks("export_complete", lambda drill: drill.export(12, missing=["bo-a"]), _some("damaged", "without any")),
    _breaks(
        "export_complete",
        _rows(
            lambda drill: drill.channel(),
            lambda drill: drill.export(12, user=2),
            lambda drill: drill.ask(11, canary="bo-a", acknowledged=True, iteration=0),
            lambda drill: drill.export(35, iteration=1),
        ),
        _some("damaged", "without any"),
        journey="chat",
    ),
    _breaks("failover", _failing(8, 20, step="web", instead_of="ask"), _less, at_least="99.95%"),
    _breaks("first_token", _failing(20, 20, first_token=2.0004), _later, p95="2s"),
    _breaks("history_kept", lambda drill: drill.history(12, duplicated=["bo-a"]), _some("looks? found damage")),
    _breaks(
        "history_kept",
        _rows(
            lambda drill: drill.ask(11, "refused", "bo-a", status=503),
            lambda drill: drill.history(12, acknowledged=0, unkept=["bo-a"]),
        ),
        _some("looks? found damage"),
        keeps="said",
    ),
    _breaks(
        "honest_errors",
        _rows(
            lambda drill: drill.exchange(11, "bo-a", "overloaded", status=503, duration=0.1, how="written"),
            lambda drill: drill.ask(11, "error", "bo-a", status=200, streamed=False, first_token=None, told="shown"),
        ),
        _some("with an error in a success"),
    ),
    _breaks("latency", _failing(20, 20, duration=2.5604), _later, p95="2560ms"),
    _breaks("latency", _failing(20, 20, duration=90.3), _later, p50="90s"),
    _breaks("no_duplicate_effects", lambda drill: drill.effects(12, made=2, duplicated=["bo-a"]), _some("with more")),
    _breaks(
        "no_futile_retries",
        _rows(*(lambda drill, t=t: drill.exchange(t, "bo-a", "auth_error", **REFUSED) for t in (11, 12))),
        _some("refused calls? sent again"),
    ),
    _breaks("no_hang", lambda drill: drill.ask(11, duration=10.004), _later, within="10s"),
    _breaks("no_hang", lambda drill: drill.ask(11, "hung", duration=10.0), _later, within="10s"),
    _breaks("no_hang", lambda drill: drill.ask(11, "hung", duration=6.0), _later, within="5999ms"),
    _breaks("no_leaks", lambda drill: drill.ask(12, "error", leaks=["key"]), _some("leaks?")),
    _breaks("recovery", _recovers(["error"] * 3 + ["ok"] * 60, 2.0004), _later, within="4s", at_least="100%"),
    _breaks("recovery", _recovers(["error"] * 60, 0.1), _later, within="2.97s"),
    _breaks(
        "retry_after_honoured",
        _rows(
            lambda drill: drill.exchange(11, "bo-a", "rate_limit", status=429, retry_after=2.0),
            lambda drill: drill.exchange(13.14, "bo-a"),
        ),
        _some("waits? cut short"),
    ),
    _breaks("retry_amplification", _amplified(5), _more, at_most=2),
    _breaks("success", _failing(19990, 20000), _less, at_least="99.99%"),
    _breaks("success", _failing(19, 20), _less, at_least="100%"),
    _breaks("told_in_time", _tells_nobody, _less),
    _breaks("told_in_time", _tells_nobody, _less, at_least="99.99%"),
    _breaks("whole_answers", lambda drill: drill.ask(12, "half"), _some("shown", "stored", "actions? from half")),
]


@pytest.mark.parametrize("breaks", TABLE)
def test_what_is_broken_visibly_contradicts_what_was_asked_for(drill: Handwritten, breaks: Breaks) -> None:
    breaks.write(drill)

    verdict = drill.check(breaks.check, **breaks.settings)

    assert verdict.status is Status.BROKEN, verdict
    assert breaks.contradicts(verdict.objective, verdict.measured), (verdict.objective, verdict.measured)


def test_every_checker_that_can_break_is_in_the_table() -> None:
    assert {param.values[0].check for param in TABLE} == set(CHECKERS) - NEVER_BROKEN - OF_CROWDS


waits = st.floats(0.001, 9000)


@given(waits, waits)
def test_a_wait_beyond_a_limit_never_looks_as_if_it_were_within(one: float, other: float) -> None:
    limit, wait = sorted((one, other))
    if wait - limit < 1e-6:
        return
    over, under = longer(wait, limit), shorter(limit, wait)

    assert seconds(wait_asked(limit)) == pytest.approx(limit, rel=1e-9)
    assert over == f"just over {wait_asked(limit)}" or seconds(over) > limit
    assert under == f"just under {wait_asked(wait)}" or seconds(under) < wait


@given(st.integers(1, 10**6), st.integers(1, 10**6), st.floats(1, 100))
def test_a_figure_above_a_limit_shows_it(calls: int, usual: int, limit: float) -> None:
    if calls / usual > limit:
        text = larger(calls / usual, limit)
        assert text.startswith("just over") or float(text) > float(figure_asked(limit))


@given(st.integers(0, 10**5), st.integers(1, 10**5), st.integers(1, 10**6))
def test_a_share_below_an_objective_is_shown_below_it(good: int, of: int, asked: int) -> None:
    share, at_least = min(good, of) / of, asked / 10**6
    if share < at_least - 1e-9:
        assert fraction(percent(share)) < fraction(share_asked(at_least))
