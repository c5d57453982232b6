from __future__ import annotations

from dataclasses import replace

import pytest

from brownout.report import story
from brownout.result import PhaseResult, Result, RuleState
from brownout.verdict import Status


def phase(impact: str, asked: int, answered: int, injected: int = 1) -> PhaseResult:
    return PhaseResult(impact, impact, 0.0, 1.0, asked, answered, None, None, injected)


def test_broken_comes_first_then_unknown_then_held(outage: Result) -> None:
    ranks = [verdict.status.rank for verdict in story.ordered(outage.verdicts)]

    assert ranks == sorted(ranks, reverse=True)
    assert story.tally(outage) == "4 broken · 1 unknown · 4 held"


def test_the_headline_sets_the_outage_against_the_healthy_phases(outage: Result) -> None:
    phases = (phase("operational", 10, 10), phase("major_outage", 30, 5), phase("degraded", 10, 5))

    headline = story.headline(replace(outage, phases=phases, outcomes={"ok": 20, "hung": 3}))

    assert headline == (
        "While the platform was failing, users got a whole answer to 10 of 40 questions (25%), "
        "against 100% while it was healthy; 3 waited until their patience ended."
    )


def test_a_drill_without_an_outage_has_a_plain_headline(outage: Result) -> None:
    headline = story.headline(replace(outage, phases=(phase("operational", 10, 9),), outcomes={}))

    assert headline == "Users got a whole answer to 9 of 10 questions (90%)."


def test_an_outage_that_struck_nothing_is_no_outage_in_the_headline(outage: Result) -> None:
    phases = (phase("operational", 10, 10, 0), phase("major_outage", 107, 107, 0))

    headline = story.headline(replace(outage, phases=phases, outcomes={}))

    assert headline == (
        "While the platform was failing, no fault struck what this application calls, so nothing is shown of an "
        "outage; users got a whole answer to 107 of 107 questions (100%)."
    )


def test_questions_at_an_edge_count_in_no_phase_of_the_headline(outage: Result) -> None:
    healthy = replace(phase("operational", 13, 11, 0), strayed=3, strayed_answered=1)

    headline = story.headline(replace(outage, phases=(healthy, phase("major_outage", 4, 1)), outcomes={}))

    assert headline.endswith("1 of 4 questions (25%), against 100% while it was healthy.")


def test_one_phase_that_struck_makes_all_failing_phases_count(outage: Result) -> None:
    phases = (phase("degraded", 10, 5), phase("major_outage", 10, 0, 0))

    assert "5 of 20 questions (25%)" in story.headline(replace(outage, phases=phases, outcomes={}))


def test_incident_time_ends_with_the_timeline(outage: Result) -> None:
    assert story.incident(replace(outage, speed=380.0, duration=126.5)) == (
        "10h11m10s of incident at 380×, and 30s for what was still under way"
    )
    assert story.incident(replace(outage, speed=60.0, duration=30.0)) == "30m of incident at 60×"


def test_what_needs_another_command_is_followed_by_another_command(outage: Result, healthy: Result) -> None:
    command = "brownout run mine --app brownout.yaml --seed 7 --speed 120 --users 10"
    unknown = replace(outage.verdicts[4], longer=3.0)
    result = replace(outage, verdicts=(unknown,), command=command)

    longer = story.again(result)
    other = story.again(replace(result, verdicts=(replace(unknown, longer=0.0),)))
    same = story.again(replace(outage, command=command))

    assert longer[0].endswith("so that the phase lasts longer. For example:")
    assert longer[1] == "brownout run mine --app brownout.yaml --seed 7 --speed 40 --users 10"
    assert other[1] == "brownout list scenarios"
    assert (same[0][-17:], same[1]) == (", then run again:", command)
    assert "--seed 20260204" in story.again(healthy)[1]


def test_a_drill_in_which_nobody_asked_proves_nothing(outage: Result) -> None:
    assert "nothing is proved" in story.headline(replace(outage, phases=(phase("major_outage", 0, 0),)))


def test_an_interrupted_drill_says_so(outage: Result) -> None:
    cut = replace(outage, outcome="interrupted", why="Ctrl-C.", duration=12.0)

    assert story.ending(cut) == "This drill was interrupted after 12s. Ctrl-C. It covers only what ran until then."
    assert story.ending(outage) == ""


def test_why_a_drill_ended_begins_as_a_sentence_does(outage: Result) -> None:
    cut = replace(outage, outcome="stopped", why="the application exited with code 3", duration=12.0)

    assert "stopped after 12s. The application exited with code 3. It covers" in story.ending(cut)


def test_questions_that_count_for_nothing_are_told_beside_the_share(outage: Result) -> None:
    gone = replace(outage.verdicts[2], check="application_alive", status=Status.BROKEN)

    assert story.asked(outage).count(" of ") == 1
    assert story.asked(replace(outage, verdicts=(gone,))) == (
        f"{story.asked(outage)}, also while the application was gone"
    )
    held = replace(gone, status=Status.HELD)
    assert story.asked(replace(outage, verdicts=(held,))) == story.asked(outage)


def test_a_rule_that_never_struck_says_why(outage: Result) -> None:
    idle = next(rule for rule in outage.rules if rule.state == "unused")

    assert story.struck(outage.rules) == "5 of 6 rules struck"
    assert story.rule_state(idle) == "never called: the application never called openai.conversations, only openai.chat"


def test_quiet_rules_fold_into_a_line_and_the_others_are_worth_a_row(outage: Result) -> None:
    (unused,) = story.quiet(outage.rules)
    again, more = replace(unused, id="tail.2.hang"), replace(unused, id="tail.5.hang")
    other = replace(unused, id="tail.3.hang", on="openai.images")
    unmatched = replace(unused, id="tail.4.hang", on="openai.chat", state="unmatched", why="1 call to openai.chat")
    states: tuple[RuleState, ...] = ("struck", "unlucky", "undelivered", "no_traffic")
    rows = [replace(outage.rules[0], id=state, state=state) for state in states]

    assert story.folded([*rows, unused, again, more, other, unmatched]) == (
        "4 rules had nothing to strike, never called: openai.conversations, openai.images. "
        "1 rule matched no call: tail.4.hang."
    )
    assert story.folded(rows) == ""
    assert story.telling([*rows, unused, unmatched]) == rows


def test_nothing_is_added_where_a_verdict_already_says_it(outage: Result, healthy: Result) -> None:
    assert story.unproved(outage) == ""
    assert story.unproved(healthy) == ""


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        ("killed", "This drill was killed"),
        (
            "completed",
            "1 rule had nothing to strike (announced.3.history_missing), never called: openai.conversations.",
        ),
    ],
)
def test_a_drill_worse_than_its_verdicts_says_why(healthy: Result, outcome: str, expected: str) -> None:
    assert story.unproved(replace(healthy, status=Status.UNKNOWN, outcome=outcome)).startswith(expected)


def test_a_drill_without_verdicts_proves_nothing(outage: Result) -> None:
    empty = replace(outage, verdicts=(), rules=(), status=Status.UNKNOWN)

    assert story.unproved(empty) == "No expectation was checked, so nothing is proved."
    assert story.tally(empty) == "no expectations were checked"


def test_it_says_by_what_calls_belong_to_questions(outage: Result) -> None:
    joined = replace(outage, joins={"canary": 1156, "traceparent": 36, "window": 4, "nothing": 8})

    assert story.joined(joined) == (
        "of 1\u202f204 calls 96% by canary, 3% by traceparent, <1% by the moment alone (a guess), 1% by nothing"
    )
    assert story.joined(replace(outage, joins={})) == ""
