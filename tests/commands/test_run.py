"""``brownout run`` around its drills, which are written by hand here: baselines, and drills that are played again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.drills import PROFILE, scenario
from support.forms import written_as
from support.journals import Handwritten

from brownout.cli import main
from brownout.drill import drill as drills
from brownout.drill.progress import Watcher
from brownout.drill.setting import Options, prepare
from brownout.events import End
from brownout.judging.judge import judge
from brownout.profile import MOST_USERS, Profile
from brownout.report import write_all
from brownout.result import Result
from brownout.scenario import Scenario

Captured = pytest.CaptureFixture[str]


class Stage:
    """Plays drills by writing their journals: ``good`` says which of them go well, ``ends`` how each ends."""

    def __init__(self) -> None:
        self.good: list[bool] = []
        self.ends: list[End] = []
        self.played: list[tuple[str, int, str]] = []

    def run_drill(self, scenario: Scenario, profile: Profile, options: Options, watcher: Watcher) -> Result:
        """Instead of the real one."""
        assert options.out is not None
        setting = prepare(scenario, profile, options)
        written = Handwritten(options.out)
        row = setting.row(1000.0, {}).row()
        written.drill = {name: value for name, value in row.items() if name != "kind"}
        bad = not self.good.pop(0) if self.good else False
        for user in range(20):
            written.asks(0.2 + user / 10, ["error" if bad and user % 2 else "ok"] * 4, every=0.2, iteration=user)
        written.exchange(1, "bo-hit")
        written.end = self.ends.pop(0) if self.ends else written.end
        result = judge(written.write())
        write_all(result, options.out)
        self.played.append((scenario.name, setting.scenario.seed, str(options.out)))
        return result


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Stage:
    """A desk on which drills cost nothing."""
    stage = Stage()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(drills, "run_drill", stage.run_drill)
    (tmp_path / "brownout.yaml").write_text(json.dumps(PROFILE))
    for name in ("short", "other"):
        (tmp_path / f"{name}.yaml").write_text(json.dumps(scenario(lasts="4s", name=name)))
    return stage


def test_a_run_is_compared_with_its_baseline_in_summary_and_reports(
    stage: Stage, tmp_path: Path, capsys: Captured
) -> None:
    stage.good = [True, False, True]
    assert main(["run", "short.yaml", "--out", "before"]) == 0

    assert main(["run", "short.yaml", "--out", "now", "--baseline", "before"]) == 1
    assert "WORSE  B against A: 1 worse, of 1 objective." in capsys.readouterr().out
    assert json.loads((tmp_path / "now" / "result.json").read_text())["comparison"]["word"] == "worse"
    assert main(["run", "short.yaml", "--out", "again", "--baseline", "before", "--quiet"]) == 0
    assert "(not told apart against the baseline)" in capsys.readouterr().out


def test_a_baseline_that_is_not_alike_is_refused_before_the_drill(stage: Stage, capsys: Captured) -> None:
    assert main(["run", "short.yaml", "--out", "before"]) == 0

    assert main(["run", "short.yaml", "--out", "now", "--baseline", "before", "--users", "7"]) == 2
    assert "before: not alike: the users: 3 and 7" in capsys.readouterr().err
    assert main(["run", "other.yaml", "--out", "now", "--baseline", "before"]) == 2
    assert main(["run", "short.yaml", "--out", "now", "--baseline", "nowhere"]) == 2
    assert len(stage.played) == 1


@pytest.mark.parametrize("other", ["--baseline", "--repeat"])
def test_a_second_longer_drill_goes_with_no_baseline_and_no_repetition(
    stage: Stage, capsys: Captured, other: str
) -> None:
    assert main(["run", "short.yaml", "--until-settled", other, "2"]) == 2

    err = capsys.readouterr().err
    assert "--until-settled" in err
    assert other in err
    assert stage.played == []


def test_repeated_drills_have_seeds_of_their_own_and_take_turns(stage: Stage, tmp_path: Path) -> None:
    assert main(["run", "short.yaml", "other.yaml", "--out", "out", "--repeat", "2", "--seed", "5", "--quiet"]) == 0

    assert stage.played == [
        ("short", 5, "out/short/seed-5"),
        ("other", 5, "out/other/seed-5"),
        ("short", 6, "out/short/seed-6"),
        ("other", 6, "out/other/seed-6"),
    ]
    assert (tmp_path / "out" / "other" / "pooled.md").read_text().startswith("### HELD: small in other")
    assert main(["compare", "out/short", "out/other", "--anyway"]) == 0


def test_repeated_drills_are_judged_as_one_and_each_by_itself(stage: Stage, capsys: Captured) -> None:
    stage.good = [True, False, False, True]
    assert main(["run", "short.yaml", "--out", "out", "--repeat", "4", "--json"]) == 1

    told = json.loads(capsys.readouterr().out)
    assert [drill["exit_code"] for drill in told["drills"]] == [0, 1, 1, 0]
    (pooled,) = told["pooled"]
    written_as("pooled").validate(pooled)
    for drill in told["drills"]:
        written_as("result").validate(drill)
    (success,) = (verdict for verdict in pooled["verdicts"] if verdict["check"] == "success")
    assert (success["status"], success["samples"], success["figure"]["value"]) == ("BROKEN", 320, 0.75)
    assert [run["statuses"]["success"] for run in pooled["runs"]] == ["HELD", "BROKEN", "BROKEN", "HELD"]


def test_what_is_played_until_ctrl_c_is_kept_and_judged(stage: Stage, capsys: Captured) -> None:
    stage.ends = [End("completed"), End("interrupted")]
    assert main(["run", "short.yaml", "--out", "out", "--repeat", "3"]) == 130

    assert len(stage.played) == 2
    out = " ".join(capsys.readouterr().out.split())
    assert "1 drill of short together (seeds 1, 2). 1 more did not come to an end" in out
    assert main(["run", "short.yaml", "--out", "out", "--repeat", "2"]) == 2


def test_repeated_drills_are_compared_with_a_baseline_together(stage: Stage, tmp_path: Path) -> None:
    assert main(["run", "short.yaml", "--out", "before", "--repeat", "2", "--quiet"]) == 0
    stage.good = [True, False]

    assert main(["run", "short.yaml", "--out", "now", "--repeat", "2", "--baseline", "before", "--quiet"]) == 1
    pooled = json.loads((tmp_path / "now" / "pooled.json").read_text())
    assert (pooled["comparison"]["word"], len(pooled["comparison"]["a"])) == ("worse", 2)


@pytest.mark.parametrize(("users", "refused"), [(MOST_USERS, False), (MOST_USERS + 1, True)])
def test_as_many_users_are_allowed_as_a_profile_may_have(users: int, refused: bool, capsys: Captured) -> None:
    assert main(["run", "there-is-none", "--users", str(users)]) == 2
    assert ("--users" in capsys.readouterr().err) is refused
