"""The edge's decisions and records, without mitmproxy."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.proxies import one_phase
from support.wire import chat_body

from brownout.deciding.replay import replay
from brownout.edge.job import PASS_THROUGH, Job
from brownout.edge.ledger import SHORTEST_HANG, Ledger
from brownout.exchange import Request
from brownout.journal import MemoryJournal
from brownout.scenario import Scenario
from brownout.services import PROVIDERS

OPENAI = next(provider for provider in PROVIDERS if provider.name == "openai")


def ledger(*rules: dict[str, Any], seed: int = 7, most: int | None = None) -> tuple[Ledger, MemoryJournal]:
    journal = MemoryJournal()
    made = Ledger(Scenario.model_validate(one_phase(*rules, seed=seed)), 1.0, journal, most_active=most)
    made.clock.begin(time.monotonic())
    return made, journal


def admit(to: Ledger, text: str = "bo-aaaaaaaaaaaa", **headers: str) -> Job:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    request = Request("POST", "api.openai.com", "/v1/chat/completions", "", named, chat_body(text=text))
    return to.admit(request, OPENAI, "base_url", "HTTP/1.1")


def test_without_a_rule_the_answer_passes_through() -> None:
    assert admit(ledger()[0]).program == PASS_THROUGH


def test_before_the_timeline_begins_nothing_is_struck() -> None:
    made, _ = ledger({"fault": "server_error", "on": "openai.chat"})
    made.clock.zero = None

    assert admit(made).rule is None


def test_a_fault_that_was_shown_counts_as_delivered() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat"})
    job = admit(made)
    job.shown, job.how = True, "written"

    made.finish(job, "complete")

    assert [(row["injected"], row["delivered"], row["how"]) for row in journal.rows] == [(True, True, "written")]
    assert (made.stats.injected, made.stats.delivered) == (1, 1)


def test_a_client_that_left_before_the_fault_could_show_did_not_meet_it() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat"})

    made.finish(admit(made), "client_left")

    assert [(row["delivered"], row["how"]) for row in journal.rows] == [(False, "client_gone")]


def test_a_fault_that_could_not_be_carried_out_says_why_and_was_not_injected() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat"})
    job = admit(made)
    job.skipped = "the answer was too short"

    made.finish(job, "complete")

    assert [row["kind"] for row in journal.rows] == ["fault_skipped", "exchange"]
    assert (journal.rows[1]["injected"], journal.rows[1]["delivered"]) == (False, None)


def test_an_exchange_is_recorded_once() -> None:
    made, journal = ledger()
    job = admit(made)

    made.finish(job, "complete")
    made.finish(job, "client_left")

    assert [row["end"] for row in journal.rows] == ["complete"]
    assert not made.live


def test_no_two_exchanges_have_one_id_whatever_is_played_meanwhile() -> None:
    made, _ = ledger()
    ids = []
    for _ in range(2):
        made.play(made.scenario, 1.0, zero=time.monotonic())
        ids += [admit(made).id for _ in range(2)]

    assert len(set(ids)) == 4


def test_no_row_holds_a_message_or_a_key() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat", "share": "50%", "sticky": "key"})
    job = admit(made, "my secret diary bo-aaaaaaaaaaaa", authorization="Bearer sk-test-4711")

    made.finish(job, "complete")

    assert "diary" not in str(journal.rows)
    assert "4711" not in str(journal.rows)


def test_a_user_is_known_by_a_digest_only() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat", "sticky": "user"})
    body = chat_body(user="ada@example.test")
    for _ in range(2):
        request = Request("POST", "api.openai.com", "/v1/chat/completions", "", {}, body)
        made.finish(made.admit(request, OPENAI, "base_url", "HTTP/1.1"), "complete")

    sticky = [row["draws"][0][4] for row in journal.rows]
    assert sticky[0] == sticky[1] is not None
    assert "ada" not in str(journal.rows)


def test_a_hang_outlasts_a_compressed_phase_but_not_the_cap() -> None:
    made, _ = ledger()
    made.clock.speed = 3600.0  # the phase of one hour is over in a second

    assert made.longest_hang(time.monotonic()) == SHORTEST_HANG
    made.hang_cap = 5.0
    assert made.longest_hang(time.monotonic()) == 5.0


def test_release_wakes_everybody() -> None:
    made, _ = ledger()
    jobs = [admit(made), admit(made)]

    assert made.release() == 2
    assert all(job.released and job.wake.is_set() for job in jobs)


def test_another_host_is_noted_once() -> None:
    made, journal = ledger()
    for _ in range(3):
        made.other_host("example.test")

    assert [row["host"] for row in journal.rows] == ["example.test"]


@given(st.permutations([f"bo-{letter * 12}" for letter in "abcdefgh"]))
def test_decisions_do_not_depend_on_who_came_first(order: list[str]) -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.chat", "share": "50%"})
    for text in order:
        made.finish(admit(made, text), "complete")

    struck = {row["canary"]: row["rule"] for row in journal.rows if row["kind"] == "exchange"}
    again, _ = ledger({"fault": "server_error", "on": "openai.chat", "share": "50%"})
    expected = {text: (rule.id if (rule := admit(again, text).rule) else None) for text in sorted(order)}
    assert struck == expected


def test_the_log_replays_bit_for_bit() -> None:
    rules = (
        {"fault": "stream_cut", "on": "openai.*", "share": "50%"},
        {"fault": "server_error", "on": "openai.chat", "share": {"from": "10%", "to": "90%"}, "after": "3 calls"},
        {"fault": "rate_limit", "on": "openai.chat", "bucket": {"rate": "1/min", "burst": 5}},
    )
    made, journal = ledger(*rules)
    for number in range(60):
        made.finish(admit(made, f"question {number}"), "complete")

    rows = [row for row in journal.rows if row["kind"] == "exchange"]
    assert {row["fault"] for row in rows} >= {"server_error", "rate_limit"}
    assert replay(made.scenario, rows) == []


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"\xff\xfe", b'{"messages": 3}', b'{"messages": [1, null, {}]}'])
def test_any_body_is_taken_on(body: bytes) -> None:
    made, journal = ledger({"fault": "server_error", "on": "*"})
    request = Request("POST", "api.openai.com", "/v1/chat/completions", "", {}, body)

    made.finish(made.admit(request, OPENAI, "base_url", "HTTP/1.1"), "complete")

    assert journal.rows[0]["service"] == "openai.chat"


def test_a_connection_that_no_rule_is_about_is_nobodys_business() -> None:
    made, journal = ledger({"fault": "server_error", "on": "openai.*"}, {"fault": "tls_failure", "on": "anthropic.*"})

    assert made.connect(OPENAI, "api.openai.com", 443, "intercept") is None
    assert (journal.rows, made.live) == ([], set())


def test_a_rule_about_connections_strikes_no_call() -> None:
    made, _ = ledger({"fault": "tls_failure", "on": "openai.chat"})

    assert admit(made).decision.draws == ()


def test_connections_are_decided_by_host_and_count_and_replay_bit_for_bit() -> None:
    rule = {"fault": "half_open", "on": "openai.*", "share": "50%", "after": "3 calls"}
    runs = []
    for _ in range(2):
        made, journal = ledger(rule)
        for number in range(40):
            host = "eu.api.openai.com" if number % 2 else "api.openai.com"
            job = made.connect(OPENAI, host, 443, "intercept")
            assert job is not None
            made.finish(job, "client_left")
        runs.append([(row["host"], row["occurrence"], row["rule"]) for row in journal.rows])
        assert replay(made.scenario, journal.rows) == []

    assert runs[0] == runs[1]
    assert {rule for _, _, rule in runs[0]} == {None, "outage.1.half_open"}
    assert [count for host, count, _ in runs[0] if host == "api.openai.com"] == list(range(20))


def test_a_struck_connection_is_let_go_like_any_other() -> None:
    made, _ = ledger({"fault": "half_open", "on": "openai.*"})
    job = made.connect(OPENAI, "api.openai.com", 443, "intercept")

    assert made.release() == 1
    assert job is not None
    assert job.wake.is_set()


def test_what_the_way_of_connecting_cannot_carry_is_skipped_with_its_reason() -> None:
    made, journal = ledger({"fault": "connection_refused", "on": "openai.*"})
    job = made.connect(OPENAI, "api.openai.com", 443, "base_url", method="")
    assert job is not None
    made.finish(job, "complete")

    skipped, row = journal.rows
    assert (skipped["kind"], skipped["id"]) == ("fault_skipped", row["id"])
    assert (row["eligible"], row["injected"], row["delivered"]) == (["outage.1.connection_refused"], False, None)
    assert vars(made.stats.by_rule["outage.1.connection_refused"]) == {
        "eligible": 1, "selected": 1, "injected": 0, "delivered": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("http", "injected"), [("HTTP/1.1", False), ("HTTP/2.0", True)])
def test_a_frame_needs_its_version_of_http(http: str, injected: bool) -> None:
    made, _ = ledger({"fault": "http2_goaway", "on": "openai.*", "at": "before_headers"})
    request = Request("POST", "api.openai.com", "/v1/chat/completions", "", {}, chat_body())

    job = made.admit(request, OPENAI, "intercept", http)

    assert (job.injected, job.program == PASS_THROUGH) == (injected, not injected)


def test_a_tools_result_that_is_handed_back_is_a_row() -> None:
    made, journal = ledger()
    asked = {"id": "call_1", "type": "function", "function": {"name": "delete", "arguments": '{"why": "You said: '}}
    messages = [
        {"role": "user", "content": "bo-aaaaaaaaaaaa"},
        {"role": "assistant", "content": None, "tool_calls": [asked]},
        {"role": "tool", "tool_call_id": "call_1", "content": "done"},
    ]
    body = json.dumps({"model": "gpt-4o", "messages": messages}).encode()
    request = Request("POST", "api.openai.com", "/v1/chat/completions", "", {}, body)

    job = made.admit(request, OPENAI, "base_url", "HTTP/1.1")
    made.finish(job, "complete")

    row, exchange = journal.rows
    assert (row["kind"], row["exchange"], row["canary"]) == ("tool", exchange["id"], "bo-aaaaaaaaaaaa")
    assert (row["tool"], row["call"], row["whole"], row["failed"]) == ("delete", "call_1", False, False)


def test_what_an_answer_made_and_a_call_names_is_in_their_rows() -> None:
    made, journal = ledger()
    batch = json.dumps({"input_file_id": "file-1", "endpoint": "/v1/chat/completions"}).encode()
    job = made.admit(Request("POST", "api.openai.com", "/v1/batches", body=batch), OPENAI, "base_url", "HTTP/1.1")
    assert job.opening is not None
    job.status = 200
    job.opening.feed(b'{"id": "batch_1", "input_file_id": "file-1"}')

    made.finish(job, "complete")

    assert (journal.rows[-1]["names"], journal.rows[-1]["made"]) == (["file-1"], ["batch_1"])


def test_an_answer_that_said_no_has_made_nothing() -> None:
    made, journal = ledger()
    job = made.admit(Request("POST", "api.openai.com", "/v1/batches", body=b"{}"), OPENAI, "base_url", "HTTP/1.1")
    assert job.opening is not None
    job.status = 429
    job.opening.feed(b'{"id": "err_1"}')

    made.finish(job, "complete")

    assert journal.rows[-1]["made"] == []


def test_a_call_beyond_the_most_that_may_be_struck_passes_and_its_row_says_so() -> None:
    made, journal = ledger({"fault": "hang", "on": "openai.chat"}, most=1)
    first, second = admit(made, "bo-aaaaaaaaaaaa"), admit(made, "bo-bbbbbbbbbbbb")

    assert (first.injected, second.injected, second.program) == (True, False, PASS_THROUGH)
    made.finish(second, "complete")
    made.finish(first, "released")
    third = admit(made, "bo-cccccccccccc")  # there is room again
    assert third.injected

    assert [(row["kind"], row.get("capped", False), row["injected"]) for row in journal.rows] == [
        ("exchange", True, False),
        ("exchange", False, True),
    ]
    assert {row["rule"] for row in journal.rows} == {"outage.1.hang"}
    assert replay(made.scenario, journal.rows) == []  # what was selected is the same without a cap


@given(st.integers(1, 5), st.lists(st.booleans(), max_size=40))
def test_never_more_are_struck_at_once_than_allowed(most: int, comings: list[bool]) -> None:
    made, _ = ledger({"fault": "hang", "on": "openai.chat"}, most=most)
    under_way: list[Job] = []
    for number, comes in enumerate(comings):
        struck = sum(job.injected for job in under_way)
        if comes:
            under_way.append(admit(made, f"bo-{number:012d}"))
            assert under_way[-1].capped is (struck == most)
        elif under_way:
            made.finish(under_way.pop(0), "complete")
        assert sum(job.injected for job in under_way) <= most


def test_once_healed_nothing_is_struck_and_who_was_held_is_let_go() -> None:
    made, _ = ledger({"fault": "hang", "on": "openai.chat"})
    held = admit(made)

    assert made.heal() == 1
    assert held.released
    assert admit(made, "bo-bbbbbbbbbbbb").rule is None
