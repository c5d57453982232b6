"""The proof of each rule: how many exchanges it could strike, chose, struck, and which strikes the client met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from brownout.checkers.base import Record
from brownout.checkers.case import count
from brownout.checkers.deaths import Deaths, deaths_in, in_death
from brownout.checkers.timeline import PHASE, never_began
from brownout.result import RuleResult, RuleState


@dataclass(frozen=True)
class _Traffic:
    """So many exchanges of a service in a phase (None: outside the timeline), and the rule that struck them."""

    phase: str | None
    service: str
    rule: str | None
    n: int


def rule_results(record: Record) -> tuple[RuleResult, ...]:
    """One result for each rule of the scenario, in its order."""
    eligible = _by_rule(
        record, "SELECT rule, count(*) AS n FROM (SELECT unnest(eligible) AS rule FROM exchange) GROUP BY 1"
    )
    struck = _by_rule(
        record,
        "SELECT rule, count(*) AS n, count(*) FILTER (injected) AS injected, count(*) FILTER (injected AND delivered) "
        "AS delivered, count(*) FILTER (capped) AS capped, "
        "mode(how) FILTER (injected AND delivered IS NOT TRUE) AS how FROM exchange "
        "WHERE rule IS NOT NULL GROUP BY rule",
    )
    skipped = _by_rule(
        record,
        "SELECT s.rule, count(*) AS n, count(*) FILTER (e.id IS NULL) AS unseen, mode(s.why) AS why "
        "FROM fault_skipped s LEFT JOIN exchange e ON e.id = s.id AND e.rule = s.rule GROUP BY s.rule",
    )
    traffic = [
        _Traffic(**row)
        for row in record.rows(f"SELECT {PHASE} AS phase, service, rule, count(*) AS n FROM exchange GROUP BY ALL")
    ]
    ahead, waits, deaths = never_began(record), _waits(record), deaths_in(record)
    results = []
    for rule in record.drill["rules"]:
        id = rule["id"]
        result = _result(rule, eligible.get(id, {}), struck.get(id, {}), skipped.get(id, {}), traffic)
        told = _left_alone(_explained(record, result, deaths), rule, waits)
        results.append(_not_begun(result) if result.phase in ahead else told)
    return tuple(results)


def _not_begun(result: RuleResult) -> RuleResult:
    """A rule whose phase was still to come: what was called, or was not, says nothing of it."""
    return replace(result, state="not_begun", why=f"{result.phase} never began: the drill was over before it")


def _explained(record: Record, result: RuleResult, deaths: Deaths) -> RuleResult:
    """A rule without traffic, in a phase that the application did not live to see the end of."""
    ended = {phase["name"]: phase["end"] for phase in record.drill["phases"]}.get(result.phase)
    silent = result.state in ("no_traffic", "unused") and not result.selected
    died = deaths.died
    if died is None or ended is None or not silent or died >= record.drill["zero"] + ended:
        return result
    return replace(result, state="no_traffic", why=f"{in_death(record, deaths)}, and called nothing any more")


def _waits(record: Record) -> dict[str, set[str]]:
    """Phase → services that had asked before it to be left alone for half of it or more."""
    phases, zero = record.drill["phases"], record.drill["zero"]
    rows = record.rows(
        "SELECT service, t AS told, t + duration + retry_after AS until FROM exchange "
        "WHERE retry_after > 0 AND delivered IS DISTINCT FROM FALSE"
    )
    return {
        phase["name"]: {
            row["service"]
            for row in rows
            if row["told"] <= zero + phase["start"] and row["until"] >= zero + (phase["start"] + phase["end"]) / 2
        }
        for phase in phases
    }


def _left_alone(result: RuleResult, rule: dict[str, Any], waits: dict[str, set[str]]) -> RuleResult:
    """An application that was asked to stay away, and did, leaves no doubt: its rules had nothing to strike."""
    if result.state != "no_traffic" or not any(map(concerns(rule), waits.get(result.phase, ()))):
        return result
    why = f"no call to {result.on} while {result.phase} lasted: the platform had asked to be left alone for that long"
    return replace(result, state="unmatched", why=why)


def expected_strikes(rule: dict[str, Any], result: RuleResult) -> float:
    """How often a rule should have struck the exchanges it was eligible for, on average."""
    share = rule.get("mean_share")
    return result.eligible * (1.0 if share is None else float(share))


def _by_rule(record: Record, sql: str) -> dict[str, dict[str, Any]]:
    return {row["rule"]: row for row in record.rows(sql)}


def _result(
    rule: dict[str, Any],
    eligible: dict[str, Any],
    struck: dict[str, Any],
    skipped: dict[str, Any],
    traffic: list[_Traffic],
) -> RuleResult:
    selected = struck.get("n", 0) + skipped.get("unseen", 0)
    result = RuleResult(
        id=rule["id"],
        phase=rule["phase"],
        fault=rule["fault"],
        on=rule["on"],
        share=str(rule.get("share", "100%")),
        eligible=max(eligible.get("n", 0), selected),
        selected=selected,
        injected=struck.get("injected", 0),
        delivered=struck.get("delivered", 0),
        state="undelivered",
        line=rule.get("line", 0),
    )
    capped = struck.get("capped", 0)
    state, why = _state(rule, result, capped, struck.get("how"), skipped, traffic)
    return replace(result, state=state, why=why, capped=capped)


def _state(
    rule: dict[str, Any],
    result: RuleResult,
    capped: int,
    how: str | None,
    skipped: dict[str, Any],
    traffic: list[_Traffic],
) -> tuple[RuleState, str]:
    if result.selected:
        lost = _lost(result.selected - result.delivered - capped, result.selected, how, skipped)
        why = "; ".join(part for part in (lost, _passed(capped, result.selected)) if part)
        if capped == result.selected:
            return "capped", why
        return ("struck" if result.delivered else "undelivered"), why
    if result.eligible:
        expected = expected_strikes(rule, result)
        return "unlucky", f"{count(result.eligible, 'eligible call')}, {expected:.2g} strikes expected, none drawn"
    return _silent(rule, traffic)


def _passed(capped: int, selected: int) -> str:
    """How many strikes the profile itself kept back."""
    if not capped:
        return ""
    of = f"{capped:,} of {count(selected, 'strike')}"
    return f"{of} passed: as many calls as max_active_faults allows were struck already"


def _lost(lost: int, selected: int, how: str | None, skipped: dict[str, Any]) -> str:
    if not lost:
        return ""
    reasons = [skipped.get("why"), "the client had left before it could show" if how == "client_gone" else how]
    because = "; ".join(str(reason) for reason in reasons if reason) or "the edge did not see it arrive"
    return f"{lost:,} of {count(selected, 'strike')} never reached the client: {because}"


def _silent(rule: dict[str, Any], traffic: list[_Traffic]) -> tuple[RuleState, str]:
    """Why a rule was eligible for nothing. What was called outside the timeline makes no service a called one."""
    played = [part for part in traffic if part.phase is not None]
    if _of_connections(rule):
        return _no_connection(rule, played)
    if _of_deliveries(rule) and not any(part.service in rule["services"] for part in played):
        return "unused", f"nothing of {rule['on']} was sent to the application; {_sent_where(rule)}"
    concerned = concerns(rule)
    of_service = [part for part in played if concerned(part.service)]
    in_phase = [part for part in of_service if part.phase == rule["phase"]]
    if not of_service:
        return "unused", f"the application never called {rule['on']}{_only(played, traffic, concerned)}"
    if not in_phase:
        calls = sum(part.n for part in of_service)
        return "no_traffic", f"no call to {rule['on']} while {rule['phase']} lasted, {calls:,} in the rest of the drill"
    first = sorted({part.rule for part in in_phase if part.rule})
    calls = sum(part.n for part in in_phase)
    if all(part.rule for part in in_phase):
        return "unmatched", f"{', '.join(first)}, earlier in the file, struck every call first ({calls:,})"
    return (
        "unmatched",
        f"{count(calls, 'call')} to {rule['on']} in {rule['phase']}, none that it can strike{_when(rule)}",
    )


def _only(played: list[_Traffic], traffic: list[_Traffic], concerned: Callable[[str], bool]) -> str:
    """What was called instead, and whether the service was called at all, outside the timeline."""
    others = ", ".join(sorted({part.service for part in played}))
    outside = sum(part.n for part in traffic if part.phase is None and concerned(part.service))
    when = f" while the timeline played ({count(outside, 'call')} before or after it)" if outside else ""
    return f"{when}{f', only {others}' if others else ''}"


def _of_connections(rule: dict[str, Any]) -> bool:
    services = rule.get("services") or "*"
    return not isinstance(services, str) and all(name.endswith(".connection") for name in services)


def _of_deliveries(rule: dict[str, Any]) -> bool:
    services = rule.get("services") or "*"
    return not isinstance(services, str) and all(name.endswith((".mcp", ".webhooks")) for name in services)


def _sent_where(rule: dict[str, Any]) -> str:
    """What makes a platform send something."""
    ways = {
        ".webhooks": "webhooks in the app profile says where to send them",
        ".mcp": "a tool is called where the application names an MCP server on this machine",
    }
    return "; ".join(how for part, how in ways.items() if any(name.endswith(part) for name in rule["services"]))


def _no_connection(rule: dict[str, Any], traffic: list[_Traffic]) -> tuple[RuleState, str]:
    """Why a rule about new connections met none: there is a row for each one that it could have struck."""
    platforms = {name.partition(".")[0] for name in rule["services"]}
    mine = [part for part in traffic if part.service.partition(".")[0] in platforms]
    calls = sum(part.n for part in mine if part.phase == rule["phase"])
    if not mine:
        return "unused", f"the application never called {', '.join(sorted(platforms))}"
    if not calls:
        return "no_traffic", f"no call to {rule['on']} while {rule['phase']} lasted"
    return "no_traffic", (
        f"no new connection for {rule['on']} while {rule['phase']} lasted: its {count(calls, 'call')} went over "
        "connections that were open before, which no such fault touches (connection_reset breaks those)"
    )


def _when(rule: dict[str, Any]) -> str:
    """`` (when model is o3)``: what the rule asks of a call, where it asks anything."""
    asks = ", ".join(f"{name} is {_plain(value)}" for name, value in (rule.get("when") or {}).items())
    return f" (when {asks})" if asks else ""


def _plain(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name}: {text}" for name, text in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def concerns(rule: dict[str, Any]) -> Callable[[str], bool]:
    """Whether a rule can strike a service at all: by its own ``on`` and by what its fault can show."""
    limits = rule.get("services") or "*"
    globs: list[str] = [limits] if isinstance(limits, str) else list(limits)
    return lambda service: fnmatchcase(service, rule["on"]) and any(fnmatchcase(service, glob) for glob in globs)
