"""resources: what the application holds after the faults, against before, and who else had to wait."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError
from support.journals import ZERO, At, Handwritten, phase, rule

from brownout.events import AppVitals, Process, Users
from brownout.verdict import Status

MB = 1_000_000
Level = Callable[[float], float]


def flat(second: float) -> float:
    return 0.0


def leak(second: float) -> float:
    """Grows from the first fault to the last one, and stays."""
    return min(max(second - 10, 0.0), 10.0) / 10


def plateau(second: float) -> float:
    """Grows with the first faults, and stays."""
    return 1.0 if second >= 11 else 0.0


def played(
    drill: Handwritten,
    memory: Level = flat,
    close_wait: Level = flat,
    threads: Level = flat,
    pids: Level = lambda second: 7,
    until: float = 60,
    users: Level = lambda second: 10,
) -> None:
    """A drill with an outage from 10 to 20, ten questions and one look a second."""
    drill.drill["rules"] = [rule()]
    drill.add(At(-5, Process("application", "started")))
    for second in range(int(until)):
        drill.add(At(second, Users(int(users(second)))))
        for number in range(10):
            drill.ask(second + number / 10, canary=f"c{second}-{number}", user=number)
            struck = 10 <= second < 20 and number % 2
            drill.exchange(second + number / 10, f"c{second}-{number}", "server_error" if struck else None)
        drill.add(
            AppVitals(
                t=ZERO + second + 0.95,
                pid=int(pids(second)),
                processes=1,
                memory=int(412 * MB + memory(second) * MB),
                threads=int(5 + threads(second)),
                files=12,
                sockets={"LISTEN": 1, "ESTABLISHED": 10, "CLOSE_WAIT": int(close_wait(second))},
                span=1.0,
                cpu=0.1,
            )
        )


def test_what_is_let_go_of_is_held_and_says_so(drill: Handwritten) -> None:
    played(drill, memory=lambda second: 500 if 10 <= second < 22 else 0, threads=lambda second: 60 * (second < 25))

    verdict = drill.check("resources")

    assert verdict.status is Status.HELD
    assert verdict.measured.startswith("412 MB of memory after 412")
    assert verdict.samples == 50


def test_memory_that_grows_for_as_long_as_the_faults_last_and_stays_is_a_leak(drill: Handwritten) -> None:
    played(drill, memory=lambda second: 276 * leak(second))

    verdict = drill.check("resources")

    assert verdict.status is Status.BROKEN
    assert "688 MB of memory after 412" in verdict.measured
    assert "memory 20% and 20 MB" in verdict.objective
    assert "most of it in outage" in verdict.finding
    assert "10s after the faults" in verdict.finding
    assert [row.text.split(":")[0] for row in verdict.evidence] == [
        "10.0s into the drill",
        "20.0s into the drill",
        "60.0s into the drill",
    ]


def test_sockets_whose_other_end_is_gone_are_named(drill: Handwritten) -> None:
    played(drill, close_wait=lambda second: 61 * leak(second))

    verdict = drill.check("resources")

    assert verdict.status is Status.BROKEN
    assert "61 sockets in CLOSE_WAIT where it had been 0" in verdict.finding
    assert "61 CLOSE_WAIT" in verdict.evidence[-1].text
    assert verdict.next_step is not None
    assert "memory" not in verdict.measured


@pytest.mark.parametrize(("name", "amount"), [("memory", 300.0), ("threads", 64.0), ("close_wait", 50.0)])
def test_a_plateau_is_no_leak(drill: Handwritten, name: str, amount: float) -> None:
    grown: dict[str, Any] = {name: lambda second: amount * plateau(second)}
    played(drill, **grown)

    verdict = drill.check("resources")

    assert verdict.status is Status.HELD
    assert "a plateau, and no leak" in verdict.finding


def test_a_small_process_that_warms_up_is_no_leak(drill: Handwritten) -> None:
    played(drill, memory=lambda second: -390 + 19 * leak(second))

    assert drill.check("resources").status is Status.HELD


def test_what_grows_on_a_healthy_platform_as_well_is_not_the_outages(drill: Handwritten) -> None:
    played(drill, memory=lambda second: 30 * second)

    assert drill.check("resources").status is Status.HELD


def test_more_users_than_before_cannot_be_compared(drill: Handwritten) -> None:
    played(drill, memory=lambda second: 276 * leak(second), users=lambda second: 10 if second < 10 else 30)

    verdict = drill.check("resources")

    assert verdict.status is Status.UNKNOWN
    assert "more users after the faults than before" in verdict.finding


def test_a_drill_that_ends_too_soon_does_not_tell(drill: Handwritten) -> None:
    played(drill, memory=lambda second: 276 * leak(second), until=30)

    verdict = drill.check("resources")

    assert verdict.status is Status.UNKNOWN
    assert "over before 10s had passed" in verdict.finding


def test_a_short_outage_does_not_tell_a_leak_from_a_plateau(drill: Handwritten) -> None:
    drill.drill["phases"] = [
        phase("healthy", "operational", 0, 10),
        phase("outage", "major_outage", 10, 15),
        phase("after", "operational", 15, 60),
    ]
    played(drill, memory=lambda second: 276 * min(1.0, 2 * leak(second)))

    verdict = drill.check("resources")

    assert verdict.status is Status.UNKNOWN
    assert "cannot be told" in verdict.finding


def test_an_application_that_was_started_again_is_compared_with_itself(drill: Handwritten) -> None:
    """Its first life held 100 MB less, and its second one as much as at its own start."""
    played(drill, memory=lambda second: 150.0 * (second >= 12), pids=lambda second: 7 if second < 12 else 8)

    verdict = drill.check("resources")

    assert verdict.status is Status.HELD
    assert "started again" in verdict.finding


def test_of_an_application_that_runs_already_nothing_is_known(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    drill.exchange(12, "c", "server_error")

    verdict = drill.check("resources")

    assert verdict.status is Status.SKIPPED
    assert "url" in verdict.measured


def test_without_an_outage_there_is_nothing_to_come_back_from(drill: Handwritten) -> None:
    drill.drill["phases"] = [phase("healthy", "operational", 0, 60)]
    drill.add(At(-5, Process("application", "started")))

    assert drill.check("resources").status is Status.SKIPPED


def test_without_a_look_nothing_is_known(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    drill.add(At(-5, Process("application", "started")))
    drill.ask(12, canary="c")
    drill.exchange(12, "c", "server_error")

    assert drill.check("resources").status is Status.UNKNOWN


def _bystanders(drill: Handwritten, wait: float) -> None:
    """Two users who ask nothing, a step a second each; ``wait`` seconds a step in the outage."""
    for second in range(40):
        for user in range(2):
            took = wait if 10 <= second < 20 else 0.02
            drill.ask(second + user / 2, user=user, journey="look", step="look", asks=False, duration=took)


def test_who_asks_nothing_and_waits_all_the_same_shows_a_blocked_loop(drill: Handwritten) -> None:
    played(drill)
    _bystanders(drill, 4.0)

    verdict = drill.check("resources")

    assert verdict.status is Status.BROKEN
    assert "bystanders waited 4s after 20ms" in verdict.measured
    assert "blocks the application for everybody" in verdict.finding


def test_a_bystander_who_waits_a_little_longer_is_none(drill: Handwritten) -> None:
    played(drill)
    _bystanders(drill, 0.9)

    assert drill.check("resources").status is Status.HELD


def test_a_step_in_which_a_call_began_that_nobody_asked_for_is_no_bystanders(drill: Handwritten) -> None:
    """It may have called the platform itself."""
    played(drill)
    _bystanders(drill, 4.0)
    for second in range(20):
        drill.exchange(second + 0.01)
        drill.exchange(second + 0.51)

    assert drill.check("resources").status is Status.UNKNOWN


@pytest.mark.parametrize(("cpu", "status"), [(0.9, Status.BROKEN), (0.05, Status.HELD)])
def test_cpu_at_rest_is_that_of_the_quietest_look_after_the_last_user(
    drill: Handwritten, cpu: float, status: Status
) -> None:
    played(drill)
    for second in (61.0, 62.0, 63.0, 64.0):
        row: dict[str, Any] = {"processes": 1, "memory": 412 * MB, "threads": 5, "files": 12, "sockets": {}}
        drill.add(AppVitals(t=ZERO + second, pid=7, span=1.0, cpu=cpu if second > 62 else 2.0, **row))

    verdict = drill.check("resources", cpu_at_rest="20%")

    assert verdict.status is status
    assert ("90% of a processor at rest" in verdict.measured) is (status is Status.BROKEN)


def test_cpu_at_rest_without_a_look_at_rest_is_unknown(drill: Handwritten) -> None:
    played(drill)

    assert drill.check("resources", cpu_at_rest="20%").status is Status.UNKNOWN


def test_it_is_about_the_whole_application(drill: Handwritten) -> None:
    played(drill, until=1)

    with pytest.raises(ValidationError, match="drop journey and during"):
        drill.check("resources", journey="chat")
