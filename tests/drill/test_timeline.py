"""A scenario laid out in drill seconds."""

from __future__ import annotations

from typing import Any

import pytest
from support.drills import scenario

from brownout.drill.timeline import beats, due, phase_rows, rule_rows
from brownout.events import PhaseBegins, StatusPosted
from brownout.scenario import Scenario

SCENARIO: dict[str, Any] = {
    "brownout": 1,
    "name": "one",
    "title": "One",
    "timeline": [
        {"phase": "healthy", "lasts": "1m", "impact": "operational"},
        {
            "phase": "down",
            "lasts": "2m",
            "impact": "major_outage",
            "rules": [
                {"fault": "server_error", "on": "openai.*", "share": {"from": "10%", "to": "30%"}},
                {"fault": "rate_limit", "on": "openai.chat", "bucket": {"rate": "60 rpm"}, "when": {"stream": True}},
            ],
        },
    ],
    "status": {"openai": [{"at": "90s", "say": "investigating", "indicator": "major"}]},
}


def _scenario() -> Scenario:
    return Scenario.model_validate(SCENARIO)


def test_phases_and_posts_come_in_the_order_of_time() -> None:
    assert [(beat.at, type(beat.event)) for beat in beats(_scenario(), 10)] == [
        (0.0, PhaseBegins),
        (6.0, PhaseBegins),
        (9.0, StatusPosted),
    ]


def test_a_row_has_the_time_it_was_due_and_not_the_time_it_was_written() -> None:
    assert beats(_scenario(), 10)[1].event_at(100.0) == PhaseBegins("down", "major_outage", 1, t=106.0)


def test_what_is_due_is_taken_once() -> None:
    waiting = beats(_scenario(), 10)

    assert [beat.at for beat in due(waiting, 6.0)] == [0.0, 6.0]
    assert list(due(waiting, 8.9)) == []
    assert [beat.at for beat in due(waiting, 100.0)] == [9.0]
    assert waiting == []


def test_phase_rows_are_in_drill_seconds() -> None:
    assert phase_rows(_scenario(), 60) == [
        {"name": "healthy", "impact": "operational", "start": 0.0, "end": 1.0},
        {"name": "down", "impact": "major_outage", "start": 1.0, "end": 3.0},
    ]


def test_rule_rows_say_what_a_checker_needs() -> None:
    share, bucket = rule_rows(_scenario())

    assert (share["id"], share["phase"], share["mean_share"]) == ("down.1.server_error", "down", 0.2)
    assert "openai.chat" in share["services"]
    assert (bucket["mean_share"], bucket["when"]) == (None, {"stream": True})
    assert (share["curve"], bucket["curve"]) == ({"from": 0.1, "to": 0.3}, None)
    assert (share["wait"], bucket["wait"]) == (None, None)


def test_rule_rows_say_what_clients_are_asked_to_wait() -> None:
    rules = [
        {"fault": "overloaded", "on": "openai.chat", "retry_after": "5m"},
        {"fault": "rate_limit", "on": "openai.chat", "real": True, "share": {"from": "10%", "to": "0%"}},
    ]
    timeline = [{"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": rules}]
    value = {"brownout": 1, "name": "x", "title": "x", "timeline": timeline}

    overloaded, limited = rule_rows(Scenario.model_validate(value))

    assert overloaded["wait"] == {"asked": 300.0, "real": False}
    assert (limited["wait"], limited["curve"]) == ({"asked": 20.0, "real": True}, {"from": 0.1, "to": 0.0})


def test_the_row_of_an_overload_says_what_the_platform_can_take() -> None:
    rules = [{"fault": "overload", "on": "openai.chat", "capacity": "5 rps", "queue": "1s"}]
    timeline = [{"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": rules}]

    (row,) = rule_rows(Scenario.model_validate({"brownout": 1, "name": "x", "title": "x", "timeline": timeline}))

    assert row["load"] == {"capacity": 5.0, "queue": 1.0, "worst": 0.3, "recover": 300.0}


def test_the_row_of_a_rule_about_connections_names_these_as_its_services() -> None:
    rules = [{"fault": "tls_failure", "on": "openai.chat"}, {"fault": "hang", "on": "openai.*"}]
    timeline = [{"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": rules}]
    value = {"brownout": 1, "name": "x", "title": "x", "timeline": timeline}

    connections, calls = rule_rows(Scenario.model_validate(value))

    assert connections["services"] == ["openai.connection"]
    assert "openai.chat" in calls["services"]
    assert "openai.connection" not in calls["services"]


@pytest.mark.parametrize(
    ("rule", "waits"),
    [
        ({"fault": "rate_limit"}, False),
        ({"fault": "rate_limit", "retry_after": "20s"}, True),
        ({"fault": "rate_limit", "retry_after": None}, False),
        ({"fault": "rate_limit", "retry_after": "20s", "header": "invalid"}, False),
        ({"fault": "overloaded"}, False),
        ({"fault": "overloaded", "retry_after": "5s"}, True),
        ({"fault": "overload", "retry_after": "5s"}, True),
        ({"fault": "overload", "retry_after": "5s", "shows": "server_error"}, False),
        ({"fault": "stream_error", "error": "rate_limit", "retry_after": "5s"}, True),
        ({"fault": "stream_error", "retry_after": "5s"}, False),
        ({"fault": "http_status", "status": 503, "retry_after": "5s"}, True),
        ({"fault": "http_status", "status": 500, "retry_after": "5s"}, False),
        ({"fault": "server_error"}, False),
    ],
)
def test_the_row_of_a_rule_says_whether_a_wait_was_written_down(rule: dict[str, Any], waits: bool) -> None:
    timeline = [{"phase": "down", "lasts": "1m", "impact": "major_outage", "rules": [{"on": "openai.chat", **rule}]}]
    scenario = Scenario.model_validate({"brownout": 1, "name": "x", "title": "x", "timeline": timeline})

    (row,) = rule_rows(scenario.changed(seed=3))

    assert row["waits"] is waits


@pytest.mark.parametrize(
    ("key", "shown"), [("sk-test-000000000000", "sk-test-…"), ("sk-*", "sk-*"), ("sk-test-0000*", "sk-test-…")]
)
def test_the_row_of_a_rule_holds_no_key(key: str, shown: str) -> None:
    rule = {"fault": "server_error", "on": "openai.chat", "when": {"key": key, "stream": True}}
    (row,) = rule_rows(Scenario.model_validate(scenario(rule)))

    assert row.get("when") == {"key": shown, "stream": True}
