"""The page about trust: its tables are what the simulation says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.pages import table

from brownout.comparing.difference import LONGER
from brownout.verdict import Status
from trust.__main__ import DRILLS, FEWER, LOOKED, compared_table, looks_table, others, tables
from trust.compared import PAIRS, Pair, pairs
from trust.compared import simulate as simulate_pair
from trust.others import Storm, recoveries, simulate_recovery, simulate_storm, storms
from trust.simulation import (
    ALIKE,
    LOADS,
    OBJECTIVE,
    TRUTHS,
    Case,
    cases,
    look_twice,
    looked_at,
    simulate,
)

PAGE = (Path(__file__).parents[2] / "docs" / "trust.md").read_text()
COVERAGE = table(PAGE, "users × questions")
GATE = re.findall(
    r"^\| (\d+) × (\d+) \| ([\d.]+) \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \|$", PAGE, re.MULTILINE
)
LOOKS = re.findall(r"^\| (\d+) × (\d+) \| ([\d.]+) \| ([\d.]+)% \|" + r" ([\d.]+)% \|" * 6 + "$", PAGE, re.MULTILINE)

OTHERS = table(PAGE, "check")
"""Rows of recovery and retry_amplification."""
NOMINAL = 5.0
"""What is promised at the very edge is 2.5%; users who are much alike have a little more."""

COMPARED = table(PAGE, "what")


def test_the_page_has_a_row_for_everything_that_is_simulated() -> None:
    told = [(int(users), int(each), float(alike), f"{share}%") for users, each, alike, share, *_ in GATE]

    assert told == [(case.users, case.each, case.alike, f"{case.share:.1%}") for case in cases()]
    assert len(COVERAGE) == len(LOADS) * len(ALIKE)


@pytest.mark.parametrize("case", [Case(0.95, 10, 6, 0.1), Case(0.7, 10, 12, 0.2)], ids=str)
def test_a_row_is_what_the_simulation_says(case: Case) -> None:
    tally = simulate(case, DRILLS)
    (row,) = [each for each in GATE if Case(float(each[3]) / 100, int(each[0]), int(each[1]), float(each[2])) == case]

    said = [f"{100 * tally.of(status):.1f}" for status in (Status.HELD, Status.UNKNOWN, Status.BROKEN)]
    assert list(row[4:]) == said


def test_the_gate_accuses_the_sound_and_acquits_the_broken_as_rarely_as_it_says() -> None:
    """By the page: chance at the very edge is 2.5%, and a little more where users are much alike."""
    for users, _, alike, share, held, _, broken in GATE:
        if float(share) / 100 >= OBJECTIVE:
            assert float(broken) <= 5.0, (users, alike, share)
        if float(share) <= 85:
            assert float(held) <= 5.0, (users, alike, share)


def test_coverage_is_what_is_promised_for_users_who_are_little_alike() -> None:
    for row in COVERAGE:
        if float(row[1]) <= 0.2:
            assert min(float(cell.rstrip("%")) for cell in row[2:]) >= 94, row


def test_the_tables_are_markdown() -> None:
    told = {case: simulate(case, 5) for case in cases()}

    assert len(tables(told).splitlines()) == 2 + len(LOADS) * len(ALIKE) + 3 + len(LOADS) * len(ALIKE) * len(TRUTHS)


@pytest.mark.parametrize("case", [Case(0.95, 10, 12, 0.2), Storm(1.0, 10, 12, 0.4)], ids=str)
def test_a_row_of_the_others_is_what_the_simulation_says(case: Case | Storm) -> None:
    simulate_it = simulate_storm if isinstance(case, Storm) else simulate_recovery
    told = others({case: simulate_it(case, DRILLS // FEWER)})  # type: ignore[arg-type]

    assert told.splitlines()[-1] in PAGE


def test_recovery_and_amplification_accuse_and_acquit_as_rarely() -> None:
    assert len(OTHERS) == len([*recoveries(), *storms()])
    for check, _, _, truth, held, _, broken in OTHERS:
        at_edge_or_sound = truth in ("99% answered", "95% answered", "0.7 × `at_most`", "1 × `at_most`")
        assert float((broken if at_edge_or_sound else "0%").rstrip("%")) <= NOMINAL, (check, truth)
        far = truth in ("80% answered", "60% answered", "1.5 × `at_most`")
        assert float((held if far else "0%").rstrip("%")) <= NOMINAL, (check, truth)


def test_who_looks_twice_accuses_the_sound_no_more_often_than_confidence_allows() -> None:
    """By the page: the correction is needed, and is enough. Where one look errs by chance at the edge, so do two."""
    told = [Case(float(share) / 100, int(users), int(each), float(alike)) for users, each, alike, share, *_ in LOOKS]
    assert told == list(looked_at())
    for case, (*_, once, naive, strict, _, _, _) in zip(told, LOOKS, strict=True):
        if case.share >= OBJECTIVE:
            assert float(strict) <= 5.0, case
            assert float(strict) <= max(float(once), float(naive)) + 0.5, case


def test_two_looks_leave_less_open_than_one() -> None:
    open_once, open_twice = (sum(float(row[column]) for row in LOOKS) for column in (7, 8))

    assert open_twice < open_once


def test_a_row_of_two_looks_is_what_the_simulation_says() -> None:
    case = Case(0.95, 10, 6, 0.2)
    (row,) = [each for each in LOOKS if each[:3] == ("10", "6", "0.2") and each[3] == "95.0"]

    (line,) = looks_table({case: look_twice(case, LOOKED)}, LOOKED).splitlines()[2:]
    assert line.split("|")[4:-1] == [f" {cell}% " for cell in row[4:]]


def _shares(row: list[str]) -> dict[str, float]:
    return {word: float(cell.rstrip("%")) for word, cell in zip(("better", "alike", "worse"), row[5:], strict=True)}


def test_the_page_has_a_row_for_every_pair_and_one_is_what_the_simulation_says() -> None:
    every, pair = list(pairs()), Pair("share", 0.9, 0.9, 10, 12, 0.2)
    assert len(COMPARED) == len(every)

    (row,) = table(compared_table({pair: simulate_pair(pair, PAIRS)}), "what")
    assert row == COMPARED[every.index(pair)]


def test_a_comparison_accuses_no_drill_that_is_the_same_and_names_one_that_is_far_worse() -> None:
    for pair, row in zip(pairs(), COMPARED, strict=True):
        said = _shares(row)
        if pair.a == pair.b or (pair.what, pair.b) == ("p95", LONGER):
            assert said["worse"] <= 3.4, pair
            assert said["better"] <= 5.0, pair
        elif pair.users == 50:
            assert said["worse"] >= 60, pair
        assert said["better"] < 5
