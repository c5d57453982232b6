"""injection_proof: did the faults of this scenario really happen?"""

from __future__ import annotations

import pytest
from support.journals import At, Handwritten, rule

from brownout.events import End, FaultSkipped, Process
from brownout.terms import Happening
from brownout.verdict import Status


def _struck(drill: Handwritten, times: int = 3) -> None:
    drill.drill["rules"] = [rule()]
    for number in range(times):
        drill.exchange(11 + number, f"bo-{number}", "server_error", phase="outage")


def test_holds_when_every_rule_struck(drill: Handwritten) -> None:
    _struck(drill)

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.HELD
    assert verdict.measured == "1 of 1 rule struck; eligible 3, selected 3, injected 3, delivered 3"
    assert verdict.samples == 3
    assert verdict.evidence[0].row["fault"] == "server_error"


def test_a_scenario_without_rules_holds_when_nothing_was_injected(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a")
    assert drill.check("injection_proof").status is Status.HELD


def test_faults_of_no_rule_are_doubtful(drill: Handwritten) -> None:
    drill.exchange(11, "bo-a", "server_error")

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "1 fault came from no rule" in verdict.finding


def test_no_call_at_all_names_the_variables_to_set(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    drill.asks(11, ["ok"] * 20)

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "No call to the platform reached" in verdict.finding
    assert "never called" not in verdict.finding  # it may well have, past the proxy
    assert verdict.next_step is not None
    for name in ("HTTPS_PROXY", "SSL_CERT_FILE", "OPENAI_BASE_URL", "NODE_EXTRA_CA_CERTS"):
        assert name in verdict.next_step


def test_what_was_called_only_before_the_timeline_is_not_called(drill: Handwritten) -> None:
    _struck(drill)
    drill.exchange(-2, service="openai.models", method="GET", path="/v1/models")
    drill.drill["rules"].append(rule("outage.2.hang", "hang", on="openai.models"))

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.HELD
    assert "the application never called openai.models" in verdict.finding


def test_a_drill_that_was_called_only_before_its_timeline_says_so(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    drill.exchange(-2)
    drill.exchange(62)

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "No call to the platform came while the timeline played (1 before it, 1 after it)" in verdict.finding
    assert verdict.next_step is not None
    assert "HTTPS_PROXY" not in verdict.next_step


def test_selected_but_never_carried_out_is_doubtful(drill: Handwritten) -> None:
    _struck(drill)
    drill.drill["rules"].append(rule("outage.2.stream_cut", "stream_cut"))
    drill.exchange(12, "bo-x", id="x", rule="outage.2.stream_cut", eligible=["outage.2.stream_cut"])
    drill.add(FaultSkipped("outage.2.stream_cut", "stream_cut", "x", "the answer ended after 2 events, before 8"))

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "outage.2.stream_cut" in verdict.finding
    assert "the answer ended after 2 events, before 8" in verdict.finding
    assert verdict.evidence[0].row["kind"] == "fault_skipped"


def test_injected_but_the_client_had_left_is_doubtful(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    drill.exchange(11, "bo-a", "server_error", delivered=False, how="client_gone")

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "the client had left before it could show" in verdict.finding


def test_no_traffic_in_its_phase_is_doubtful(drill: Handwritten) -> None:
    _struck(drill)
    drill.drill["rules"].append(rule("tail.1.overload", "overload", phase="tail", on="openai.images"))
    drill.exchange(1, "bo-x", service="openai.images", phase="healthy")

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "no call to openai.images while tail lasted" in verdict.finding


def test_a_finding_names_three_rules_at_most_and_leads_to_the_table_for_the_rest(drill: Handwritten) -> None:
    _struck(drill)
    drill.exchange(1, "bo-x", service="openai.images", phase="healthy")
    for number in range(4):
        drill.drill["rules"].append(rule(f"tail.{number}.overload", "overload", phase="tail", on="openai.images"))
        drill.drill["rules"].append(rule(f"outage.{number}.when", "hang", when={"model": "o3"}))
        drill.drill["rules"].append(rule(f"outage.{number}.unused", "hang", on=f"gemini.{'abcd'[number]}"))

    finding = drill.check("injection_proof").finding

    assert len({row["id"] for row in drill.drill["rules"] if row["id"] in finding}) == 3
    assert "1 more: see the table of rules" in finding
    assert "4 rules matched no call (which and why: see the table of rules)." in finding
    assert "never called gemini.a, gemini.b, gemini.c and 1 more." in finding


@pytest.mark.parametrize(("eligible", "status"), [(5, Status.HELD), (6, Status.UNKNOWN)])
def test_bad_luck_is_believed_only_while_few_strikes_were_expected(
    drill: Handwritten, eligible: int, status: Status
) -> None:
    _struck(drill)
    drill.drill["rules"].append(rule("outage.2.hang", "hang"))
    for _ in range(eligible):
        drill.exchange(15, "bo-x", phase="outage", eligible=["outage.2.hang"])

    verdict = drill.check("injection_proof")

    assert verdict.status is status
    assert f"{eligible} eligible calls" in verdict.finding
    assert "outage.2.hang" in verdict.finding


def test_a_service_the_application_never_calls_is_named_but_no_doubt(drill: Handwritten) -> None:
    _struck(drill)
    drill.drill["rules"].append(rule("outage.2.hang", "hang", on="openai.images"))

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.HELD
    assert verdict.finding == (
        "3 faults reached the application. "
        "1 rule had nothing to strike (outage.2.hang): the application never called openai.images."
    )


def test_many_rules_with_nothing_to_strike_are_one_clause(drill: Handwritten) -> None:
    _struck(drill)
    services = ["openai.images", "openai.responses", "openai.images", "anthropic.*"]
    drill.drill["rules"] += [rule(f"outage.{n}.hang", "hang", on=service) for n, service in enumerate(services, 2)]

    verdict = drill.check("injection_proof")

    assert verdict.finding == (
        "3 faults reached the application. 4 rules had nothing to strike: "
        "the application never called openai.images, openai.responses, anthropic.*."
    )


def test_many_doubtful_rules_are_one_clause_with_the_first_of_them(drill: Handwritten) -> None:
    _struck(drill)
    drill.exchange(1, "bo-x", service="openai.images", phase="healthy")
    drill.drill["rules"] += [rule(f"tail.{n}.hang", "hang", phase="tail", on="openai.images") for n in range(1, 6)]

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert verdict.finding.startswith("5 rules had no traffic (tail.1.hang: no call to openai.images while tail lasted")
    assert "; 2 more: see the table of rules). 3 faults reached the application." in verdict.finding
    assert "tail.4.hang" not in verdict.finding


def test_strikes_that_never_arrived_are_told_but_no_doubt(drill: Handwritten) -> None:
    _struck(drill)
    drill.exchange(15, "bo-late", "server_error", delivered=False, how="client_gone", phase="outage")

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.HELD
    assert "1 rule struck, but not every time (outage.1.server_error: 1 of 4 strikes never reached" in verdict.finding


def test_when_no_rule_struck_each_says_why(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(when={"model": "o3"}), rule("outage.2.hang", "hang", on="anthropic.*")]
    drill.exchange(11, "bo-a", phase="outage")

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert verdict.finding == (
        "No rule struck at all; the application called openai.chat (1 call). 1 rule matched no call "
        "(outage.1.server_error: 1 call to openai.chat in outage, none that it can strike (when model is o3)). "
        "1 rule had nothing to strike (outage.2.hang): the application never called anthropic.*."
    )
    assert verdict.next_step is not None
    assert "Choose a scenario for the services that this application calls" in verdict.next_step


@pytest.mark.parametrize("end", [None, End("interrupted", "Ctrl-C"), End("failed", "the proxy died")])
def test_a_drill_cut_short_is_doubtful(drill: Handwritten, end: End | None) -> None:
    _struck(drill)
    drill.end = end

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.UNKNOWN
    assert "The drill was cut short" in verdict.finding
    assert (end.why if end else "killed") in verdict.finding


@pytest.mark.parametrize(
    ("end", "status"),
    [
        (End("stopped", "it was gone"), Status.HELD),
        (End("aborted", "a bound"), Status.HELD),
        (End("interrupted", "Ctrl-C"), Status.UNKNOWN),
        (End("failed", "the proxy died"), Status.UNKNOWN),
        (None, Status.UNKNOWN),
    ],
)
def test_a_load_that_the_drill_ended_itself_is_no_failure(drill: Handwritten, end: End | None, status: Status) -> None:
    _struck(drill)
    drill.end, drill.ended = end, 20.0
    drill.add(At(20, Process("load", "exited", 130, "interrupted")))

    verdict = drill.check("injection_proof")

    assert "load exited" not in verdict.finding
    assert verdict.status is status


def test_a_load_that_somebody_else_interrupted_is_one(drill: Handwritten) -> None:
    _struck(drill)
    drill.add(At(20, Process("load", "exited", 130, "interrupted")))

    assert "load exited with code 130 20.0s into the drill" in drill.check("injection_proof").finding


@pytest.mark.parametrize(
    ("name", "event", "code", "t", "status"),
    [
        ("proxy-0", "killed", None, 15, Status.UNKNOWN),
        ("load", "exited", 1, 15, Status.UNKNOWN),
        ("proxy-1", "exited", None, 15, Status.UNKNOWN),
        ("load", "exited", 0, 15, Status.HELD),
        ("load", "exited", 1, 61, Status.HELD),  # the timeline was over
        ("app", "exited", 1, 15, Status.HELD),  # its own failure, for other checkers
    ],
)
def test_a_part_that_died_early_is_doubtful(
    drill: Handwritten, name: str, event: Happening, code: int | None, t: float, status: Status
) -> None:
    _struck(drill)
    drill.add(At(t, Process(name, event, code, "out of memory")))

    verdict = drill.check("injection_proof")

    assert verdict.status is status
    if status is Status.UNKNOWN:
        assert f"{name} {event}" in verdict.finding
        assert "15.0s into the drill: out of memory" in verdict.finding


def test_torn_lines_are_mentioned(drill: Handwritten) -> None:
    _struck(drill)
    drill.scraps = '{"v":1,"kind":"exch'

    verdict = drill.check("injection_proof")

    assert verdict.status is Status.HELD
    assert "1 journal line could not be used" in verdict.finding
