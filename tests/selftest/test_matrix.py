"""The matrix: what is found, missed, accused or not told, and with which exit code."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.selftest.defect import Defect
from brownout.selftest.matrix import CALM, GUARDS, PLANTED, ROWS, TWIN, Answer, Key, Matrix, Play, matrix
from brownout.verdict import Status

LATE = Defect("late", "shop", "waits", "no_hang", "gave up", "hang", "prompt", also=("latency",))
ELSEWHERE = Defect(
    "elsewhere", "mute", "calls nobody", "injection_proof", "no call", "", "all", status=Status.UNKNOWN, apart="shop"
)
DEFECTS = (LATE, ELSEWHERE)
BROKEN, HELD, UNKNOWN = Status.BROKEN, Status.HELD, Status.UNKNOWN


def bad(**answers: Answer) -> Play:
    """The shop on a bad day: the defect is found, the twin holds, and what is given differs."""
    told = {"late": Answer(BROKEN, "2 users gave up"), "prompt": Answer(HELD, "nobody waited"), **answers}
    return Play("shop", 1, True, {("no_hang", name): answer for name, answer in told.items()})


GOOD = Play("shop", 1, False, {("no_hang", "late"): Answer(HELD, ""), ("no_hang", "prompt"): Answer(HELD, "")})
MUTE = Play("mute", 1, True, {("injection_proof", None): Answer(UNKNOWN, "no call came")})


def also(play: Play, key: Key, answer: Answer) -> Play:
    return replace(play, answers={**play.answers, key: answer})


def test_all_found_and_nobody_accused_is_zero() -> None:
    over = matrix(DEFECTS, [bad(), GOOD, MUTE])

    assert (over.exit_code, over.missed, over.unproved, over.accused) == (0, [], [], ())
    assert [case.hit for case in over.cases] == [True, True]
    assert over.confusion[PLANTED] == {"BROKEN": 1}
    assert over.confusion[GUARDS] == {"UNKNOWN": 1}
    assert over.confusion[TWIN] == {"HELD": 1, "SKIPPED": 1}
    assert over.confusion[CALM] == {"HELD": 1}


@pytest.mark.parametrize(
    "answer",
    [
        Answer(HELD, "2 users gave up"),
        Answer(UNKNOWN, "gave up"),
        Answer(BROKEN, "other words"),
        Answer(Status.SKIPPED, ""),
    ],
)
def test_a_defect_without_its_verdict_or_its_words_is_missed(answer: Answer) -> None:
    over = matrix(DEFECTS, [bad(late=answer), GOOD])

    assert [case.defect for case in over.missed] == [LATE]
    assert over.exit_code == 1


def test_a_defect_that_nothing_was_said_of_at_all_is_missed() -> None:
    assert matrix(DEFECTS, [Play("shop", 1, True, {})]).exit_code == 1


def test_a_defect_that_the_machine_had_no_time_for_is_no_verdict() -> None:
    late = Answer(UNKNOWN, "the load stood still", busy=True)

    over = matrix(DEFECTS, [bad(late=late), GOOD])
    assert (over.exit_code, over.missed, len(over.unproved)) == (3, [], 1)
    assert matrix(DEFECTS, [bad(late=late), GOOD], loaded=True).exit_code == 0


def test_an_unknown_verdict_has_to_say_why_however_busy_the_machine_is() -> None:
    over = matrix(DEFECTS, [bad(prompt=Answer(UNKNOWN, " ")), GOOD], loaded=True)

    assert over.silent == ("no_hang of prompt",)
    assert over.exit_code == 1


def test_whoever_is_broken_without_a_defect_of_that_kind_is_accused() -> None:
    wrong = Answer(BROKEN, "they say so")
    plays = [
        also(bad(prompt=wrong), ("no_leaks", "late"), wrong),
        also(GOOD, ("latency", "late"), wrong),
        also(MUTE, ("no_leaks", None), wrong),
    ]

    over = matrix(DEFECTS, plays)
    assert [(each.who, each.check, each.drill) for each in over.accused] == [
        ("prompt", "no_hang", "shop, with faults"),
        ("late", "no_leaks", "shop, with faults"),
        ("late", "latency", "shop, without faults"),
        ("the drill as a whole", "no_leaks", "mute, with faults"),
    ]
    assert over.exit_code == 1


def test_what_a_defect_breaks_besides_is_no_accusation() -> None:
    over = matrix(DEFECTS, [also(bad(), ("latency", "late"), Answer(BROKEN, "slow")), GOOD])

    assert over.accused == ()


@pytest.mark.parametrize("code", [130, 4])
def test_a_drill_that_did_not_end_decides(code: int) -> None:
    assert matrix(DEFECTS, [bad(prompt=Answer(BROKEN, "x")), replace(GOOD, code=code)]).exit_code == code


def test_only_what_was_played_counts() -> None:
    assert matrix(DEFECTS, [bad(), GOOD]).confusion[GUARDS] == {}
    assert matrix(DEFECTS, []) == Matrix((), (), {})


ANSWERS = st.builds(
    Answer, st.sampled_from(list(Status)), st.sampled_from(["", "2 users gave up", "no call"]), st.booleans()
)
KEYS = st.tuples(
    st.sampled_from(["no_hang", "latency", "no_leaks", "injection_proof"]), st.sampled_from([None, "late", "prompt"])
)
PLAYS = st.lists(
    st.builds(
        Play,
        bench=st.sampled_from(["shop", "mute"]),
        seed=st.integers(1, 3),
        faults=st.booleans(),
        answers=st.dictionaries(KEYS, ANSWERS, max_size=6),
        code=st.sampled_from([0, 0, 0, 4, 130]),
    ),
    max_size=6,
)


@given(PLAYS, st.booleans())
def test_the_exit_code_says_what_the_matrix_holds(plays: list[Play], loaded: bool) -> None:
    over = matrix(DEFECTS, plays, loaded=loaded)

    played = sum(play.faults and any(play.bench == each.bench for each in DEFECTS) for play in plays)
    assert len(over.cases) == played == sum(over.confusion[row].total() for row in (PLANTED, GUARDS))
    assert set(over.confusion) == set(ROWS)
    clean = all(case.hit or case.unproved for case in over.cases) and not over.accused and not over.silent
    assert (over.exit_code in (0, 3)) is (clean and not any(play.code for play in plays))
    twins = [answer for play in plays for (_, who), answer in play.answers.items() if who == "prompt"]
    assert (over.exit_code == 0) <= all(answer.status is not BROKEN for answer in twins)


@given(PLAYS)
def test_drills_can_be_told_in_any_order(plays: list[Play]) -> None:
    over, turned = matrix(DEFECTS, plays), matrix(DEFECTS, plays[::-1])

    assert (over.exit_code, over.confusion, set(over.accused)) == (
        turned.exit_code,
        turned.confusion,
        set(turned.accused),
    )
