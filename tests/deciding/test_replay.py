"""A journal's decisions can be made again from its rows, bit for bit; any change shows."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.proxies import one_phase, running_proxy
from support.upstreams import json_reply, raw_upstream

from brownout.deciding.plan import Counts, Moment, decide
from brownout.deciding.replay import replay
from brownout.exchange import Call, Exchange, Request
from brownout.library.library import load_scenario, scenarios
from brownout.scenario import Scenario
from brownout.services import SERVICE_NAMES


def scenario(*rules: dict[str, Any], seed: int = 1) -> Scenario:
    phase = {"phase": "down", "lasts": "10m", "impact": "degraded", "rules": list(rules)}
    return Scenario.model_validate({"brownout": 1, "name": "x", "title": "x", "seed": seed, "timeline": [phase]})


def exchange_row(
    of: Scenario, moment: Moment | None, exchange: Exchange, counts: dict[str, Counts] | None = None
) -> dict[str, Any]:
    """The row that an edge writes, after a trip through JSON."""
    call = exchange.call
    decision = decide(of, moment, exchange, counts) if moment else None
    row = {
        "kind": "exchange",
        "id": "e1",
        "service": call.service,
        "host": call.request.host,
        "path": call.request.path,
        "method": call.request.method,
        "model": call.model,
        "stream": call.stream,
        "canary": exchange.canary,
        "key": exchange.key,
        "occurrence": exchange.occurrence,
        "occurrence_from": exchange.occurrence_from,
        "attempt": call.attempt,
        "phase": moment.phase.phase if moment else None,
        "elapsed": moment.elapsed if moment else None,
        "draws": [
            [d.rule, d.share, d.draw, d.selected, d.sticky, d.counts.calls, d.counts.strikes, d.counts.admits]
            for d in (decision.draws if decision else ())
        ],
        "rule": decision.rule.id if decision and decision.rule else None,
    }
    read: dict[str, Any] = json.loads(json.dumps(row))
    return read


def exchange(key: str = "k", occurrence: int = 0, service: str = "openai.chat", **call: Any) -> Exchange:
    request = Request("POST", "api.openai.com", "/v1/chat/completions")
    return Exchange(Call(service, request, **call), key, None, occurrence, "client")


@given(
    name=st.sampled_from([one.name for one in scenarios() if one.name != "baseline"]),
    at=st.floats(0, 1),
    phase=st.integers(0, 99),
    key=st.text(),
    occurrence=st.integers(0, 9),
    service=st.sampled_from(SERVICE_NAMES),
    stream=st.booleans(),
    conversation=st.none() | st.text(min_size=1),
)
def test_decisions_of_shipped_scenarios_replay(
    name: str,
    at: float,
    phase: int,
    key: str,
    occurrence: int,
    service: str,
    stream: bool,
    conversation: str | None,
) -> None:
    of = load_scenario(name)
    now = of.phases[phase % len(of.phases)]
    what = exchange(key, occurrence, service, stream=stream, conversation=conversation)
    assert replay(of, [exchange_row(of, Moment(now, at * now.lasts), what)]) == []


@given(
    share=st.floats(0, 1),
    calls=st.integers(0, 30),
    strikes=st.integers(0, 30),
    admits=st.booleans(),
    sticky=st.sampled_from(["conversation", "key", "user"]),
    identity=st.none() | st.text(min_size=1),
    elapsed=st.floats(0, 600),
)
def test_counts_and_identities_replay(
    share: float, calls: int, strikes: int, admits: bool, sticky: str, identity: str | None, elapsed: float
) -> None:
    of = scenario(
        {"fault": "rate_limit", "on": "*", "bucket": {"rate": 1}, "id": "bucket"},
        {"fault": "hang", "on": "*", "after": 10, "limit": 20, "share": {"from": share, "to": 1}, "id": "counted"},
        {"fault": "hang", "on": "*", "share": share, "sticky": sticky, "first": 2},
    )
    counts = {"bucket": Counts(calls, strikes, admits), "counted": Counts(calls, strikes)}
    what = exchange(conversation=identity, user=identity, api_key=identity)
    assert replay(of, [exchange_row(of, Moment(of.phases[0], elapsed), what, counts)]) == []


def rows() -> tuple[Scenario, dict[str, Any]]:
    of = scenario(
        {"fault": "hang", "on": "*", "share": "0%", "id": "never"},
        {"fault": "server_error", "on": "*", "share": {"from": "50%", "to": "100%"}, "id": "ramp"},
        {"fault": "hang", "on": "*", "id": "rest"},
    )
    return of, exchange_row(of, Moment(of.phases[0], 123.456), exchange("a struck key"))


def test_an_untouched_row_has_no_differences() -> None:
    of, row = rows()
    assert [draw[0] for draw in row["draws"]] == ["never", "ramp"]
    assert replay(of, [row]) == []


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ({"key": "another key"}, "ramp: draw was"),
        ({"occurrence": 1}, "ramp: draw was"),
        ({"elapsed": 123.4560000001}, "ramp: share was"),
        ({"rule": None}, "rule was None, is 'ramp'"),
        ({"rule": "rest"}, "rule was 'rest', is 'ramp'"),
        ({"phase": "up"}, "phase 'up' is not in the scenario"),
        ({"phase": None}, "drawn outside the timeline"),
    ],
)
def test_a_changed_row_shows(change: dict[str, Any], difference: str) -> None:
    of, row = rows()
    found = replay(of, [{**row, **change}])
    assert any(text.startswith(f"exchange e1: {difference}") for text in found), found


def test_changed_draws_show() -> None:
    of, row = rows()
    never, ramp = row["draws"]
    for draws, difference in [
        ([never], "rule was 'ramp', is None"),
        ([ramp], "never was not asked"),
        ([ramp, never], "rules were not asked in order"),
        ([never, ["gone", *ramp[1:]]], "rule 'gone' is not in phase 'down'"),
        ([never, [*ramp[:3], False, *ramp[4:]]], "ramp: selected was False, is True"),
        ([never, ramp, ["rest", *ramp[1:]]], "rules were asked after ramp had struck"),
    ]:
        found = replay(of, [{**row, "draws": draws}])
        assert any(difference in text for text in found), (difference, found)


def test_another_scenario_or_seed_shows() -> None:
    of, row = rows()
    assert replay(of.model_copy(update={"seed": 2}), [row])
    assert replay(of.model_copy(update={"name": "y"}), [row])


def test_the_seed_of_the_drill_counts() -> None:
    of, row = rows()
    other = of.model_copy(update={"seed": 99})
    assert replay(other, [{"kind": "drill", "seed": of.seed}, row]) == []
    assert replay(of, [{"kind": "drill", "seed": 99}, row]) != []


def test_a_rule_that_cannot_have_struck_shows() -> None:
    of = scenario({"fault": "stream_cut", "on": "openai.chat", "id": "cut"})
    row = exchange_row(of, Moment(of.phases[0], 1.0), exchange(stream=True))
    assert replay(of, [row]) == []
    assert replay(of, [{**row, "stream": False}]) == ["exchange e1: cut was asked but cannot strike openai.chat"]
    assert replay(of, [{**row, "service": "openai.images"}]) == [
        "exchange e1: cut was asked but cannot strike openai.images"
    ]


def test_rows_outside_the_timeline_and_of_other_kinds_are_passed_over() -> None:
    of, _ = rows()
    assert replay(of, [exchange_row(of, None, exchange()), {"kind": "phase", "phase": "down"}]) == []


@pytest.mark.e2e
def test_the_journal_of_a_real_proxy_replays(tmp_path: Path) -> None:
    rules = (
        {"fault": "server_error", "on": "openai.chat", "share": {"from": "20%", "to": "60%"}, "id": "ramp"},
        {"fault": "overloaded", "on": "openai.*", "share": "50%", "sticky": "user", "limit": 5, "id": "sticky"},
        {"fault": "rate_limit", "on": "openai.chat", "bucket": {"rate": "2 rps", "burst": 3}, "id": "bucket"},
        {"fault": "stream_cut", "on": "openai.*", "id": "never"},
    )
    with (
        raw_upstream(json_reply(b"{}")) as upstream,
        running_proxy(tmp_path, upstream.url, *rules, speed=60.0) as proxy,
    ):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda number: ask(proxy.url, number), range(40)))
        rows = proxy.wait_for_rows(40)
    of = Scenario.model_validate(one_phase(*rules))
    assert {row["rule"] for row in rows} >= {"ramp", "sticky", None}
    assert len({row["elapsed"] for row in rows}) > 1
    assert replay(of, rows) == []
    assert replay(of.model_copy(update={"seed": 8}), rows) != []


def ask(proxy: str, number: int) -> int:
    body = json.dumps({"model": "m", "user": f"u{number % 4}", "messages": [{"role": "user", "content": f"{number}"}]})
    connection = HTTPConnection("127.0.0.1", int(proxy.rpartition(":")[2]), timeout=20)
    headers = {"content-type": "application/json", "authorization": "Bearer sk-test-1"}
    connection.request("POST", "/openai/v1/chat/completions", body, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status
