"""The two drills of ``--until-settled`` as one: their verdicts, their code, and what is in their folder afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import Handwritten, rule
from support.results import BLANK

from brownout.judging.both import joined, judge_all, together
from brownout.report import RENDERERS, story
from brownout.report.evidence import witness
from brownout.result import Result
from brownout.verdict import ExitCode, Status, Verdict, merge

STATUSES = st.sampled_from(list(Status))


def _verdict(id: str, status: Status, longer: float = 1.0) -> Verdict:
    return Verdict("success", id, status, "asked", "measured", "found", longer=longer)


def _result(*verdicts: Verdict, outcome: str = "completed", code: int = 3) -> Result:
    status = merge(verdict.status for verdict in verdicts)
    return replace(BLANK, outcome=outcome, verdicts=verdicts, status=status, exit_code=code, speed=60.0)


OPEN = _verdict("success", Status.UNKNOWN, 2.0)
HELD = _verdict("no_hang", Status.HELD)


@pytest.mark.parametrize(
    ("first", "second", "both"),
    [
        (Status.UNKNOWN, Status.HELD, Status.HELD),
        (Status.UNKNOWN, Status.UNKNOWN, Status.UNKNOWN),
        (Status.HELD, Status.UNKNOWN, Status.HELD),  # what is settled stays settled
        (Status.HELD, Status.BROKEN, Status.BROKEN),
        (Status.BROKEN, Status.HELD, Status.BROKEN),
        (Status.SKIPPED, Status.HELD, Status.HELD),
        (Status.UNKNOWN, Status.SKIPPED, Status.UNKNOWN),
    ],
)
def test_what_either_broke_is_broken_and_the_second_settles_what_was_open(
    first: Status, second: Status, both: Status
) -> None:
    (verdict,) = together([_verdict("a", first)], [_verdict("a", second)])

    assert verdict.status is both


@given(st.lists(st.tuples(st.sampled_from("abcd"), STATUSES), max_size=8), st.lists(STATUSES, max_size=4))
def test_no_verdict_is_lost_and_none_gets_better_than_it_was_broken(
    firsts: list[tuple[str, Status]], seconds: list[Status]
) -> None:
    first = [_verdict(id, status) for id, status in dict(firsts).items()]
    second = [_verdict(id, status) for id, status in zip("abcd", seconds, strict=False)]

    both = together(first, second)

    assert {verdict.id for verdict in both} == {verdict.id for verdict in (*first, *second)}
    broken = {verdict.id for verdict in (*first, *second) if verdict.status is Status.BROKEN}
    assert {verdict.id for verdict in both if verdict.status is Status.BROKEN} == broken


@pytest.mark.parametrize(
    ("second", "code"),
    [
        (_result(_verdict("success", Status.HELD), code=0), ExitCode.HELD),
        (_result(_verdict("success", Status.BROKEN), code=1), ExitCode.BROKEN),
        (_result(OPEN), ExitCode.UNKNOWN),
        (_result(OPEN, outcome="interrupted", code=130), ExitCode.INTERRUPTED),
        (_result(OPEN, outcome="failed", code=4), ExitCode.HARNESS),
    ],
)
def test_the_exit_code_is_that_of_both(second: Result, code: int) -> None:
    assert joined(_result(OPEN), second).exit_code == code


def test_an_exit_code_of_nought_says_that_nothing_is_open() -> None:
    first, second = _result(OPEN, HELD), _result(_verdict("success", Status.HELD), HELD, code=0)

    assert merge(verdict.status for verdict in together(first.verdicts, second.verdicts)) is Status.HELD
    assert joined(first, second).exit_code == 0


def _proof(status: Status) -> Verdict:
    return Verdict("injection_proof", "injection_proof", status, "asked", "measured", "found")


@pytest.mark.parametrize(
    ("first", "second", "proved", "held"),
    [
        (Status.HELD, Status.UNKNOWN, Status.UNKNOWN, Status.HELD),  # what the second one settles rests on no proof
        (Status.UNKNOWN, Status.HELD, Status.HELD, Status.UNKNOWN),  # nor does what the first one held
        (Status.HELD, Status.HELD, Status.HELD, Status.HELD),
    ],
)
def test_what_held_without_proof_is_settled_by_neither(
    first: Status, second: Status, proved: Status, held: Status
) -> None:
    proof, success = together([_proof(first), HELD], [_proof(second), replace(HELD, status=Status.UNKNOWN)])

    assert (proof.status, success.status) == (proved, held)


def test_a_longer_drill_in_which_a_part_of_ours_failed_accuses_nobody() -> None:
    failed = replace(_result(_verdict("success", Status.BROKEN), outcome="failed", code=4), status=Status.UNKNOWN)

    said = joined(_result(OPEN), failed)

    assert (said.status, said.exit_code, said.outcome) == (Status.UNKNOWN, 4, "failed")
    assert joined(_result(OPEN, _verdict("a", Status.BROKEN), code=1), failed).status is Status.BROKEN


def test_what_the_longer_drill_leaves_open_is_reckoned_from_the_speed_of_the_first() -> None:
    second = replace(_result(OPEN), speed=30.0)

    said = joined(replace(_result(OPEN), command="brownout run x --speed 60"), second)

    assert said.verdicts[0].longer == 4.0
    assert story.again(replace(said, verdicts=(replace(said.verdicts[0], next_step="More."),)))[1].endswith(
        "--speed 15"
    )


Write: TypeAlias = Callable[..., Handwritten]


@pytest.fixture
def drill(tmp_path: Path) -> Iterator[Write]:
    """Writes a drill of ``--until-settled`` in which so many questions were asked, all of them in vain."""
    written: list[Handwritten] = []

    def write(folder: str, questions: int, at: float = 11, **more: Any) -> Handwritten:
        handwritten = Handwritten(tmp_path / folder)
        handwritten.drill |= {"rules": [rule()], "expect": [{"check": "success", "at_least": 0.9}], "looks": 2, **more}
        handwritten.exchange(at, "bo-hit", "server_error", phase="outage")
        handwritten.asks(at, ["error"] * questions)
        handwritten.write()
        written.append(handwritten)
        return handwritten

    yield write
    for each in written:
        each.close()


def test_the_folder_of_two_drills_has_the_verdicts_of_both(drill: Write, tmp_path: Path) -> None:
    drill("out", 2)
    assert judge_all(tmp_path / "out").status is Status.UNKNOWN

    drill("out/longer", 20, at=18)
    for place in ("out", "out/journal"):
        said = judge_all(tmp_path / place)
        assert (said.status, said.exit_code, said.longer) == (Status.BROKEN, 1, str(tmp_path / "out" / "longer"))
        assert said.totals["questions"] == 2
    (success,) = (verdict for verdict in said.verdicts if verdict.check == "success")
    assert success.finding.startswith("In the longer drill: ")
    assert witness(success.evidence[0], said).when.endswith("s of the longer drill")
    alone = judge_all(tmp_path / "out" / "longer")
    assert (alone.longer, alone.totals["questions"]) == ("", 20)


def test_a_drill_that_may_be_followed_says_why_it_has_to_be_surer(drill: Write, tmp_path: Path) -> None:
    drill("out", 20, expect=[{"check": "success", "at_least": 0.9, "confidence": 0.975}])
    drill("once", 20, looks=1)

    told = ["".join(each.finding + each.measured for each in judge_all(tmp_path / n).verdicts) for n in ("out", "once")]

    assert "with 97.5% confidence, not 95%, because two drills may judge it" in told[0]
    assert "with 95% confidence" in told[1]
    assert "two drills" not in told[1]


@pytest.mark.parametrize("other", [{"looks": 1}, {"seed": 8}, {"scenario": "another"}])
def test_a_drill_that_happens_to_lie_there_is_not_the_longer_one(
    drill: Write, tmp_path: Path, other: dict[str, Any]
) -> None:
    drill("out", 2)
    drill("out/longer", 20, **other)

    assert judge_all(tmp_path / "out").longer == ""


def test_what_an_earlier_drill_left_there_is_not_the_longer_one(drill: Write, tmp_path: Path) -> None:
    drill("out/longer", 20)
    drill("out", 2)

    assert judge_all(tmp_path / "out").longer == ""


@pytest.mark.parametrize("format", ["html", "json", "junit", "markdown", "sarif"])
def test_a_report_of_both_says_where_the_longer_one_is(format: str) -> None:
    said = joined(_result(OPEN), replace(_result(_verdict("success", Status.BROKEN), code=1), journal="out/longer"))

    assert "out/longer" in str(RENDERERS[format].render(said))
