"""What became of findings: fixed, still broken, or not reached."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from comparing.conftest import Drills
from support.journals import Handwritten

from brownout.comparing.fates import Finding, exit_code, fates, findings
from brownout.judging.judge import judge
from brownout.result import Result

SUCCESS = "success during major_outage"


def result_of(drill: Handwritten) -> Result:
    return judge(drill.write())


def became(then: Handwritten, now: Handwritten) -> dict[str, Finding]:
    return {each.id: each for each in fates(findings(result_of(then).verdicts), result_of(now))}


@pytest.fixture
def broken(a_drill: Drills) -> Handwritten:
    """Half of all questions failed, each by the one rule; and a key leaked."""
    drill = a_drill("then", bad=5, canary="bo-hit")
    drill.ask(14, leaks=["key"], user=3)
    return drill


def test_what_holds_where_the_same_rule_struck_is_fixed(broken: Handwritten, a_drill: Drills) -> None:
    found = became(broken, a_drill("now"))

    assert {id: finding.fate for id, finding in found.items()} == {SUCCESS: "FIXED", "no_leaks": "FIXED"}
    assert found[SUCCESS].then.startswith("50.2%")
    assert found[SUCCESS].now.startswith("100%")
    assert exit_code(found.values()) == 0


def test_what_is_broken_again_is_still_broken(broken: Handwritten, a_drill: Drills) -> None:
    found = became(broken, a_drill("now", bad=6))

    assert {id: finding.fate for id, finding in found.items()} == {SUCCESS: "STILL BROKEN", "no_leaks": "FIXED"}
    assert exit_code(found.values()) == 1


def test_what_the_drill_did_not_bring_about_is_not_reached(broken: Handwritten, tmp_path: Path) -> None:
    now = Handwritten(tmp_path / "now")
    now.drill |= {"rules": broken.drill["rules"], "expect": broken.drill["expect"]}
    now.exchange(11, "bo-other")
    now.asks(11, ["ok"] * 30)
    found = became(broken, now)

    assert {finding.fate for finding in found.values()} <= {"NOT REACHED", "FIXED"}
    assert found[SUCCESS].fate == "NOT REACHED"
    assert exit_code(found.values()) == 3
    now.close()


def test_a_rule_that_struck_then_and_not_now_leaves_it_open_though_it_held(a_drill: Drills) -> None:
    then, now = a_drill("then", bad=5, canary="bo-hit"), a_drill("now")
    other: list[dict[str, Any]] = [{**then.drill["rules"][0], "id": "outage.2.hang", "fault": "hang"}]
    for drill in (then, now):
        drill.drill["rules"] = [*then.drill["rules"], *other] if drill is then else [*drill.drill["rules"], *other]
    then.exchange(11, "bo-hit", "hang", rule="outage.2.hang", phase="outage", duration=3.0)
    then.exchange(11, "bo-hit", "hang", rule="outage.2.hang", phase="outage", duration=3.0)
    (finding,) = (each for each in became(then, now).values() if each.id == SUCCESS)

    assert (finding.fate, "outage.2.hang" in finding.why) == ("NOT REACHED", True)


def test_a_verdict_that_is_no_more_asked_for_is_not_reached(broken: Handwritten, a_drill: Drills) -> None:
    now = a_drill("now")
    now.drill["expect"] = [each for each in now.drill["expect"] if each["check"] != "no_leaks"]

    assert became(broken, now)["no_leaks"].fate == "NOT REACHED"
