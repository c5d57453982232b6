"""Journeys, played by a real Locust process against an application that misbehaves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.loads import App, Ran, Run, Start, make_orders, make_profile

from brownout.calls import canary
from brownout.orders import PhaseSpan
from brownout.profile import History, Journey, Read, Step

pytestmark = [pytest.mark.e2e, pytest.mark.starts]

STREAMS = ("streams", "cuts")
OUTCOMES = {
    "whole": "ok",
    "half": "half",
    "empty": "empty",
    "broken": "error",
    "pretends": "error",
    "busy": "refused",
    "hangs": "hung",
    "closes": "cut",
    "short": "cut",
    "loses": "ok",
    "doubles": "ok",
    "streams": "ok",
    "cuts": "cut",
}
CONVERSATION = "{{ journey }}-{{ user }}-{{ iteration }}"
PATIENCE = 0.6


def journey(mode: str) -> Journey:
    read = Read(sse="delta", error="error") if mode in STREAMS else Read(json="reply")
    body = {"conversation": CONVERSATION, "text": "{{ message }}"}
    repeat = 3 if mode in ("loses", "doubles", "hangs") else 1
    ask = Step(name="ask", post=f"/{mode}/chat", json=body, reply=read, repeat=repeat)
    history = History(get=f"/{mode}/history/{CONVERSATION}", messages="messages")
    return Journey(steps=(ask,), history=history, patience=PATIENCE if mode == "hangs" else 20.0)


@pytest.fixture(scope="module")
def ran(app: App, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """One user for each way to misbehave, for a few seconds."""
    profile = make_profile({mode: journey(mode) for mode in OUTCOMES})
    return run(make_orders(tmp_path_factory.mktemp("load"), app.url, profile))


def canaries(ran: Ran) -> dict[tuple[Any, ...], str]:
    return {
        (row["journey"], row["user"], row["iteration"], row["turn"]): row["canary"]
        for row in ran.of("journey")
        if row["canary"]
    }


def test_the_load_did_its_work_in_silence(ran: Ran) -> None:
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")


def test_the_journal_begins_with_ready_and_ends_with_exited(ran: Ran) -> None:
    assert [(row["name"], row["event"], row["code"]) for row in (ran.rows[0], ran.rows[-1])] == [
        ("load", "ready", None),
        ("load", "exited", 0),
    ]
    assert {row["w"] for row in ran.rows} == {f"load-{ran.pid}"}


@pytest.mark.parametrize(("mode", "outcome"), OUTCOMES.items())
def test_the_outcome_is_what_the_user_saw(ran: Ran, mode: str, outcome: str) -> None:
    assert ran.outcomes(mode) == {outcome}


def test_users_give_up_when_their_patience_ends(ran: Ran) -> None:
    rows = ran.of("journey", "hangs")
    assert {(row["duration"], row["status"], row["turn"]) for row in rows} == {(PATIENCE, None, 0)}
    assert len(ran.of("history", "hangs")) == len(rows)


def test_a_refusal_says_when_to_come_back(ran: Ran) -> None:
    assert {(row["status"], row["retry_after"]) for row in ran.of("journey", "busy")} == {(503, 7.0)}


def test_what_must_never_be_shown_is_named(ran: Ran) -> None:
    leaks = {row["journey"]: row["leaks"] for row in ran.of("journey") if row["leaks"]}
    assert leaks == {"broken": ["exception_name", "traceback"], "pretends": ["provider_error"]}


def test_streamed_answers_have_a_first_token(ran: Ran) -> None:
    rows = [row for mode in STREAMS for row in ran.of("journey", mode)]
    assert all(row["streamed"] and 0 < row["first_token"] < row["duration"] for row in rows)
    assert {row["streamed"] for row in ran.of("journey", "whole")} == {False}


def test_acknowledged_is_what_was_answered_with_a_good_head(ran: Ran) -> None:
    acknowledged = {row["journey"] for row in ran.of("journey") if row["acknowledged"]}
    assert acknowledged == set(OUTCOMES) - {"broken", "busy", "hangs", "closes"}


@pytest.mark.parametrize(("mode", "wrong"), [("loses", "missing"), ("doubles", "duplicated")])
def test_the_history_is_compared_with_what_was_acknowledged(ran: Ran, mode: str, wrong: str) -> None:
    first = {row["iteration"]: row["canary"] for row in ran.of("journey", mode) if row["turn"] == 0}
    histories = [row for row in ran.of("history", mode) if row["acknowledged"] == 3]
    assert histories
    assert all(row[wrong] == [first[row["iteration"]]] for row in histories)


def test_a_history_that_was_kept_has_nothing_wrong(ran: Ran) -> None:
    faults = ("missing", "duplicated", "reordered", "foreign", "half", "errors")
    rows = ran.of("history", "whole")
    assert rows
    assert all(row["readable"] and row["found"] == row["acknowledged"] == 1 for row in rows)
    assert all(row[name] == [] for row in rows for name in faults)


def test_every_iteration_reads_its_history(ran: Ran) -> None:
    asked = {(row["journey"], row["user"], row["iteration"]) for row in ran.of("journey")}
    read = [(row["journey"], row["user"], row["iteration"]) for row in ran.of("history")]
    assert asked == set(read)
    assert len(read) == len(set(read))


def test_nobody_begins_before_the_start_or_after_the_end(ran: Ran) -> None:
    end = ran.orders.phases[-1].end
    begun = sorted(row["t"] - ran.zero for row in ran.of("journey"))
    assert begun[0] >= 0
    # Each user looks at the clock and then begins, and the machine may take its time in between: once, and no more.
    late = [row["user"] for row in ran.of("journey") if row["t"] - ran.zero > end]
    assert len(late) == len(set(late))
    assert begun[-1] < end + 5


def test_users_are_counted(ran: Ran) -> None:
    counts = [row["users"] for row in ran.of("users")]
    assert len(counts) >= 2
    assert max(counts) == len(OUTCOMES)


def test_no_row_holds_what_was_said(ran: Ran) -> None:
    text = "".join(path.read_text(encoding="utf-8") for path in ran.orders.journal.iterdir())
    assert "sky" not in text
    assert "That is all there is" not in text


def test_the_same_seed_makes_the_same_canaries_for_any_number_of_users(app: App, run: Run, tmp_path: Path) -> None:
    runs: list[dict[tuple[Any, ...], str]] = []
    for number, users in enumerate((3, 3, 5)):
        folder = tmp_path / str(number)
        folder.mkdir()
        profile = make_profile({"whole": journey("whole")}, users=users)
        runs.append(canaries(run(make_orders(folder, app.url, profile, lasts=1.2))))
    first, again, more = runs
    for marks in runs:
        assert all(mark == canary.make(7, *place) for place, mark in marks.items())
        assert len(set(marks.values())) == len(marks)
    assert {place[1] for place in first} == {place[1] for place in again} == {0, 1, 2}
    assert {place[1] for place in more} == {0, 1, 2, 3, 4}
    common = first.keys() & again.keys() & more.keys()
    assert {place[1] for place in common} == {0, 1, 2}
    assert all(first[place] == again[place] == more[place] for place in common)


def test_the_surge_is_there_during_the_outage_only(app: App, run: Run, tmp_path: Path) -> None:
    phases = (
        PhaseSpan(name="calm", impact="operational", start=0.0, end=1.2),
        PhaseSpan(name="out", impact="major_outage", start=1.2, end=2.4),
        PhaseSpan(name="tail", impact="recovering", start=2.4, end=3.6),
    )
    profile = make_profile({"whole": journey("whole"), "page": journey("whole")}, users=2, surge=3)
    ran = run(make_orders(tmp_path, app.url, profile, phases=phases))
    assert ran.code == 0
    assert {(row["journey"], row["user"]) for row in ran.of("journey")} == {
        (name, number) for name in ("whole", "page") for number in range(3)
    }
    first_turns = [row["t"] - ran.zero for row in ran.of("journey") if row["user"] > 0]
    assert min(first_turns) >= 1.2
    assert max(first_turns) < 2.4
    always = [row["t"] - ran.zero for row in ran.of("journey") if row["user"] == 0]
    assert min(always) < 1.2
    assert max(always) > 2.4


def test_bad_journeys_are_refused_before_any_request(app: App, start: Start, tmp_path: Path) -> None:
    bad = Step(name="ask", post="/whole/chat", json={"text": "{{ oops"}, reply=Read(json="reply"))
    ran = start(make_orders(tmp_path, app.url, make_profile({"whole": Journey(steps=(bad,))}))).wait()
    assert ran.code == 4
    assert ran.stderr.startswith("brownout load: journey whole, steps 1 json text: not a jinja2 template")
    assert len(ran.stderr.splitlines()) == 1
