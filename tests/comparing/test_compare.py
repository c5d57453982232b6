"""Better, worse, or not told apart: drills that differ in one thing."""

from __future__ import annotations

from typing import Any

import pytest
from comparing.conftest import Drills
from support.journals import Handwritten

from brownout.comparing.compare import compare
from brownout.comparing.likeness import unlike
from brownout.comparison import Comparison
from brownout.events import End
from brownout.judging.weighing import weigh
from brownout.verdict import Status

SUCCESS = "success during major_outage"


def against(a: Handwritten | list[Handwritten], b: Handwritten | list[Handwritten]) -> Comparison:
    """The comparison of these drills."""
    of_a, of_b = ([weigh(each.write()) for each in (side if isinstance(side, list) else [side])] for side in (a, b))
    return compare(of_a, of_b)


def words(comparison: Comparison) -> dict[str, str]:
    return {row.id: row.word for row in comparison.rows}


def test_far_fewer_whole_answers_are_worse_and_the_other_way_better(a_drill: Drills) -> None:
    good, bad = a_drill("a"), a_drill("b", bad=4)

    worse, better = against(good, bad), against(bad, good)

    assert words(worse) == {SUCCESS: "worse", "latency p90": "not told apart", "no_leaks": "not told apart"}
    assert (worse.word, better.word) == ("worse", "better")
    row = worse.rows[0]
    assert (row.a.status, row.b.status) == (Status.HELD, Status.BROKEN)
    assert row.b.figure is not None
    assert (row.b.figure.value, row.b.figure.unit, row.b.figure.better) == (0.6, "share", "higher")
    assert row.b.figure.low < 0.6 < row.b.figure.high
    assert "60% (" in row.b.measured
    assert row.p is not None
    assert row.p < 0.01


def test_a_line_that_is_crossed_by_chance_is_no_difference(a_drill: Drills) -> None:
    """One side reaches 90% and the other does not: verdicts differ, drills do not."""
    a, b = a_drill("a", bad=1), a_drill("b", bad=1)
    b.asks(15, ["error"] * 6)
    row = against(a, b).rows[0]

    assert row.a.status is not row.b.status
    assert row.word == "not told apart"


def test_waits_that_doubled_are_worse_though_all_are_within_the_limit(a_drill: Drills) -> None:
    comparison = against(a_drill("a", wait=0.8), a_drill("b", wait=1.6))

    assert words(comparison)["latency p90"] == "worse"
    assert {row.b.status for row in comparison.rows} == {Status.HELD}


def test_what_broke_by_evidence_is_worse_and_what_broke_on_both_sides_is_not(a_drill: Drills) -> None:
    a, b = a_drill("a"), a_drill("b")
    b.ask(14, leaks=["key"], user=3)

    assert words(against(a, b))["no_leaks"] == "worse"
    assert words(against(b, a))["no_leaks"] == "better"
    assert words(against(b, b))["no_leaks"] == "not told apart"


def test_what_was_put_to_the_test_less_often_where_it_held_says_nothing(a_drill: Drills, tmp_path: Any) -> None:
    short, b = Handwritten(tmp_path / "short"), a_drill("b")
    short.drill |= {"rules": b.drill["rules"], "expect": b.drill["expect"]}
    short.exchange(11, "bo-hit", "server_error", phase="outage")
    short.asks(11, ["ok"] * 20)
    b.ask(14, leaks=["key"], user=3)
    row = next(row for row in against(short, b).rows if row.id == "no_leaks")

    assert (row.a.status, row.b.status, row.word) == (Status.HELD, Status.BROKEN, "not told apart")
    assert "as often" in row.why
    short.close()


def test_several_drills_of_a_side_are_pooled_and_say_more_than_each(a_drill: Drills) -> None:
    good = [a_drill(f"a{number}", bad=1) for number in range(4)]
    bad = [a_drill(f"b{number}", bad=1) for number in range(4)]
    for each in bad:
        each.asks(15, ["error"] * 12)

    assert words(against(good[0], bad[0]))[SUCCESS] == "not told apart"
    pooled = against(good, bad).rows[0]
    assert (pooled.word, pooled.a.samples, pooled.b.samples) == ("worse", 800, 848)


def test_what_lost_its_ground_is_compared_with_nothing(a_drill: Drills) -> None:
    a, b = a_drill("a"), a_drill("b", bad=9)
    b.end = End("interrupted")
    held_back = weigh(b.write())

    assert held_back.observed.keys() == {SUCCESS}  # what broke before its end is broken
    assert words(against(a, b))["latency p90"] == "not told apart"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"users": 20}, "the users: 10 and 20"),
        ({"scenario": "another"}, "the scenario: test-outage and another"),
        ({"speed": 2.0}, "the speed: 1.0 and 2.0"),
        ({"expect": [{"check": "no_leaks"}]}, "what the profile expects: success during major_outage, latency p90"),
        ({"rules": []}, "the scenario's rules: outage.1.server_error"),
    ],
)
def test_only_like_is_compared_with_like(a_drill: Drills, change: dict[str, Any], words: str) -> None:
    a, b = a_drill("a"), a_drill("b")
    b.drill |= change
    lines = unlike([weigh(a.write())], [weigh(b.write())])

    assert [line.partition(" (")[0] for line in lines] == [words]


def test_a_drill_that_did_not_end_is_not_alike_and_another_seed_is(a_drill: Drills) -> None:
    a, b = a_drill("a"), a_drill("b")
    b.drill["seed"] = 8
    assert unlike([weigh(a.write())], [weigh(b.write())]) == ()
    b.end = None
    (line,) = unlike([weigh(a.write())], [weigh(b.write())])
    assert "was killed before its end" in line
