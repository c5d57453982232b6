"""Drills that end at once: by a bound of the profile, and by an order to stop."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, rows_of, scenario
from support.proxies import wait_until

pytestmark = pytest.mark.e2e

CAP = 2
HELD = [{"fault": "hang", "on": "openai.chat", "share": "50%"}, {"fault": "server_error", "on": "openai.chat"}]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """A drill of a minute whose outage breaks every answer but what the cap lets pass; the errors end it."""
    folder = tmp_path_factory.mktemp("aborted")
    abort = {"errors": "20%", "over": "1500ms"}
    load = {**PROFILE["load"], "users": 8}
    with a_desk(folder, abort=abort, max_active_faults=CAP, load=load, settle="1s") as made:
        made.write("short.yaml", scenario(*HELD, lasts="60s"))
        made.env = {"XDG_STATE_HOME": str(folder / "state")}
        yield made


@pytest.fixture(scope="module")
def aborted(desk: Desk) -> dict[str, Any]:
    done = desk.brownout("run", "short.yaml", "--out", "out")
    assert done.returncode in (1, 3), done.stdout + done.stderr
    return {**desk.result(), "said": done.stdout}


def test_errors_beyond_the_bound_end_it_and_the_first_line_says_why(aborted: dict[str, Any], desk: Desk) -> None:
    assert aborted["outcome"] == "aborted"
    assert aborted["duration"] < 30
    assert aborted["lead"].startswith("The drill was ended at once: ")
    assert "answers were errors in the last 1.5s, and abort allows 20%" in aborted["lead"]
    assert "HELD" not in {verdict["status"] for verdict in aborted["verdicts"]}
    assert desk.survivors() == []


def test_never_more_calls_are_struck_at_once_than_the_profile_allows(aborted: dict[str, Any], desk: Desk) -> None:
    rows = desk.rows("exchange")
    struck = sorted((row["t"], row["t"] + row["duration"]) for row in rows if row["injected"])
    for began, _ in struck:
        assert sum(start <= began < end for start, end in struck) <= CAP
    capped = [row for row in rows if row.get("capped")]
    assert capped
    assert all(row["rule"] and not row["injected"] and row["status"] in (200, None) for row in capped)
    assert sum(rule["capped"] for rule in aborted["rules"]) == len(capped)
    assert desk.rows("fault_skipped") == []


def test_an_order_to_stop_ends_a_drill_that_runs_and_lets_none_begin(desk: Desk, aborted: dict[str, Any]) -> None:
    desk.write("brownout.yaml", PROFILE)
    desk.write("short.yaml", scenario(lasts="60s"))
    running = desk.start("run", "short.yaml", "--out", "second")
    at_desk = desk.start("proxy", "baseline", "--port", "0", "--json")
    second_out = desk.folder / "second"
    wait_until(lambda: len(rows_of(second_out, "journey")) >= 3 or running.poll() is not None, 40)

    assert desk.brownout("stop", "--all").returncode == 0
    out, err = running.communicate(timeout=60)

    assert "were stopped by" in at_desk.communicate(timeout=60)[1]
    assert at_desk.returncode == 2
    (end,) = rows_of(second_out, "end")
    assert (running.returncode, end["outcome"]) == (3, "aborted"), out + err
    order = json.loads((desk.folder / "state" / "brownout" / "stop").read_text())
    last = max(row["at"] for row in rows_of(second_out, "journey"))
    assert last < order["at"] + 20  # a second, where the machine has time; the timeline is a minute
    assert "The drill was ended at once: all drills were stopped by" in " ".join(out.split())
    refused = desk.brownout("run", "short.yaml", "--out", "third")
    assert (refused.returncode, (desk.folder / "third").exists()) == (2, False)
    assert "'brownout stop --clear' lets them begin again" in refused.stderr
    assert desk.brownout("stop", "--clear").returncode == 0
    assert desk.survivors() == []
