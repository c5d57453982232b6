"""Same seed, same decisions: in another run, over two proxies, intercepted, among more users; and again on paper."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest
from support.drills import a_desk, scenario, starts

from brownout.deciding.replay import replay
from brownout.scenario import Scenario

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(120)]

RULES: tuple[dict[str, Any], ...] = (
    {"fault": "server_error", "on": "openai.chat", "when": {"stream": False}, "share": "30%"},
    {"fault": "gateway_error", "on": "openai.chat", "when": {"stream": False}, "share": "40%"},
    {"fault": "stream_error", "on": "openai.*", "when": {"stream": True}, "share": "30%", "after": "4 events"},
    {"fault": "stream_cut", "on": "openai.*", "when": {"stream": True}, "share": "45%", "after": "6 events"},
    {"fault": "overloaded", "on": "*", "share": "30%"},
    {"fault": "slow_first_token", "on": "openai.chat", "share": "60%", "delay": "100ms", "jitter": "50ms"},
)
OUTAGE = {**scenario(*RULES, lasts="6s"), "seed": 7}
ENOUGH = 10
"""With so many exchanges in common, a likeness of decisions between these rules is no accident."""
BY_URL = {"start": starts("retrying_app")}
INTERCEPTED = {"start": starts("retrying_app", OPENAI_BASE_URL="https://api.openai.com/v1"), "connect": "intercept"}


def _journey(**body: object) -> dict[str, Any]:
    step = {"name": "ask", "post": "/ask", "json": {"text": "{{ message }}", **body}, "reply": {"json": "reply"}}
    return {"patience": "10s", "steps": [step]}


USERS: dict[str, Any] = {
    "journeys": {"plain": _journey(), "streamed": _journey(stream=True)},
    "load": {"users": 5, "arrive": 100, "pause": "500ms"},
    "expect": [{"check": "no_hang", "within": "10s"}],
}


@dataclass(frozen=True)
class Drilled:
    """A drill that is over: its own row, its exchanges within the timeline, and who asked."""

    drill: list[dict[str, Any]]
    exchanges: list[dict[str, Any]]
    users: set[tuple[str, int]]

    def decisions(self) -> dict[Any, Any]:
        """The draws and the rule of every exchange, by its key and which attempt it was."""
        found = {(row["key"], row["occurrence"]): (row["draws"], row["rule"]) for row in self.exchanges}
        assert len(found) == len(self.exchanges)
        return found

    def replayed(self, **scenario: object) -> list[str]:
        """What would be decided otherwise now, or with these settings."""
        drill = [{**row, **scenario} for row in self.drill]
        return replay(Scenario.model_validate(OUTAGE), [*drill, *self.exchanges])


def _drill(factory: pytest.TempPathFactory, *arguments: str, **profile: Any) -> Drilled:
    with a_desk(factory.mktemp("drill"), **USERS, **profile) as desk:
        desk.write("short.yaml", OUTAGE)
        done = desk.brownout("run", "short.yaml", "--out", "out", *arguments, timeout=110)
        assert done.returncode in (0, 3), done.stdout + done.stderr
        assert [row["outcome"] for row in desk.rows("end")] == ["completed"]
        return Drilled(
            drill=desk.rows("drill"),
            exchanges=[row for row in desk.rows("exchange") if row["phase"]],
            users={(row["journey"], row["user"]) for row in desk.rows("journey")},
        )


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    """Five users, and one proxy that the application calls."""
    return _drill(tmp_path_factory, **BY_URL)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Drilled:
    """Twenty users, and two proxies that its calls are sent through."""
    return _drill(tmp_path_factory, "--proxies", "2", "--users", "20", **INTERCEPTED)


def test_the_drill_strikes_both_ways_of_answering_in_several_ways(many: Drilled) -> None:
    rows = many.exchanges

    assert len({row["rule"] for row in rows} - {None}) >= 4
    assert {row["stream"] for row in rows} == {True, False}
    assert {row["occurrence"] for row in rows} == {0, 1}


def test_the_same_exchange_meets_the_same_fate(few: Drilled, many: Drilled) -> None:
    first, second = few.decisions(), many.decisions()

    common = first.keys() & second.keys()
    assert len(common) >= ENOUGH
    assert len({first[key][1] for key in common}) >= 3
    assert {key: first[key] for key in common} == {key: second[key] for key in common}


def test_calls_came_in_both_ways_and_both_proxies_had_their_part(few: Drilled, many: Drilled) -> None:
    assert {(row["via"], row["w"]) for row in few.exchanges} == {("base_url", "proxy-0")}
    assert {(row["via"], row["w"]) for row in many.exchanges} == {("intercept", "proxy-0"), ("intercept", "proxy-1")}


def test_a_smaller_crowd_is_a_part_of_a_bigger_one(few: Drilled, many: Drilled) -> None:
    assert few.users < many.users


def test_every_decision_can_be_made_again_from_the_journal(few: Drilled, many: Drilled) -> None:
    assert [few.replayed(), many.replayed()] == [[], []]


def test_with_another_seed_others_would_be_struck(few: Drilled) -> None:
    assert few.replayed(seed=8) != []
