"""The registry of planted defects: all checkers have one, and each defect is really played beside its twin."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from brownout.checkers import CHECKERS
from brownout.faults import FAULTS
from brownout.library.library import load_profile, load_scenario
from brownout.selftest.benches import BENCHES
from brownout.selftest.defect import WHOLE
from brownout.selftest.defects import DEFECTS
from brownout.selftest.playing import SHORT, Turn, turns, written

NOT_PLANTED: dict[str, str] = {}
"""Checkers without a defect here, and why."""


def _asked(bench: str, check: str) -> list[str | None]:
    return [each.get("journey") for each in BENCHES[bench].profile["expect"] if each["check"] == check]


def test_every_checker_has_a_planted_defect_or_a_reason_why_not() -> None:
    planted = {defect.check for defect in DEFECTS.values()}

    assert planted | set(NOT_PLANTED) == set(CHECKERS)
    assert planted & set(NOT_PLANTED) == set()
    assert len(DEFECTS) >= 28


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_played_beside_a_twin_that_is_asked_the_same(name: str) -> None:
    defect = DEFECTS[name]

    assert defect.name == name
    assert defect.words
    assert defect.twin not in DEFECTS
    assert not defect.fault or defect.fault == "a channel's end" or defect.fault in FAULTS
    assert name in BENCHES[defect.bench].profile["journeys"]
    assert defect.twin in BENCHES[defect.home].profile["journeys"]
    if defect.check not in WHOLE:
        assert {name, defect.twin} <= set(_asked(defect.bench, defect.check))
        assert {name} <= set.intersection(*(set(_asked(defect.bench, check)) for check in (defect.check, *defect.also)))
    elif defect.check not in ("application_alive", "injection_proof", "profile_fits"):
        assert _asked(defect.bench, defect.check) == _asked(defect.home, defect.check) == [None]


@pytest.mark.parametrize("name", DEFECTS)
def test_its_fault_strikes_on_the_bad_day_alone(name: str) -> None:
    bench = BENCHES[DEFECTS[name].bench]

    struck = {rule["fault"] for phase in bench.bad["timeline"] for rule in phase["rules"]}
    assert not DEFECTS[name].fault or DEFECTS[name].fault in struck or bench.bad.get("channels")
    assert not any(phase["rules"] for phase in (bench.good or {"timeline": []})["timeline"])


@pytest.mark.parametrize("turn", turns([1], short=False), ids=lambda turn: turn.name)
def test_what_is_played_are_files_that_load(turn: Turn, tmp_path: Any) -> None:
    scenario, profile = written(turn, tmp_path)

    assert load_scenario(scenario).name == scenario.stem
    assert set(load_profile(profile).journeys or ()) == set(turn.bench.profile["journeys"])
    assert yaml.safe_load(profile.read_text())["expect"] == turn.bench.profile["expect"]


def test_the_short_form_is_one_application_with_faults_and_without() -> None:
    assert [turn.name for turn in turns([1], short=True)] == ["asked-bad-day-1", "asked-good-day-1"]
    assert set(SHORT) <= set(BENCHES)


def test_what_no_seed_decides_is_played_once() -> None:
    names = [turn.name for turn in turns([1, 2, 3], short=False)]

    assert {"kept-bad-day-1", "kept-bad-day-2", "kept-bad-day-3", "dies-bad-day-1"} <= set(names)
    assert "dies-bad-day-2" not in names
    for bench in BENCHES.values():
        assert not bench.once or all(
            rule.get("share", "100%") == "100%" for phase in bench.bad["timeline"] for rule in phase["rules"]
        )
