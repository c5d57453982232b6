"""Deciding is a hash of what the exchange is: equal inputs, equal decisions; nothing else matters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.deciding.plan import NO_FAULT, Counts, Decision, Moment, decide, eligible, moment_at
from brownout.exchange import Call, Exchange, Request
from brownout.scenario import Scenario

keys = st.text(min_size=1, max_size=30)
occurrences = st.integers(min_value=0, max_value=9)
seeds = st.integers(min_value=0, max_value=2**63)
shares = st.floats(min_value=0, max_value=1)


def scenario(*rules: dict[str, Any], seed: int = 1, lasts: str = "10m") -> Scenario:
    return Scenario.model_validate(
        {
            "brownout": 1,
            "name": "x",
            "title": "x",
            "seed": seed,
            "timeline": [{"phase": "down", "lasts": lasts, "impact": "degraded", "rules": list(rules)}],
        }
    )


def rule(fault: str = "server_error", on: str = "*", **keys: Any) -> dict[str, Any]:
    return {"fault": fault, "on": on, **keys}


def exchange(key: str = "k", occurrence: int = 0, service: str = "openai.chat", **call: Any) -> Exchange:
    headers, body = call.pop("headers", {}), call.pop("body", b"")
    request = Request("POST", "api.openai.com", "/v1/chat/completions", headers=headers, body=body)
    return Exchange(Call(service, request, **call), key, None, occurrence, "proxy")


def decided(of: Scenario, what: Exchange, elapsed: float = 0.0, counts: dict[str, Counts] | None = None) -> Decision:
    return decide(of, Moment(of.phases[0], elapsed), what, counts)


def struck(of: Scenario, exchanges: Sequence[Exchange], elapsed: float = 0.0) -> list[bool]:
    return [decided(of, what, elapsed).rule is not None for what in exchanges]


@given(seeds, keys, occurrences, shares, st.floats(min_value=0, max_value=600))
def test_equal_inputs_give_equal_decisions(seed: int, key: str, occurrence: int, share: float, elapsed: float) -> None:
    first = decided(scenario(rule(share=share), seed=seed), exchange(key, occurrence), elapsed)
    again = decided(scenario(rule(share=share), seed=seed), exchange(key, occurrence), elapsed)
    assert first == again


@given(st.lists(st.tuples(keys, occurrences), min_size=1, max_size=20), st.randoms(use_true_random=False))
def test_decisions_depend_neither_on_order_nor_on_other_exchanges(asked: list[tuple[str, int]], shuffler: Any) -> None:
    of = scenario(rule(share="30%"), rule("hang", share="50%"))
    alone = {one: decided(of, exchange(*one)) for one in asked}
    shuffled = asked.copy()
    shuffler.shuffle(shuffled)
    assert {one: decided(of, exchange(*one)) for one in shuffled} == alone


@given(seeds, keys, occurrences)
def test_a_share_of_nothing_never_strikes_and_of_everything_always(seed: int, key: str, occurrence: int) -> None:
    assert decided(scenario(rule(share=0), seed=seed), exchange(key, occurrence)).rule is None
    assert decided(scenario(rule(share=1), seed=seed), exchange(key, occurrence)).rule is not None


@given(seeds, keys, shares, shares)
def test_what_a_share_strikes_a_larger_share_strikes_too(seed: int, key: str, one: float, other: float) -> None:
    small, large = sorted((one, other))
    hit = decided(scenario(rule(share=small), seed=seed), exchange(key)).rule is not None
    assert not hit or decided(scenario(rule(share=large), seed=seed), exchange(key)).rule is not None


@pytest.mark.parametrize("share", [0.05, 0.3, 0.5, 0.85])
def test_over_many_exchanges_the_share_comes_true(share: float) -> None:
    of = scenario(rule(share=share))
    hits = sum(struck(of, [exchange(f"key-{number}") for number in range(4000)]))
    assert hits / 4000 == pytest.approx(share, abs=0.03)  # four standard deviations, and the same in every run


def test_seeds_keys_occurrences_rules_and_names_decide_apart() -> None:
    exchanges = [exchange(f"key-{number}") for number in range(200)]
    base = scenario(rule(share="50%"))
    others = [
        struck(scenario(rule(share="50%"), seed=2), exchanges),
        struck(scenario(rule(share="50%", id="other")), exchanges),
        struck(base.model_copy(update={"name": "y"}), exchanges),
        struck(base, [exchange(f"key-{number}", 1) for number in range(200)]),
        struck(base, [exchange(f"kez-{number}") for number in range(200)]),
    ]
    for other in others:
        agreeing = sum(a == b for a, b in zip(struck(base, exchanges), other, strict=True))
        assert 60 <= agreeing <= 140


@given(keys, st.integers(min_value=0, max_value=599))
def test_a_ramp_strikes_more_as_time_goes_by(key: str, elapsed: int) -> None:
    of = scenario(rule(share={"from": 0, "to": 1}))
    assert decided(of, exchange(key), 0).rule is None
    hit = decided(of, exchange(key), elapsed).rule is not None
    assert not hit or decided(of, exchange(key), elapsed + 1).rule is not None
    assert decided(of, exchange(key), 600).rule is not None


@given(keys, st.integers(min_value=0, max_value=9))
def test_a_square_wave_strikes_in_its_high_half_alone(key: str, period: int) -> None:
    of = scenario(rule(share={"high": 1, "low": 0, "every": "1m"}))
    assert decided(of, exchange(key), period * 60 + 10).rule is not None
    assert decided(of, exchange(key), period * 60 + 40).rule is None


@pytest.mark.parametrize(("sticky", "field"), [("conversation", "conversation"), ("key", "api_key"), ("user", "user")])
@given(seed=seeds, identity=keys, one=st.tuples(keys, occurrences), other=st.tuples(keys, occurrences))
def test_a_sticky_rule_decides_once_for_whomever_it_sticks_to(
    sticky: str, field: str, seed: int, identity: str, one: tuple[str, int], other: tuple[str, int]
) -> None:
    of = scenario(rule(share="50%", sticky=sticky), seed=seed)
    call: dict[str, Any] = {field: identity}
    draws = [decided(of, exchange(*what, **call)).draws[0] for what in (one, other)]
    assert draws[0].draw == draws[1].draw
    assert draws[0].selected == draws[1].selected
    assert draws[0].sticky == identity


@given(keys)
def test_a_sticky_rule_without_an_identity_decides_by_exchange(key: str) -> None:
    sticky = decided(scenario(rule(share="50%", sticky="user")), exchange(key)).draws[0]
    plain = decided(scenario(rule(share="50%")), exchange(key)).draws[0]
    assert sticky == plain


def look(job: str, occurrence: int = 0) -> Exchange:
    where = Request("GET", "api.openai.com", f"/v1/batches/{job}".rstrip("/"))
    return Exchange(Call("openai.batches", where), "k", None, occurrence, "proxy")


@given(seeds, st.text("abc0123456789", min_size=1, max_size=12), occurrences, occurrences)
def test_a_job_is_decided_once_for_all_looks_at_it(seed: int, job: str, one: int, other: int) -> None:
    of = scenario(rule("job_stuck", share="50%"), seed=seed)
    draws = [decided(of, look(job, occurrence)).draws[0] for occurrence in (one, other)]
    assert draws[0] == draws[1]
    assert draws[0].sticky == job


def test_some_jobs_are_stuck_and_others_are_not() -> None:
    of = scenario(rule("job_stuck", share="50%"))
    assert 160 <= sum(struck(of, [look(f"batch_{number}") for number in range(400)])) <= 240


def test_a_list_of_jobs_is_always_looked_through_unless_nobody_is_stuck() -> None:
    assert decided(scenario(rule("job_stuck", share="1%")), look("")).rule is not None
    assert decided(scenario(rule("job_stuck", share="0%")), look("")).rule is None


def test_a_sticky_rule_tells_identities_apart() -> None:
    of = scenario(rule(share="50%", sticky="conversation"))
    hits = sum(struck(of, [exchange("same", conversation=f"conv-{number}") for number in range(400)]))
    assert 160 <= hits <= 240


@given(keys, occurrences, st.integers(min_value=1, max_value=5))
def test_first_lets_later_attempts_through(key: str, occurrence: int, first: int) -> None:
    hit = decided(scenario(rule(first=first)), exchange(key, occurrence)).rule is not None
    assert hit is (occurrence < first)


@given(st.integers(min_value=0, max_value=50), st.integers(min_value=1, max_value=50))
def test_after_waits_for_calls_and_limit_ends_strikes(calls: int, count: int) -> None:
    waiting, limited = scenario(rule(after=count, id="r")), scenario(rule(limit=count, id="r"))
    assert (decided(waiting, exchange(), counts={"r": Counts(calls=calls)}).rule is not None) is (calls >= count)
    assert (decided(limited, exchange(), counts={"r": Counts(strikes=calls)}).rule is not None) is (calls < count)


def test_a_bucket_strikes_what_it_does_not_admit() -> None:
    of = scenario(rule("rate_limit", bucket={"rate": "1 rps"}, id="r"))
    assert decided(of, exchange(), counts={"r": Counts(admits=True)}).rule is None
    assert decided(of, exchange(), counts={"r": Counts(admits=False)}).rule is not None


@pytest.mark.parametrize(
    ("keys", "call", "fits"),
    [
        ({"on": "openai.chat"}, {}, True),
        ({"on": "openai.*"}, {}, True),
        ({"on": "anthropic.*"}, {}, False),
        ({"fault": "stream_cut"}, {"stream": True}, True),
        ({"fault": "stream_cut"}, {"stream": False}, False),
        (
            {"fault": "history_missing"},
            {"service": "openai.responses", "conversation": "conv_1", "body": b'{"conversation": "conv_1"}'},
            True,
        ),
        ({"fault": "history_missing"}, {"service": "openai.responses"}, False),
        ({"fault": "history_missing"}, {"conversation": "c"}, False),
        ({"when": {"stream": True}}, {"stream": True}, True),
        ({"when": {"stream": False}}, {"stream": True}, False),
        ({"when": {"model": "gpt-4*"}}, {"model": "gpt-4o"}, True),
        ({"when": {"model": "gpt-4*"}}, {"model": "o1"}, False),
        ({"when": {"model": "gpt-4*"}}, {}, False),
        ({"when": {"path": "/v1/chat/*"}}, {}, True),
        ({"when": {"header": {"X-Team": "a*"}}}, {"headers": {"x-team": "abc"}}, True),
        ({"when": {"header": {"x-team": "a*"}}}, {}, False),
        ({"when": {"tool": "web_search*"}}, {"body": b'{"tools": [{"type": "web_search_preview"}]}'}, True),
        ({"when": {"tool": "look_*"}}, {"body": b'{"tools": [{"type": "function", "name": "look_up"}]}'}, True),
        ({"when": {"tool": "web_search*"}}, {"body": b'{"tools": [{"type": "file_search"}]}'}, False),
        ({"when": {"tool": "*"}}, {}, False),
        ({"when": {"tier": "free"}}, {"headers": {"x-brownout-tier": "free"}}, True),
        ({"when": {"tier": "free"}}, {}, False),
        ({"when": {"key": "sk-test-*"}}, {"headers": {"authorization": "Bearer sk-test-1"}}, True),
        ({"when": {"key": "sk-test-*"}}, {"headers": {"x-api-key": "other"}}, False),
    ],
)
def test_a_rule_may_strike_what_it_names(keys: dict[str, Any], call: dict[str, Any], fits: bool) -> None:
    of = scenario({**rule(), **keys})
    what = exchange(**call)
    assert eligible(of, of.rules[0], what) is fits
    assert decided(of, what).eligible == ((of.rules[0].id,) if fits else ())


def test_an_account_tells_tier_and_region_of_a_key() -> None:
    of = scenario(rule(when={"tier": "free", "region": "eu"}))
    assert not eligible(of, of.rules[0], exchange(headers={"authorization": "Bearer sk-test-1"}))
    known = of.changed(accounts=[{"key": "sk-test-*", "tier": "free", "region": "eu"}])
    assert eligible(known, known.rules[0], exchange(headers={"authorization": "Bearer sk-test-1"}))
    assert not eligible(known, known.rules[0], exchange(headers={"authorization": "Bearer sk-live"}))


def test_the_first_rule_that_selects_wins_and_later_ones_are_not_drawn() -> None:
    of = scenario(rule(share=0, id="a"), rule(share=1, id="b"), rule("hang", share=1, id="c"))
    decision = decided(of, exchange())
    assert decision.rule is not None
    assert decision.rule.id == "b"
    assert decision.eligible == ("a", "b")
    assert [draw.selected for draw in decision.draws] == [False, True]


def test_an_exchange_that_no_rule_may_strike_has_no_draws() -> None:
    assert decided(scenario(rule(on="anthropic.*")), exchange()) == NO_FAULT
    assert decided(scenario(), exchange()) == NO_FAULT


def test_a_moment_is_a_phase_and_how_far_into_it() -> None:
    phases = [{"phase": name, "lasts": lasts, "impact": "degraded"} for name, lasts in (("a", 10), ("b", 0), ("c", 5))]
    of = Scenario.model_validate({"brownout": 1, "name": "x", "title": "x", "timeline": phases})
    found = {at: moment_at(of, at) for at in (-1.0, 0.0, 9.9, 10.0, 14.9, 15.0)}
    assert {at: moment and (moment.phase.phase, round(moment.elapsed, 1)) for at, moment in found.items()} == {
        -1.0: None,
        0.0: ("a", 0.0),
        9.9: ("a", 9.9),
        10.0: ("c", 0.0),
        14.9: ("c", 4.9),
        15.0: None,
    }
