"""The soak: its verdicts from samples, its day, its visitors; and a short one."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import get_args

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.scenario import Scenario
from soak.day import CATALOGUE, HOURS, day, struck
from soak.samples import Sample, Use, use_of
from soak.verdicts import EXERCISED_FROM, FILES, SLACK, exercised, flat, let_go, quiet, settled, slope, warm
from soak.visits import Kind, visit

ROOT = Path(__file__).parents[2]
HEALTH = {"live": 0, "connections": 0, "tasks": 3, "waiting": 0}
REST = Sample(0.0, Use(90.0, 9, 1, {"LISTEN": 2}), Use(60.0, 7, 1, {"LISTEN": 1}), HEALTH)
noise = st.lists(st.floats(-3, 3), min_size=40, max_size=120)


def _memory(figures: Sequence[float]) -> list[Sample]:
    return [replace(REST, t=5.0 * n, proxy=replace(REST.proxy, memory=mb)) for n, mb in enumerate(figures)]


def _flat(figures: Sequence[float]) -> bool:
    return flat("proxy", _memory(figures), lambda sample: sample.proxy).held


@given(noise, st.floats(20, 500))
def test_memory_that_only_wavers_is_flat(wavering: list[float], level: float) -> None:
    assert _flat([level + each for each in wavering])


@given(noise, st.floats(20, 500), st.floats(1.5, 20))
def test_memory_that_grows_all_the_time_is_not(wavering: list[float], level: float, times: float) -> None:
    # Thirds of what is left after the warm-up lie 2/3 of its growth apart.
    growth = times * 1.5 / 0.8 * (SLACK + 0.05 * level * 2) + 30
    rising = [level + growth * n / (len(wavering) - 1) + each for n, each in enumerate(wavering)]

    assert not _flat(rising)


@given(noise, st.floats(0, 200))
def test_what_a_warm_up_takes_is_no_growth(wavering: list[float], taken: float) -> None:
    warmed = len(wavering) // 6
    assert _flat([90.0 - taken * (n < warmed) + each for n, each in enumerate(wavering)])


@given(noise, st.floats(0, 200))
def test_memory_that_is_given_back_is_flat(wavering: list[float], given_back: float) -> None:
    assert _flat([300 - given_back * n / len(wavering) + each for n, each in enumerate(wavering)])


def test_growth_at_the_end_of_a_quiet_time_is_seen_by_thirds() -> None:
    assert not _flat([90.0] * 60 + [150.0] * 40)


def test_too_few_samples_tell_nothing() -> None:
    assert not _flat([90.0] * 4)
    assert not _flat([])


@given(st.floats(-5, 5), st.floats(-100, 100), st.integers(2, 50))
def test_a_straight_line_has_its_own_slope_and_no_error(rise: float, start: float, count: int) -> None:
    found, error = slope([(float(n), start + rise * n) for n in range(count)])

    assert found == pytest.approx(rise, abs=1e-6)
    assert error == pytest.approx(0, abs=1e-6)


@given(st.lists(st.floats(0, 1000), max_size=50).map(sorted))
def test_the_warm_up_is_the_first_fifth_of_the_time(times: list[float]) -> None:
    kept = [sample.t for sample in warm([replace(REST, t=t) for t in times])]

    assert kept == times[len(times) - len(kept) :]
    assert all(t - times[0] >= 0.2 * (times[-1] - times[0]) - 1e-9 for t in kept)


def _broken(after: Sample) -> set[str]:
    return {verdict.what for verdict in settled(REST, after) if not verdict.held}


def test_a_process_at_rest_is_as_it_was() -> None:
    assert _broken(REST) == set()
    assert _broken(replace(REST, proxy=replace(REST.proxy, files=9 + FILES, memory=900.0, threads=7))) == set()


@pytest.mark.parametrize(
    ("what", "after"),
    [
        ("proxy: exchanges under way", replace(REST, health={**HEALTH, "live": 1})),
        ("proxy: clients connected", replace(REST, health={**HEALTH, "connections": 1})),
        ("proxy: events in a queue", replace(REST, health={**HEALTH, "waiting": 1})),
        ("proxy: asyncio tasks", replace(REST, health={**HEALTH, "tasks": 4})),
        ("proxy: open files", replace(REST, proxy=replace(REST.proxy, files=10 + FILES))),
        ("proxy: threads", replace(REST, proxy=replace(REST.proxy, threads=40))),
        ("stand-in: open files", replace(REST, standin=replace(REST.standin, files=8 + FILES))),
        ("stand-in: sockets in CLOSE_WAIT", replace(REST, standin=replace(REST.standin, sockets={"CLOSE_WAIT": 1}))),
    ],
)
def test_each_thing_that_stays_behind_breaks_its_own_bound(what: str, after: Sample) -> None:
    assert _broken(after) == {what}


@given(st.dictionaries(st.sampled_from(["Job", "HTTPFlow", "Client"]), st.integers(0, 5)))
def test_one_object_that_lives_on_is_one_too_many(objects: dict[str, int]) -> None:
    verdict = let_go(objects)

    assert verdict.held == (sum(objects.values()) == 0)
    assert all((f"{count} {name}" in verdict.seen) == (count > 0) for name, count in objects.items())


@given(st.sets(st.sampled_from(sorted(CATALOGUE))))
def test_a_long_soak_must_have_struck_with_all_faults(struck: set[str]) -> None:
    assert exercised(struck, CATALOGUE, EXERCISED_FROM).held == (struck == CATALOGUE)
    assert exercised(struck, CATALOGUE, EXERCISED_FROM - 1).held == bool(struck)


def test_an_error_in_the_proxys_log_is_not_overlooked() -> None:
    assert quiet("12:00 mitmproxy WARNING something\n").held
    assert not quiet("12:00 asyncio ERROR Task exception was never retrieved\n").held
    assert not quiet("Traceback (most recent call last):\n").held


def test_the_day_has_all_faults_and_24_hours() -> None:
    scenario = Scenario.model_validate(day())

    assert len(scenario.phases) == HOURS
    assert scenario.duration == 24 * 3600
    assert {rule.fault for rule in scenario.rules} == CATALOGUE


def test_a_fault_was_carried_out_where_its_rule_delivered() -> None:
    assert struck({"hour-01.2.hang": {"delivered": 1}, "hour-01.3.redirect": {"delivered": 0}}) == {"hang"}


def test_a_thousand_visitors_do_everything_in_the_same_way_each_time() -> None:
    visits = [visit(number) for number in range(1000)]

    assert {each.kind for each in visits} == set(get_args(Kind))
    assert {each.carrier for each in visits} == {"http", "tls", "h2"}
    assert {each.stream for each in visits} == {True, False}
    assert {each.service.partition(".")[0] for each in visits} >= {"openai", "anthropic", "bedrock", "gemini", "ollama"}
    assert visits == [visit(number) for number in range(1000)]


@given(st.integers(0, 10_000))
def test_no_two_visitors_ask_the_same(number: int) -> None:
    one, other = visit(number), visit(number + 1)

    assert one.ask("/p", "127.0.0.1:1").body != replace(other, service=one.service).ask("/p", "127.0.0.1:1").body
    assert f"{number} 0".encode() in one.ask("/p", "127.0.0.1:1").body


def test_a_process_is_looked_at_from_outside() -> None:
    use = use_of(psutil.Process())

    assert use.memory > 10
    assert use.files > 2
    assert use.threads >= 1


@pytest.mark.e2e
@pytest.mark.drill
@pytest.mark.heavy
def test_a_short_soak_leaves_nothing_behind() -> None:
    command = [sys.executable, "-m", "soak", "--minutes", "0.17", "--rate", "15"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=110, check=False)

    assert result.returncode == 0, result.stdout + result.stderr
    assert "proxy: clients connected" in result.stdout
    assert "BROKEN" not in result.stdout


def test_a_soak_that_is_too_long_is_refused() -> None:
    command = [sys.executable, "-m", "soak", "--minutes", "11"]
    result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert result.returncode == 2
    assert "up to 10" in result.stderr
