"""Same seed, same decisions: in another run, over two proxies, among ten times as many users; and again on paper."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario, starts

from brownout.deciding.replay import replay
from brownout.library.library import load_scenario

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]

RULES: tuple[dict[str, Any], ...] = (
    {"fault": "server_error", "on": "openai.chat", "when": {"stream": False}, "share": "30%"},
    {"fault": "gateway_error", "on": "openai.chat", "when": {"stream": False}, "share": "40%"},
    {"fault": "stream_error", "on": "openai.*", "when": {"stream": True}, "share": "30%", "after": "4 events"},
    {"fault": "stream_cut", "on": "openai.*", "when": {"stream": True}, "share": "45%", "after": "6 events"},
    {"fault": "overloaded", "on": "*", "share": "30%"},
    {"fault": "slow_first_token", "on": "openai.chat", "share": "60%", "delay": "100ms", "jitter": "50ms"},
)
DRILLS = {
    "first": (),
    "again": (),
    "two proxies": ("--proxies", "2"),
    "fifty users": ("--users", "50"),
    "another seed": ("--seed", "8"),
}


def _journey(**body: object) -> dict[str, Any]:
    step = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}", **body}, "reply": {"json": "reply"}}
    return {"patience": "10s", "steps": [step]}


USERS: dict[str, Any] = {
    "start": starts("retrying_app"),
    "journeys": {"plain": _journey(), "streamed": _journey(stream=True)},
    "load": {"users": 5, "arrive": 100, "pause": "500ms"},
    "expect": [{"check": "no_hang", "within": "10s"}],
}


@dataclass(frozen=True)
class Drilled:
    """A drill that is over: where it was, and its exchanges within the timeline."""

    desk: Desk

    @property
    def exchanges(self) -> list[dict[str, Any]]:
        """What reached a proxy while the timeline played."""
        return [row for row in self.desk.rows("exchange") if row["phase"]]

    def decisions(self) -> dict[Any, Any]:
        """The draws and the rule of every exchange, by its key and which attempt it was."""
        found = {(row["key"], row["occurrence"]): (row["draws"], row["rule"]) for row in self.exchanges}
        assert len(found) == len(self.exchanges)
        return found

    def fates(self) -> dict[Any, Any]:
        """The rule that struck, by who asked what: comparable between seeds, which have other canaries and keys."""
        asked = {
            row["canary"]: (row["journey"], row["user"], row["iteration"], row["turn"])
            for row in self.desk.rows("journey")
        }
        return {(asked[row["canary"]], row["occurrence"]): row["rule"] for row in self.exchanges}


def _drill(folder: Path, arguments: tuple[str, ...], keep: Callable[[Any], Desk]) -> Drilled:
    folder.mkdir()
    desk = keep(a_desk(folder, **{**PROFILE, **USERS}))
    desk.write("short.yaml", {**scenario(*RULES, lasts="10s"), "seed": 7})
    done = desk.brownout("run", "short.yaml", "--out", "out", *arguments, timeout=120)
    assert done.returncode in (0, 3), done.stdout + done.stderr
    assert desk.result()["outcome"] == "completed"
    return Drilled(desk)


@pytest.fixture(scope="module")
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Drilled]]:
    """Every drill once, side by side: they mostly wait."""
    folder = tmp_path_factory.mktemp("drills")
    with ExitStack() as stack, ThreadPoolExecutor(len(DRILLS)) as pool:
        waiting = {
            name: pool.submit(_drill, folder / name, arguments, stack.enter_context)
            for name, arguments in DRILLS.items()
        }
        yield {name: future.result() for name, future in waiting.items()}


def _common(one: dict[Any, Any], other: dict[Any, Any]) -> set[Any]:
    """What is in both; enough of it that their likeness is no accident."""
    common = one.keys() & other.keys()
    assert len(common) >= 20
    assert len(common) >= len(one) / 2
    return common


def test_the_drill_strikes_both_ways_of_answering_in_several_ways(drills: dict[str, Drilled]) -> None:
    rows = drills["first"].exchanges

    assert len({row["rule"] for row in rows} - {None}) >= 4
    assert {row["stream"] for row in rows} == {True, False}
    assert {row["occurrence"] for row in rows} == {0, 1}


@pytest.mark.parametrize("other", ["again", "two proxies", "fifty users"])
def test_the_same_exchange_meets_the_same_fate(drills: dict[str, Drilled], other: str) -> None:
    first, second = drills["first"].decisions(), drills[other].decisions()

    common = _common(first, second)
    assert {key: first[key] for key in common} == {key: second[key] for key in common}


def test_both_proxies_had_their_part(drills: dict[str, Drilled]) -> None:
    assert {row["w"] for row in drills["two proxies"].exchanges} == {"proxy-0", "proxy-1"}


def test_ten_times_as_many_users_ask_far_more(drills: dict[str, Drilled]) -> None:
    assert len(drills["fifty users"].exchanges) > 3 * len(drills["first"].exchanges)


def test_another_seed_strikes_others(drills: dict[str, Drilled]) -> None:
    first, second = drills["first"].fates(), drills["another seed"].fates()

    common = first.keys() & second.keys()
    assert len(common) >= 10
    assert {key: first[key] for key in common} != {key: second[key] for key in common}


@pytest.mark.parametrize("name", DRILLS)
def test_every_decision_can_be_made_again_from_the_journal(drills: dict[str, Drilled], name: str) -> None:
    desk = drills[name].desk

    rows = [*desk.rows("drill"), *desk.rows("exchange")]
    assert len(rows) > 10
    assert replay(load_scenario(str(desk.folder / "short.yaml")), rows) == []
