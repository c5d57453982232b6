"""The proof of each rule: eligible, selected, injected, delivered, and why not."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten, rule

from brownout.checkers.rules import rule_results
from brownout.events import FaultSkipped
from brownout.result import RuleResult

ID = "outage.1.server_error"


def _results(drill: Handwritten) -> tuple[RuleResult, ...]:
    drill.drill["rules"] = drill.drill["rules"] or [rule()]
    return rule_results(drill.record())


def test_counts_every_step_from_eligible_to_delivered(drill: Handwritten) -> None:
    for _ in range(5):
        drill.exchange(11, "bo-a", eligible=[ID], phase="outage")
    drill.exchange(11, "bo-b", "server_error", phase="outage")
    drill.exchange(11, "bo-b", "server_error", phase="outage", delivered=False, how="client_gone")
    drill.exchange(11, "bo-c", id="skipped", rule=ID, eligible=[ID], phase="outage")
    drill.add(FaultSkipped(ID, "server_error", "skipped", "too late"))

    (result,) = _results(drill)

    assert (result.eligible, result.selected, result.injected, result.delivered) == (8, 3, 2, 1)
    assert result.state == "struck"
    assert result.why == ("2 of 3 strikes never reached the client: too late; the client had left before it could show")


def test_a_skipped_strike_without_its_exchange_still_counts(drill: Handwritten) -> None:
    drill.add(FaultSkipped(ID, "server_error", "gone", "the platform's side failed"))

    (result,) = _results(drill)

    assert (result.eligible, result.selected, result.state) == (1, 1, "undelivered")


def test_a_skipped_strike_counts_when_its_exchange_names_no_rule(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", id="x", phase="outage")
    drill.add(FaultSkipped(ID, "server_error", "x", "the platform's side failed"))

    (result,) = _results(drill)

    assert (result.selected, result.state) == (1, "undelivered")


def test_a_rule_behind_one_that_always_strikes_says_so(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(), rule("outage.2.hang", "hang")]
    drill.exchange(11, "bo-a", "server_error", phase="outage")

    _, behind = _results(drill)

    assert behind.state == "unmatched"
    assert behind.why == f"{ID}, earlier in the file, struck every call first (1)"


def test_a_glob_concerns_every_service_it_names(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(on="openai.*"), rule("tail.1.hang", "hang", phase="tail", on="*")]
    drill.exchange(1, "bo-a", service="anthropic.messages", phase="healthy")

    openai, anything = _results(drill)

    assert openai.state == "unused"
    assert anything.state == "no_traffic"


def test_what_a_fault_can_show_limits_the_services_of_its_rule(drill: Handwritten) -> None:
    drill.drill["rules"] = [
        rule(on="*", services="openai.conversations"),
        rule("b", "x", on="*", services=["openai.chat"]),
    ]
    drill.exchange(11, "bo-a", phase="outage")

    limited, listed = _results(drill)

    assert limited.state == "unused"
    assert listed.state == "unmatched"


def test_the_proxys_own_word_on_the_phase_goes_before_the_clock(drill: Handwritten) -> None:
    drill.exchange(9.99, "bo-a", phase="outage")  # the timeline was moved by hand

    (result,) = _results(drill)

    assert result.state == "unmatched"


@pytest.mark.parametrize(
    ("when", "said"),
    [
        ({"stream": True}, "(when stream is true)"),
        ({"model": "o3", "header": {"x-tier": "free"}}, "(when model is o3, header is x-tier: free)"),
    ],
)
def test_what_a_rule_asks_of_a_call_is_told_as_it_stands_in_the_scenario(
    drill: Handwritten, when: dict[str, Any], said: str
) -> None:
    drill.drill["rules"] = [rule(when=when)]
    drill.exchange(11, "bo-a", phase="outage")

    (result,) = _results(drill)

    assert result.why == f"1 call to openai.chat in outage, none that it can strike {said}"


def test_calls_without_a_phase_count_for_no_rule(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(on="openai.models"), rule("b", "webhook_late", services=["whatsapp.webhooks"])]
    drill.exchange(-3, service="openai.models", method="GET")
    drill.webhook(-2, "bo-handshake")
    drill.exchange(11, "bo-a", phase="outage")

    models, webhooks = _results(drill)

    assert (models.state, webhooks.state) == ("unused", "unused")
    assert models.why == (
        "the application never called openai.models while the timeline played (1 call before or after it), "
        "only openai.chat"
    )


def test_connections_of_before_the_timeline_make_no_traffic(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("outage.1.tls_failure", **CONNECTIONS)]
    drill.exchange(-3, service="openai.models", method="GET")

    assert _results(drill)[0].state == "unused"


def test_a_phase_that_never_began_had_no_traffic_to_miss(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("tail.1.overload", "overload", phase="tail"), rule("b", "hang")]
    drill.exchange(12, "bo-a", phase="outage")
    drill.ended = 15.0

    tail, outage = _results(drill)

    assert (tail.state, tail.why) == ("not_begun", "tail never began: the drill was over before it")
    assert outage.state == "unmatched"


@pytest.mark.parametrize(("wait", "state"), [(9.0, "unmatched"), (2.0, "no_traffic")])
def test_who_was_asked_to_stay_away_and_did_is_no_doubt(drill: Handwritten, wait: float, state: str) -> None:
    drill.drill["rules"] = [rule(), rule("tail.1.overload", "overload", phase="tail")]
    drill.exchange(18, "bo-a", "server_error", phase="outage", status=503, retry_after=wait)
    drill.exchange(31, "bo-b", phase="after")

    _, tail = _results(drill)

    assert tail.state == state
    assert ("the platform had asked to be left alone" in tail.why) is (state == "unmatched")


CONNECTIONS: dict[str, Any] = {"fault": "tls_failure", "services": ["openai.connection"]}


def test_a_rule_about_connections_is_proved_by_their_rows(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("outage.1.tls_failure", **CONNECTIONS)]
    drill.exchange(11, None, "tls_failure", service="openai.connection", phase="outage", how="fin")
    drill.exchange(12, "bo-a", phase="outage")

    (result,) = _results(drill)

    assert (result.eligible, result.injected, result.delivered, result.state) == (1, 1, 1, "struck")


@pytest.mark.parametrize(
    ("phase", "state", "said"),
    [
        ("outage", "no_traffic", "its 1 call went over connections that were open before"),
        ("healthy", "no_traffic", "no call to openai.chat while outage lasted"),
    ],
)
def test_a_rule_that_met_no_new_connection_says_so(drill: Handwritten, phase: str, state: str, said: str) -> None:
    drill.drill["rules"] = [rule("outage.1.tls_failure", **CONNECTIONS)]
    drill.exchange(11 if phase == "outage" else 1, "bo-a", service="openai.images", phase=phase)

    (result,) = _results(drill)

    assert result.state == state
    assert said in result.why


def test_a_rule_about_connections_to_a_platform_that_is_not_used_is_unused(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule("outage.1.tls_failure", **CONNECTIONS)]
    drill.exchange(11, "bo-a", service="anthropic.messages", phase="outage")

    assert _results(drill)[0].state == "unused"


def _capped(drill: Handwritten, canary: str) -> None:
    drill.exchange(11, canary, rule=ID, eligible=[ID], phase="outage", capped=True)


def test_strikes_that_the_profile_kept_back_are_counted_and_cast_no_doubt(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "server_error", phase="outage")
    _capped(drill, "bo-b")

    (result,) = _results(drill)

    assert (result.selected, result.delivered, result.capped, result.state) == (2, 1, 1, "struck")
    assert result.why == "1 of 2 strikes passed: as many calls as max_active_faults allows were struck already"
    proof = drill.check("injection_proof")
    assert proof.status == "HELD"
    assert "max_active_faults" in proof.finding


def test_a_rule_that_was_kept_back_each_time_is_no_fault_that_failed(drill: Handwritten) -> None:
    other = "outage.2.hang"
    drill.drill["rules"] = [rule(), rule(other, "hang")]
    drill.exchange(11, "bo-a", "hang", phase="outage", rule=other, eligible=[ID, other])
    _capped(drill, "bo-b")

    result, _ = _results(drill)

    assert (result.state, result.capped) == ("capped", 1)
    assert drill.check("injection_proof").status == "HELD"
