"""The page about trust: its tables are what the simulation says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from support.pages import table

from brownout.verdict import Status
from trust.__main__ import DRILLS, tables
from trust.simulation import ALIKE, LOADS, OBJECTIVE, TRUTHS, Case, cases, simulate

PAGE = (Path(__file__).parents[2] / "docs" / "trust.md").read_text()
COVERAGE = table(PAGE, "users × questions")
GATE = re.findall(
    r"^\| (\d+) × (\d+) \| ([\d.]+) \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \| ([\d.]+)% \|$", PAGE, re.MULTILINE
)


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
