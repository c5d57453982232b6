"""The kills: their points, their claims about facts written by hand; and three real ones."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.proxies import wait_until

from brownout.orders import KEPT
from brownout.profile import Profile
from brownout.scenario import Scenario
from kills import setting
from kills.claims import BOUND, claims, right_codes
from kills.facts import Facts
from kills.points import SET_UP, STAGES, VICTIMS, Point, point, stages_of

ROOT = Path(__file__).parents[2]
ZERO = 1000.0
SEED = 538
"""Its first three kills are of a part of ours each: in the beginning, in the outage, and when the platform is back."""
DRILL = {
    "zero": ZERO,
    "phases": [
        {"name": "healthy", "impact": "operational", "start": 0.0, "end": 1.2},
        {"name": "outage", "impact": "major_outage", "start": 1.2, "end": 2.1},
    ],
    "expect": setting.profile("patient")["expect"],
}
EXPECT = [
    {"check": "success", "during": ["operational"], "at_least": 0.8, "min_samples": 3, "journey": "chat"},
    {"check": "no_hang", "during": [], "within": 15.0},
    {"check": "history_kept", "during": []},
    {"check": "answered_once", "during": []},
]
SUCCESS: dict[str, Any] = {"check": "success", "id": "success", "journey": "chat", "during": ["operational"]}
NO_HANG: dict[str, Any] = {"check": "no_hang", "id": "no_hang", "during": []}
HISTORY: dict[str, Any] = {"check": "history_kept", "id": "history_kept", "during": []}
PROOF: dict[str, Any] = {"check": "injection_proof", "id": "injection_proof", "during": []}
ANSWERED: dict[str, Any] = {"check": "answered_once", "id": "answered_once", "during": []}
VERDICTS = [PROOF, SUCCESS, NO_HANG, HISTORY, ANSWERED]


def _row(kind: str, t: float, w: str = "drill", **more: Any) -> dict[str, Any]:
    return {"v": 1, "kind": kind, "t": ZERO + t, "at": 0.0, "w": w, **more}


def _said(name: str, event: str, t: float, w: str = "", code: int | None = None, detail: str = "") -> dict[str, Any]:
    return _row("process", t, w or name, name=name, event=event, code=code, detail=detail)


def _asked(t: float, outcome: str = "ok") -> dict[str, Any]:
    return _row("journey", t, "load-7", journey="chat", asks=True, outcome=outcome, duration=0.1)


def _history(**wrong: list[str]) -> dict[str, Any]:
    lists: dict[str, list[str]] = {name: [] for name in ("missing", "duplicated", "reordered", "foreign", "errors")}
    return _row("history", 0.9, "load-7", readable=True, acknowledged=1, **{**lists, **wrong})


def _chat(**more: list[str]) -> dict[str, Any]:
    return _row("chat", 0.9, "load-7", **{"said": ["bo-a"], "answered": ["bo-a"], "repeated": [], **more})


def _rows() -> list[dict[str, Any]]:
    """The journal of a drill that ends as it should."""
    return [
        _row("drill", -0.3, **{**DRILL, "expect": EXPECT}),
        _said("stand-in", "ready", -1.0),
        *(_asked(0.1 * number) for number in range(5)),
        _history(),
        _chat(),
        _row("exchange", 1.3, "proxy-0", injected=True, delivered=True),
        _said("load", "exited", 3.0, "load-7", 0),
        _said("proxy-0", "exited", 4.0, code=0),
        _said("stand-in", "exited", 4.0, code=0),
        _row("end", 4.5, outcome="completed", why=""),
    ]


def _files(rows: list[dict[str, Any]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for row in rows:
        files[f"{row['w']}.jsonl"] = files.get(f"{row['w']}.jsonl", b"") + json.dumps(row).encode() + b"\n"
    return files


def _report(status: str = "HELD", why: str = "", **own: str) -> dict[str, Any]:
    """A result in which every verdict has this status, or one of its own; BROKEN by the first question."""
    evidence = {"BROKEN": [{"text": "", "row": _asked(0.0)}]}
    verdicts = [{**one, "status": own.get(one["check"], status)} for one in VERDICTS]
    told = [{**one, "evidence": evidence.get(str(one["status"]), [])} for one in verdicts]
    return {"status": status, "why": why, "verdicts": told}


def _facts(rows: list[dict[str, Any]] | None = None, **more: Any) -> Facts:
    """A kill that came too late to do any harm."""
    aim = Point(0, "drill", "reports", 0.5, "patient")
    files = _files(_rows() if rows is None else rows)
    report = _report()
    usual: dict[str, Any] = {
        "exit": 0,
        "took": 1.0,
        "files": files,
        "before": files,
        "result": report,
        "report": report,
        "judged": 0,
    }
    return Facts(**{"point": aim, "killed": None, **usual, **more})


def _died(victim: str, t: float = 0.6, **more: Any) -> Facts:
    """A part that was killed in the middle, and seen to be by the drill."""
    detail = f"was killed by SIGKILL; {KEPT} is gone with it" if victim == "stand-in" else "was killed by SIGKILL"
    rows = [row for row in _rows() if row["t"] < ZERO + t]
    rows += [_said(victim, "exited", t, "drill", -9, detail), _row("end", t, outcome="failed", why=detail)]
    aim = Point(0, victim, "beginning", 0.5, "patient")  # type: ignore[arg-type]
    report = _report("UNKNOWN", why=detail)
    usual = {"killed": ZERO + t, "exit": 4, "judged": 4, "result": report, "report": report}
    return replace(_facts(rows), point=aim, **{**usual, **more})


def _unkept(facts: Facts) -> set[str]:
    return {claim.what for claim in claims(facts) if not claim.kept}


RIGHT, SAME = "the report's exit code is right", "the drill and its journal say the same"
HELD, BROKEN = "nothing is HELD that the journal cannot carry", "what is BROKEN has its rows"
GONE = "what died with the stand-in is said to be gone"


@pytest.mark.parametrize("facts", [_facts(), *map(_died, ("stand-in", "proxy-0", "load"))])
def test_all_claims_hold_where_nothing_is_lost(facts: Facts) -> None:
    assert _unkept(facts) == set()


def _without(kind: str, **more: Any) -> list[dict[str, Any]]:
    return [row for row in _rows() if row["kind"] != kind or any(row.get(name) != more[name] for name in more)]


LIES: dict[str, tuple[Facts, set[str]]] = {
    "a drill that does not end": (_facts(exit=None, result=None), {"the drill ends by itself", SAME}),
    "a drill that takes long to end": (_facts(took=BOUND + 1), {"the drill ends by itself"}),
    "a process that stays": (_facts(survivors=("python app.py",)), {"no process is left"}),
    "a line in the middle that is none": (
        _facts(files={**_facts().files, "x.jsonl": b'{"v":1,"ki\n{"v":1,"kind":"users","w":"x","t":1}\n'}),
        {"every line but a last one is a row"},
    ),
    "rows that were there": (_facts(before={"drill.jsonl": b"{}\n"}), {"what was written stays written"}),
    "held, of a part that died": (_died("proxy-0", judged=0, exit=0), {RIGHT}),
    "held in a drill that failed": (
        _died("load", report=_report("UNKNOWN", no_hang="HELD"), result=_report("UNKNOWN", no_hang="HELD")),
        {HELD},
    ),
    "another verdict than the drill's": (_facts(result=_report("UNKNOWN")), {SAME}),
    "no result": (_facts(result=None), {SAME}),
    "a stand-in that dies in silence": (
        _died("stand-in", report=_report("UNKNOWN"), result=_report("UNKNOWN")),
        {GONE},
    ),
    "held without a question": (_facts(_without("journey")), {HELD}),
    "held with too many failures": (_facts([*_rows(), *(_asked(0.7, "error") for _ in range(9))]), {HELD}),
    "held with one that hung": (_facts([*_rows(), _asked(1.5, "hung")]), {HELD}),
    "held without a look at the history": (_facts(_without("history")), {HELD}),
    "held with a message lost": (_facts([*_rows(), _history(missing=["bo-a"])]), {HELD}),
    "held without a look at the chat": (_facts(_without("chat")), {HELD}),
    "held with a message that has no answer": (_facts([*_rows(), _chat(answered=[])]), {HELD}),
    "held with a message answered twice": (_facts([*_rows(), _chat(repeated=["bo-a"])]), {HELD}),
    "held without a fault": (_facts(_without("exchange")), {HELD}),
    "broken without a row": (
        _facts(_without("journey"), report=_report("BROKEN"), result=_report("BROKEN"), exit=1, judged=1),
        {BROKEN, RIGHT},
    ),
    "broken by what came of our own death": (
        _died("proxy-0", killed=ZERO - 0.1, report=_report("BROKEN"), result=_report("BROKEN")),
        {BROKEN},
    ),
}


@pytest.mark.parametrize("lie", LIES)
def test_each_lie_is_found_out(lie: str) -> None:
    facts, broken = LIES[lie]

    assert _unkept(facts) >= broken
    assert _unkept(facts) - broken <= {SAME, "what was written stays written"}


def _killed(rows: list[dict[str, Any]], status: str = "UNKNOWN", code: int = 3, why: str = f"{KEPT} is gone") -> Facts:
    """A drill that was itself killed."""
    facts = _facts(rows, killed=ZERO, exit=-9, result=None, report=_report(status, why), judged=code)
    return replace(facts, point=Point(0, "drill", "outage", 0.5, "patient"))


def _failed(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The rows of a drill that failed."""
    return [{**row, "outcome": "failed"} if row["kind"] == "end" else row for row in rows]


@pytest.mark.parametrize(
    ("facts", "right"),
    [
        (_killed([]), {2}),
        (_killed(_rows()[:-1]), {3}),
        (_killed(_rows()[:-1], "BROKEN", 1), {1}),
        (_killed(_rows()[:-1], "HELD", 0), set()),
        (_killed(_rows(), "HELD", 0), {0}),
        (_died("proxy-0"), {4}),
        (replace(_died("proxy-0"), files=_facts().files), {0}),  # it had said all there was
        (replace(_died("load"), files=_facts().files), {4}),
        (replace(_facts(), killed=ZERO + 3.5, point=Point(0, "application", "settling", 0.5, "strict")), {1}),
        (replace(_facts(), killed=ZERO + 0.5, point=Point(0, "application", "beginning", 0.5, "strict")), {0}),
        (_died("application"), {3}),
        (replace(_died("application"), files=_files(_failed(_without("journey")))), {4}),  # it never came up
    ],
)  # fmt: skip
def test_the_right_exit_code_depends_on_who_died_when(facts: Facts, right: set[int]) -> None:
    assert right_codes(facts) == right


def test_a_line_that_the_kill_tore_is_counted_and_no_harm() -> None:
    facts = replace(_killed(_rows()[:-1]), before={})
    torn = replace(facts, files={**facts.files, "load-7.jsonl": facts.files["load-7.jsonl"] + b'{"v":1,"kind":"jour'})

    assert (torn.torn, torn.spoilt, _unkept(torn)) == (1, 0, set())


def test_what_is_drilled_is_a_scenario_and_a_profile() -> None:
    assert Scenario.model_validate(setting.scenario()).duration == pytest.approx(setting.END)
    assert all(Profile.model_validate(setting.profile(opinion)) for opinion in setting.USUAL)


def test_a_hundred_kills_take_every_victim_in_every_stage_and_are_the_same_each_time() -> None:
    points = [point(1, number) for number in range(100)]

    assert {(one.victim, one.stage) for one in points} == {(each, s) for each in VICTIMS for s in stages_of(each)}
    assert {one.opinion for one in points} == set(setting.USUAL)
    assert points == [point(1, number) for number in range(100)]
    assert points != [point(2, number) for number in range(100)]


@given(st.integers(), st.integers(0, 10_000))
def test_a_point_lies_in_the_life_of_its_victim(seed: int, number: int) -> None:
    one = point(seed, number)

    assert one.stage in stages_of(one.victim)
    assert -0.3 <= one.delay <= max(*SET_UP.values(), setting.END + 1.0)
    assert one.stage in STAGES


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "kills", *arguments]


@pytest.mark.e2e
@pytest.mark.drill
@pytest.mark.timeout(240)
def test_three_kills_lose_nothing_and_each_is_told_as_a_failure_of_the_harness(tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    command = _command("--times", "3", "--at-once", "1", "--seed", str(SEED), "--keep", str(kept))
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=220, check=False)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "27 of 27 claims hold" in done.stdout
    for number, part in enumerate(("stand-in", "proxy-0", "load")):
        drill = kept / f"{number:03d}"
        said = (drill / "said.log").read_text()
        assert f"brownout: the {part} was killed by SIGKILL before the drill was over" in said
        assert json.loads((drill / "out" / "result.json").read_text())["exit_code"] == 4
        assert (drill / "out" / "report.html").is_file()


@pytest.mark.e2e
@pytest.mark.drill
def test_ctrl_c_leaves_no_drill_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(
        _command("--times", "2", "--at-once", "1", "--keep", str(tmp_path / "kept")),
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip

    def drills() -> list[psutil.Process]:
        found = psutil.Process(process.pid).children(recursive=True)
        return found if len(found) >= 2 else []

    started = wait_until(drills, 60)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)

    assert process.returncode == 130, said
    assert "Traceback" not in said
    assert not psutil.wait_procs(started, timeout=20)[1]


@pytest.mark.parametrize(("arguments", "wrong"), [(["--times", "0"], "1 to"), (["--keep", "."], "is there already")])
def test_what_makes_no_sense_is_refused(arguments: list[str], wrong: str) -> None:
    done = subprocess.run(_command(*arguments), cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert wrong in done.stderr
