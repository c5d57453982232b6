from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from brownout.library.library import open_scenario, scenarios
from brownout.library.lint import Finding, lint
from brownout.scenario import Scenario

SOURCES = [{"url": "https://example.org", "fact": "it was down"}]


def scenario(*rules: dict[str, Any], **keys: Any) -> Scenario:
    phase = {"phase": "down", "lasts": "10m", "impact": "degraded", "rules": list(rules)}
    settled = {"brownout": 1, "name": "x", "title": "x", "sources": SOURCES, "timeline": [phase], **keys}
    return Scenario.model_validate(settled)


def rule(fault: str = "server_error", on: str = "openai.chat", **keys: Any) -> dict[str, Any]:
    return {"fault": fault, "on": on, **keys}


def only(findings: list[Finding]) -> Finding:
    assert len(findings) == 1, findings
    return findings[0]


@pytest.mark.parametrize("name", [one.name for one in scenarios()])
def test_shipped_scenarios_have_no_findings(name: str) -> None:
    assert lint(*open_scenario(name)) == []


def test_a_sound_scenario_has_no_findings() -> None:
    assert lint(scenario(rule(share="30%"), rule("stream_cut", "openai.*"))) == []


def test_a_fault_on_a_service_that_cannot_show_it_is_an_error() -> None:
    finding = only(lint(scenario(rule("history_missing", "openai.images"))))
    assert finding.severity == "error"
    assert finding.path == ("timeline", 0, "rules", 0, "on")
    assert "allowed: openai.assistants, openai.chat, openai.conversations, openai.responses" in finding.text
    assert lint(scenario(rule("history_missing", "openai.*"))) == []


def test_a_stream_fault_on_plain_calls_is_an_error() -> None:
    finding = only(lint(scenario(rule("stream_stall", when={"stream": False}))))
    assert finding.severity == "error"
    assert finding.path[-2:] == ("when", "stream")
    assert lint(scenario(rule("stream_stall", when={"stream": True}))) == []


@pytest.mark.parametrize(
    ("share", "never"),
    [
        ("0%", True),
        ({"from": 0, "to": 0}, True),
        ({"high": 0, "low": 0, "every": "1m"}, True),
        ({"from": 0, "to": "5%"}, False),
        ({"high": 0, "low": "5%", "every": "1m"}, False),
    ],
)
def test_a_rule_that_never_strikes_is_an_error(share: Any, never: bool) -> None:
    found = lint(scenario(rule(share=share)))
    assert [finding.severity for finding in found] == (["error"] if never else [])


@pytest.mark.parametrize(
    ("earlier", "later", "shadowed"),
    [
        (rule(), rule("hang"), True),
        (rule(on="openai.*"), rule("hang"), True),
        (rule(on="*"), rule("hang", "anthropic.*"), True),
        (rule(), rule("hang", "openai.*"), False),
        (rule(share="99%"), rule("hang"), False),
        (rule(share={"from": "50%", "to": "100%"}), rule("hang"), False),
        (rule(first=1), rule("hang"), False),
        (rule(limit=5), rule("hang"), False),
        (rule(after=5), rule("hang"), False),
        (rule("rate_limit", bucket={"rate": 1}), rule("hang"), False),
        (rule(when={"model": "gpt*"}), rule("hang", when={"model": "gpt*"}), True),
        (rule(when={"model": "gpt*"}), rule("hang"), False),
        (rule(), rule("hang", when={"model": "gpt*"}), True),
        (rule("stream_cut"), rule("hang"), False),
        (rule("stream_cut"), rule("stream_stall"), True),
        (rule("stream_cut"), rule("hang", when={"stream": True}), True),
        (rule(when={"stream": True}), rule("stream_stall"), True),
        # It strikes only those that name something kept, so that others are left for the hang.
        (rule("history_missing", "openai.*"), rule("hang", "openai.responses"), False),
        (rule("history_missing", "openai.*"), rule("history_missing", "openai.chat"), True),
        (rule("history_missing", "openai.*"), rule("hang", "openai.chat"), False),
    ],
)
def test_a_rule_behind_one_that_takes_every_call_is_an_error(
    earlier: dict[str, Any], later: dict[str, Any], shadowed: bool
) -> None:
    found = [one for one in lint(scenario(earlier, later)) if one.severity == "error"]
    assert bool(found) is shadowed
    assert all(one.path == ("timeline", 0, "rules", 1) and "rule 1 of phase 'down'" in one.text for one in found)


def test_rules_of_different_phases_do_not_shadow_each_other() -> None:
    phases = [
        {"phase": name, "lasts": "1m", "impact": "degraded", "rules": [rule(fault)]}
        for name, fault in (("a", "server_error"), ("b", "hang"))
    ]
    assert lint(scenario(timeline=phases)) == []


@pytest.mark.parametrize(("lasts", "severity"), [("0s", ["error"]), ("0.5s", ["warning"]), ("1s", []), ("2m", [])])
def test_a_phase_too_short_to_be_met_is_reported(lasts: str, severity: list[str]) -> None:
    phases = [{"phase": "blink", "lasts": lasts, "impact": "degraded"}]
    found = lint(scenario(timeline=phases))
    assert [finding.severity for finding in found] == severity
    assert all(finding.path == ("timeline", 0, "lasts") for finding in found)


def test_the_speed_counts_and_can_be_another() -> None:
    assert "10m" not in str(lint(scenario(speed=100)))
    assert "lasts 600ms of the drill at speed 1000" in only(lint(scenario(speed=1000))).text
    assert lint(scenario(speed=1000), speed=100) == []


def test_a_scenario_with_rules_and_no_sources_gets_a_warning() -> None:
    assert only(lint(scenario(rule(), sources=[]))).severity == "warning"
    assert lint(scenario(sources=[])) == []


def test_a_status_post_after_the_end_is_an_error() -> None:
    posts = [{"at": "1m", "say": "investigating"}, {"at": "11m", "say": "resolved"}]
    finding = only(lint(scenario(status={"openai": posts})))
    assert finding.severity == "error"
    assert finding.path == ("status", "openai", 1, "at")
    assert "post at 11m comes after the timeline ends (10m)" in finding.text


def test_status_posts_out_of_order_and_of_strangers_are_reported() -> None:
    posts = [{"at": "5m", "say": "investigating"}, {"at": "1m", "say": "resolved"}]
    assert only(lint(scenario(status={"openai": posts}))).severity == "warning"
    assert "did you mean 'openai'?" in only(lint(scenario(status={"opnai": posts[:1]}))).text


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"limit": 5}, "limit"),
        ({"after": "20 calls"}, "after"),
        ({"after": 5, "limit": 5}, "after and limit"),
    ],
)
def test_a_rule_that_counts_gets_a_note_that_each_proxy_counts_alone(keys: dict[str, Any], named: str) -> None:
    finding = only(lint(scenario(rule(**keys))))
    assert finding.severity == "warning"
    assert finding.text.startswith(f"{named}: counted by each proxy for itself")


def test_a_position_in_a_stream_is_not_counted() -> None:
    assert lint(scenario(rule("stream_cut", after="8 events"))) == []


def test_findings_of_a_file_have_positions(tmp_path: Path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(
        "brownout: 1\nname: mine\ntitle: Mine\nsources: []\ntimeline:\n"
        "  - phase: down\n    lasts: 0s\n    impact: degraded\n    rules:\n"
        "      - {fault: server_error, on: openai.chat}\n      - {fault: hang, on: openai.chat}\n"
    )
    texts = [str(finding) for finding in lint(*open_scenario(path))]
    assert texts[0].startswith(f"{path}:1:1: warning: no sources")
    assert texts[1].startswith(f"{path}:7:12: error: phase 'down' lasts no time")
    assert texts[2].startswith(f"{path}:11:9: error: rule 1 of phase 'down' (server_error, 100%)")
    assert len(texts) == 3


CONNECTION_FAULTS = ["certificate_expired", "connection_refused", "half_open", "name_not_resolved", "tls_failure"]


@pytest.mark.parametrize("fault", CONNECTION_FAULTS)
def test_a_fault_of_connections_needs_an_intercepted_application(fault: str) -> None:
    outage = scenario(rule(fault))
    assert lint(outage) == lint(outage, connect="intercept") == []
    finding = only(lint(outage, connect="base_url"))
    assert (finding.severity, finding.path) == ("error", ("timeline", 0, "rules", 0, "fault"))
    assert "one port" in finding.text
    assert "use connection_reset or hang" in finding.text


def test_any_other_fault_reaches_both_kinds_of_application() -> None:
    assert lint(scenario(rule("hang")), connect="base_url") == []


@pytest.mark.parametrize(("connect", "severity"), [(None, "warning"), ("intercept", "warning"), ("base_url", "error")])
def test_a_fault_of_http2_gets_a_note_and_over_a_base_url_an_error(connect: str | None, severity: str) -> None:
    finding = only(lint(scenario(rule("http2_goaway")), connect=connect))
    assert finding.severity == severity
    assert "HTTP/2" in finding.text


def test_a_fault_of_http2_inside_a_stream_cannot_strike_plain_calls() -> None:
    plain: dict[str, Any] = {"when": {"stream": False}}
    inside = lint(scenario(rule("http2_reset_stream", **plain)))
    before = lint(scenario(rule("http2_reset_stream", at="before_headers", **plain)))
    assert [one.severity for one in inside] == ["error", "warning"]
    assert [one.severity for one in before] == ["warning"]


@pytest.mark.parametrize(
    ("keys", "place"),
    [
        ({"when": {"model": "gpt*"}}, ("when", "model")),
        ({"when": {"stream": True}}, ("when", "stream")),
        ({"when": {"header": {"x-a": "b"}}}, ("when", "header")),
        ({"first": 1}, ("first",)),
        ({"sticky": "user"}, ("sticky",)),
    ],
)
def test_a_fault_of_connections_cannot_ask_for_what_the_call_will_say(
    keys: dict[str, Any], place: tuple[str, ...]
) -> None:
    finding = only(lint(scenario(rule("half_open", **keys))))
    assert finding.severity == "error"
    assert finding.path[4:] == place


def test_a_fault_of_connections_can_ask_for_the_region_of_the_host() -> None:
    assert lint(scenario(rule("half_open", when={"region": "eu"}))) == []


def test_calls_and_connections_do_not_shadow_each_other() -> None:
    assert lint(scenario(rule("hang", "openai.*"), rule("tls_failure", "openai.*"))) == []
    assert lint(scenario(rule("tls_failure", "openai.*"), rule("hang", "openai.*"))) == []
    assert "strikes every call" in only(lint(scenario(rule("half_open"), rule("tls_failure", "openai.images")))).text


def test_a_fault_of_http2_takes_no_calls_from_the_others() -> None:
    found = lint(scenario(rule("http2_goaway", at="before_headers"), rule("hang")))
    assert [one.severity for one in found] == ["warning"]


def test_a_fault_of_calls_on_connections_is_an_error() -> None:
    finding = only(lint(scenario(rule("hang", "openai.connection"))))
    assert finding.severity == "error"
    assert "hang cannot happen to openai.connection; allowed: a service with calls, as openai.*" in finding.text


def test_a_rule_about_websockets_takes_no_plain_call_away() -> None:
    assert lint(scenario(rule("ws_close", "openai.*"), rule("server_error", "openai.*"))) == []
