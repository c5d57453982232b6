"""Can a load settle what is expected of it?"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from support.drills import PROFILE
from support.pages import ROOT

from brownout.checkers.sampling import Sampling
from brownout.cli import main
from brownout.library import settling
from brownout.library.library import load_profile, load_scenario, scenarios
from brownout.profile import Profile
from brownout.scenario import Scenario
from brownout.verdict import Status

Captured = pytest.CaptureFixture[str]


def _scenario(lasts: str = "30s", impact: str = "operational") -> dict[str, Any]:
    timeline = [{"phase": "only", "lasts": lasts, "impact": impact}]
    return {"brownout": 1, "name": "calm", "title": "Calm", "timeline": timeline}


def _profile(users: int, *expect: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**PROFILE, "load": {"users": users, "pause": "500ms"}, "expect": list(expect), **more}


def _texts(profile: dict[str, Any], **scenario: Any) -> list[str]:
    played = Scenario.model_validate(_scenario(**scenario))
    return [finding.text for finding in settling.findings([played], Profile.model_validate(profile))]


STRICT = {"check": "success", "at_least": "99%", "margin": "3%"}


def test_an_objective_that_so_few_cannot_settle_says_what_it_could_not_be_told_from_and_how_many_would() -> None:
    (text,) = _texts(_profile(3, STRICT))

    assert re.match(r"success: 99% cannot be told from [\d.]+% by the about 90 questions that users ask in calm", text)
    users = int(re.search(r"raise load.users from 3 to about (\d+)", text)[1])  # type: ignore[index]
    assert _texts(_profile(users, STRICT)) == []
    assert _texts(_profile(users - 1, STRICT)) != []


@pytest.mark.parametrize(
    ("expectation", "texts"),
    [
        ({"check": "success", "at_least": "90%", "margin": "50%", "confidence": "50%"}, 0),
        ({"check": "success", "at_least": "90%", "margin": "50%", "confidence": "50%", "min_samples": 91}, 1),
        ({"check": "latency", "p99": "2s", "margin": "1%"}, 1),
        ({"check": "success", "at_least": "99%", "margin": "3%", "during": "major_outage"}, 0),  # there is none
        ({"check": "no_hang", "within": "2s"}, 0),  # no share
    ],
)
def test_only_what_is_put_to_the_test_and_rests_on_a_share_is_told(expectation: dict[str, Any], texts: int) -> None:
    assert len(_texts(_profile(3, expectation))) == texts


def test_fewer_questions_than_min_samples_are_told_as_that() -> None:
    (text,) = _texts(_profile(1, {"check": "success", "at_least": "50%", "min_samples": 40}))

    assert "are fewer than its min_samples (40), so it stays UNKNOWN" in text
    assert text.endswith("or lower min_samples")


@given(st.integers(0, 5000), st.integers(1, 300))
def test_questions_are_shared_out_without_loss(questions: int, users: int) -> None:
    crowd = settling._shared_out(questions, users)

    assert sum(size for size, _ in crowd) == questions
    assert len(crowd) == min(questions, users)
    assert max((size for size, _ in crowd), default=0) - min((size for size, _ in crowd), default=0) <= 1


@given(st.integers(1, 60), st.sampled_from(("90%", "99%", "100%")), st.sampled_from(("2%", "5%", "10%")))
def test_it_warns_where_a_drill_in_which_all_went_well_would_be_unknown_and_nowhere_else(
    users: int, at_least: str, margin: str
) -> None:
    warned = _texts(_profile(users, {"check": "success", "at_least": at_least, "margin": margin}))

    share, wide = float(at_least[:-1]) / 100, float(margin[:-1]) / 100
    judged = Sampling(margin=wide).rule(share, [(30, 30)] * users).status
    assert bool(warned) is (judged is Status.UNKNOWN)


def test_lint_says_it_at_the_line_of_the_expectation_and_it_is_no_error(tmp_path: Path, capsys: Captured) -> None:
    profile, scenario = tmp_path / "brownout.yaml", tmp_path / "calm.yaml"
    profile.write_text(yaml.safe_dump(_profile(3, STRICT), sort_keys=False))
    scenario.write_text(yaml.safe_dump(_scenario(), sort_keys=False))
    line = 1 + next(n for n, text in enumerate(profile.read_text().splitlines()) if "check: success" in text)

    assert main(["lint", str(scenario), "--app", str(profile)]) == 0
    assert f"{profile}:{line}:" in capsys.readouterr().out


@pytest.mark.parametrize("example", ["fragile_chat", "sturdy_chat"])
def test_the_shipped_chats_can_settle_what_they_expect_in_every_shipped_scenario(example: str) -> None:
    profile = load_profile(ROOT / "examples" / example)

    assert list(settling.findings([load_scenario(each.path) for each in scenarios()], profile)) == []
