"""The page "From the reports" says what there is."""

from __future__ import annotations

import re
from pathlib import Path

from support.pages import ROOT
from support.seeds import commands, rows

from brownout.expect import AnyExpect
from brownout.library.library import load_profile, load_scenario
from brownout.profile import Profile

SYSTEMS = (
    *("live chat", "Search", "image generation", "OpenAI API", "Codex", "Atlas", "history", "integrations"),
    *("status page", "Downdetector", "login", "WhatsApp Business API", "ChatGPT on WhatsApp", "linking", "iOS"),
    *("Meta AI", "Perplexity", "Copilot"),
)
E2E = Path(__file__).parent / "e2e"


def profile_of(drill: str) -> Profile:
    words = commands()[drill]
    return load_profile(ROOT / words[words.index("--app") + 1])


def id_of(expectation: AnyExpect) -> str:
    return expectation.id


def test_every_row_names_a_drill_of_its_scenario() -> None:
    for row in rows():
        assert commands()[row.drill][:3] == ["brownout", "run", row.scenario]


def test_every_row_breaks_something_by_a_rule_of_its_scenario() -> None:
    for row in rows():
        known = {(rule.fault, rule.on) for rule in load_scenario(row.scenario).rules}
        assert row.rules or row.surge
        assert set(row.rules) <= known, row.system


def test_every_proof_is_expected_by_the_drills_profile() -> None:
    for row in rows():
        expected = {id_of(expectation) for expectation in profile_of(row.drill).expect}
        assert row.proofs
        assert set(row.proofs) <= expected, row.system


def test_every_drill_of_the_page_is_run_by_a_test() -> None:
    run = {
        name for path in E2E.glob("test_seeds_*.py") for name in re.findall(r'"(\w+)"', _parameters(path.read_text()))
    }

    assert run == set(commands()) == {row.drill for row in rows()}


def _parameters(text: str) -> str:
    (found,) = re.findall(r"of_drill\(([^)]+)\)", text)
    return str(found)


def test_every_system_of_both_reports_is_there() -> None:
    named = " ".join(row.system for row in rows())

    for system in SYSTEMS:
        assert system in named
