"""What is left of a scenario when rules and phases are taken away."""

from __future__ import annotations

from pathlib import Path

import pytest

from brownout.drill.smaller import NAME, Cut, as_file, size, smaller, whole
from brownout.library.library import load_scenario, scenarios


@pytest.mark.parametrize("name", [shipped.name for shipped in scenarios()])
def test_a_whole_scenario_is_the_same_under_another_name(name: str) -> None:
    scenario = load_scenario(name)
    same = smaller(scenario, whole(scenario), scenario.speed)

    assert same.rules == scenario.rules
    assert (same.duration, same.status, same.seed) == (scenario.duration, scenario.status, scenario.seed)


def test_rules_keep_their_ids_and_phases_their_lengths_in_a_file_that_loads(tmp_path: Path) -> None:
    scenario = load_scenario("chatgpt-2026-02-03")
    (last, *_), lengths = [rule.id for rule in scenario.rules][-1:], whole(scenario).lengths
    cut = Cut((last,), (0.0, *lengths[1:-1], lengths[-1] / 2))
    left = smaller(scenario, cut, 200.0)
    file = tmp_path / f"{NAME}.yaml"
    file.write_text(as_file(left, ["What it shows,\nin a line", "brownout run minimal.yaml"]))

    assert [rule.id for rule in left.rules] == [last]
    assert len(left.timeline) == len(scenario.timeline) - 1
    assert left.duration == sum(cut.lengths)
    assert all(post.at < left.duration for posts in left.status.values() for post in posts)
    assert load_scenario(file) == left
    assert file.read_text().startswith("# What it shows, in a line\n# brownout run minimal.yaml\n")
    assert size(left).startswith("1 rule, ")
