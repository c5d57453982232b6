"""A platform that worsens with the load."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.deciding.counting import Tally
from brownout.deciding.plan import Moment, decide
from brownout.effects import Forward, Head, Wait
from brownout.exchange import Call, Exchange
from brownout.faults import Fault, Strike
from brownout.scenario import Scenario


def scenario(**settings: object) -> Scenario:
    rule = {"fault": "overload", "on": "openai.*", "capacity": "10 rps", "id": "r", **settings}
    phase = {"phase": "p", "lasts": "1h", "impact": "degraded", "rules": [rule]}
    return Scenario.model_validate({"brownout": 1, "name": "x", "title": "X", "timeline": [phase]})


def struck(at: Scenario, call: Call, calls_a_second: float, seconds: float, speed: float = 1.0) -> list[bool]:
    """Which of so many calls the rule strikes."""
    tally, phase, found = Tally(speed), at.phases[0], []
    for number in range(int(calls_a_second * seconds)):
        now = number / calls_a_second
        counts = tally.counts(phase, call, now)
        decision = decide(at, Moment(phase, now), Exchange(call, f"k{number}", None, 0, "client"), counts)
        tally.note(decision, phase, call, now)
        found.append(decision.rule is not None)
    return found


def test_within_the_capacity_few_calls_are_touched(call_for: Callable[..., Call]) -> None:
    assert sum(struck(scenario(), call_for(), 8, 30)) < 8 * 30 * 0.1


def test_beyond_the_capacity_every_call_is(call_for: Callable[..., Call]) -> None:
    assert all(struck(scenario(), call_for(), 40, 20)[200:])


def test_the_share_is_the_part_of_the_platform_that_is_overloaded(call_for: Callable[..., Call]) -> None:
    late = struck(scenario(share="50%"), call_for(), 40, 20)[200:]

    assert 0.4 < sum(late) / len(late) < 0.6


def test_a_filling_queue_makes_calls_wait(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("overload", capacity="10 rps", queue="4s")

    assert fault.program(replace(strike_for(), load=0.5)) == (Wait(2.0), Forward())
    assert fault.program(replace(strike_for(draw=0.9), load=1.5)) == (Wait(4.0), Forward())


@pytest.mark.parametrize(("service", "status"), [("openai.chat", 503), ("anthropic.messages", 529)])
def test_beyond_a_full_queue_calls_are_refused_in_the_platforms_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, status: int
) -> None:
    fault = fault_for("overload", on="*", capacity="10 rps")
    head = fault.program(replace(strike_for(service, draw=0.5), load=4.0))[0]

    assert isinstance(head, Head)
    assert head.status == status


def test_it_may_look_like_a_rate_limit(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("overload", capacity="10 rps", shows="rate_limit", retry_after="2m")
    head = fault.program(replace(strike_for(draw=0.0, speed=60), load=4.0))[0]

    assert isinstance(head, Head)
    assert (head.status, dict(head.headers)["retry-after"]) == (429, "2")


def test_recovery_passes_at_the_scenarios_speed(call_for: Callable[..., Call]) -> None:
    at = scenario(recover="10m")
    left = {}
    for speed in (1.0, 600.0):
        tally, call = Tally(speed), call_for()
        # A burst of ten seconds; a minute of silence, in which it gets well or not; another burst.
        for now in [*(number / 40 for number in range(400)), *(100 + number / 40 for number in range(80))]:
            counts = tally.counts(at.phases[0], call, now)
            decision = decide(at, Moment(at.phases[0], 0), Exchange(call, f"k{now}", None, 0, "client"), counts)
            tally.note(decision, at.phases[0], call, now)
        left[speed] = tally.counts(at.phases[0], call, 104.0)["r"].load

    assert left[600.0] < left[1.0]


@pytest.mark.parametrize(
    ("settings", "said"),
    [({"worst": 0}, "greater than 0"), ({"capacity": "many"}, "is not a rate"), ({"capacity": "0 rps"}, "range")],
)
def test_a_capacity_that_is_none_is_refused(
    fault_for: Callable[..., Fault], settings: dict[str, Any], said: str
) -> None:
    with pytest.raises(ValidationError, match=said):
        fault_for("overload", **settings)
