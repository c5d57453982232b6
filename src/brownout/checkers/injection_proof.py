"""Did the faults of this scenario really happen? Without that, no other verdict means anything."""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, count
from brownout.checkers.deaths import dead_since
from brownout.checkers.rule_clauses import NAMED, clauses
from brownout.checkers.rules import expected_strikes, rule_results
from brownout.checkers.timeline import PHASE
from brownout.expect import AnyExpect
from brownout.mistakes import DISTRUST
from brownout.result import RuleResult
from brownout.verdict import Evidence, ExitCode, Status, Verdict

LIKELY = 3.0
"""A rule that was expected to strike so often, and never did, is no bad luck (a chance of 5% or less)."""

OWN = "(name LIKE 'proxy%' OR name LIKE 'load%' OR name LIKE 'standin%' OR name LIKE 'stand-in%')"
"""SQL: a ``process`` row is about a part of ours, and not about the application."""
_WIRING = (
    "Let the application reach the platform through the drill: OPENAI_BASE_URL and ANTHROPIC_BASE_URL "
    "(connect: base_url), or HTTPS_PROXY with SSL_CERT_FILE (Python), REQUESTS_CA_BUNDLE (requests), "
    "NODE_EXTRA_CA_CERTS (Node) (connect: intercept). Node ignores HTTPS_PROXY unless NODE_USE_ENV_PROXY=1 is set, "
    "and knows that from 22.21 and 24 on. 'brownout doctor' tries it."
)
_LATER = (
    "Let users ask while the timeline plays: look at the journeys, and at the application's log, for why no question "
    "led to a call."
)

_QUOTED = DISTRUST.replace("'", "''")
_TRUST = (
    "It reaches the proxy, so the variable that is missing is the one for the CA: 'brownout ca' prints where that is, "
    "and the lines for Python (SSL_CERT_FILE, REQUESTS_CA_BUNDLE), Node (NODE_EXTRA_CA_CERTS) and containers."
)


class InjectionProofChecker:
    """Every rule that should have struck did, the client met it, and the drill ran to its end. Never BROKEN."""

    name = "injection_proof"

    def check(self, record: Record, expectation: AnyExpect | None = None) -> Verdict:
        """UNKNOWN as soon as one rule's proof is missing, or the drill was cut short."""
        rules = rule_results(record)
        injected = record.value("SELECT count(*) FROM exchange WHERE injected")
        delivered = record.value("SELECT count(*) FROM exchange WHERE injected AND delivered")
        doubtful = _doubtful(record, rules)
        doubts = [*_cut_short(record), *_strangers(record), *_doubts(record, rules, doubtful)]
        remarks = _remarks(record, rules, doubtful)
        if record.torn:
            remarks.append(f"{count(record.torn, 'journal line')} could not be used.")
        summary = (
            f"{count(delivered, 'fault')} reached the application." if rules else "No fault was injected, as planned."
        )
        return Verdict(
            check=self.name,
            id=self.name,
            status=Status.UNKNOWN if doubts else Status.HELD,
            objective="every rule that should strike does, and the application meets it",
            measured=_measured(rules, injected, delivered),
            finding=" ".join([*doubts, *([] if doubts and not delivered else [summary]), *remarks]),
            samples=delivered,
            evidence=_proof(record),
            next_step=_next_step(record, rules) if doubts else None,
            longer=_longer(record, rules) if doubts else 1.0,
        )


def _measured(rules: tuple[RuleResult, ...], injected: int, delivered: int) -> str:
    if not rules:
        return f"no rules, {count(injected, 'fault')} injected"
    struck = sum(rule.state == "struck" for rule in rules)
    return (
        f"{struck:,} of {count(len(rules), 'rule')} struck; eligible {sum(rule.eligible for rule in rules):,}, "
        f"selected {sum(rule.selected for rule in rules):,}, injected {injected:,}, delivered {delivered:,}"
    )


def _cut_short(record: Record) -> list[str]:
    """What ended before its time: the drill, or a part of it."""
    end, doubts = record.end, []
    if end is None:
        doubts.append("The drill was cut short: it was killed before it could write its end.")
    elif end["outcome"] not in ("completed", "stopped", "aborted"):
        why = f" ({end['why']})" if end.get("why") else ""
        doubts.append(f"The drill was cut short: {end['outcome']}{why}.")
    drill = record.drill
    last = drill["zero"] + max((phase["end"] for phase in drill["phases"]), default=0.0)
    early = end is None or end["outcome"] != "completed"  # so the drill interrupted its load itself, or its end did
    fine = [ExitCode.HELD, ExitCode.INTERRUPTED] if early else [ExitCode.HELD]
    for row in record.rows(
        f"SELECT * FROM process WHERE {OWN} AND t < ? "
        "AND (event = 'killed' OR (event = 'exited' AND NOT coalesce(list_contains(?::BIGINT[], code), FALSE))) "
        "ORDER BY t",
        [last, fine],
    ):
        code = f" with code {row['code']}" if row["code"] is not None else ""
        why = f": {row['detail']}" if row["detail"] else ""
        doubts.append(f"{row['name']} {row['event']}{code} {row['t'] - drill['zero']:.1f}s into the drill{why}.")
    return doubts


def _strangers(record: Record) -> list[str]:
    known = [rule["id"] for rule in record.drill["rules"]]
    strange = record.value(
        "SELECT count(*) FROM exchange WHERE injected AND NOT coalesce(list_contains(?::VARCHAR[], rule), FALSE)",
        [known],
    )
    return [f"{count(strange, 'fault')} came from no rule of this scenario."] if strange else []


def _doubtful(record: Record, rules: tuple[RuleResult, ...]) -> list[RuleResult]:
    """The rules whose proof is missing."""
    sources = {row["id"]: row for row in record.drill["rules"]}
    alive = not dead_since(record)  # else nothing could come any more, and that is told by itself

    def missing(rule: RuleResult) -> bool:
        if rule.state == "unlucky":
            return expected_strikes(sources[rule.id], rule) >= LIKELY
        return rule.state == "undelivered" or (rule.state == "no_traffic" and alive)

    return [rule for rule in rules if missing(rule)]


def _doubts(record: Record, rules: tuple[RuleResult, ...], doubtful: list[RuleResult]) -> list[str]:
    """The rules whose proof is missing, and why; that none struck, where none did."""
    if nothing_came(record):
        return [f"No call to the platform reached the drill's proxy{', so no fault could strike' if rules else ''}."]
    reasons = clauses(doubtful)
    if not rules or any(rule.state == "struck" for rule in rules):
        return reasons
    called = _called(record)
    if not called:
        return [_uncalled(record)]
    return [f"No rule struck at all; the application called {called}.", *reasons]


def nothing_came(record: Record) -> bool:
    """Whether users asked, and the application never called the platform, nor tried to connect to it.

    An answer on another channel is one: it comes by way of the platform that carries the channel.
    """
    sql = (
        "SELECT count(*) > 0 AND NOT coalesce(bool_or(channel <> 'http' AND outcome <> 'hung'), FALSE) "
        "AND NOT EXISTS (SELECT 1 FROM exchange WHERE via <> 'inbound') FROM journey WHERE asks"
    )
    return bool(record.value(sql))


def _remarks(record: Record, rules: tuple[RuleResult, ...], doubtful: list[RuleResult]) -> list[str]:
    """What is worth telling of the rules that are in no doubt. Of an application that went past us, nothing is."""
    if not _called(record):
        return []
    room = max(0, NAMED - len(doubtful))
    return clauses((rule for rule in rules if rule.why and rule not in doubtful), room)


def _uncalled(record: Record) -> str:
    """That nothing was called while the timeline played; calls before and after it can meet no fault."""
    row = record.rows(
        f"SELECT count(*) FILTER (t < $1) AS before, count(*) FILTER (t >= $1) AS after FROM exchange "
        f"WHERE {PHASE} IS NULL",
        [record.drill["zero"]],
    )[0]
    if not row["before"] and not row["after"]:
        return "No call to the platform reached the drill's proxy, so no fault could strike."
    when = f"{row['before']:,} before it, {row['after']:,} after it"
    return f"No call to the platform came while the timeline played ({when}), so no fault could strike."


def _called(record: Record) -> str:
    """``openai.chat (40 calls)``: the services that were called on the timeline, in words; empty for none."""
    rows = record.rows(
        f"SELECT service, count(*) AS n FROM exchange WHERE {PHASE} IS NOT NULL GROUP BY service "
        "ORDER BY n DESC, service"
    )
    return ", ".join(f"{row['service']} ({count(row['n'], 'call')})" for row in rows)


def _next_step(record: Record, rules: tuple[RuleResult, ...]) -> str:
    states = {rule.state for rule in rules}
    if nothing_came(record):
        return wiring(record)
    if rules and not _called(record):
        return _LATER if record.value("SELECT count(*) FROM exchange") else wiring(record)
    if record.end is None or record.end["outcome"] != "completed":
        return "Run the drill again and let it end."
    if "undelivered" in states:
        return "Look at the evidence rows: they say why these faults could not be carried out."
    if states & {"no_traffic", "unlucky"}:
        return (
            "Raise load.users or lower --speed, so that every phase sees enough calls; keep users asking in an outage."
        )
    if states and "struck" not in states:
        return "Choose a scenario for the services that this application calls, or a journey that calls more of them."
    return "Look at the rows of kind process, and at the log of that part."


def _longer(record: Record, rules: tuple[RuleResult, ...]) -> float:
    """How many times as long the drill has to last, as ``_next_step`` says it."""
    completed = record.end is not None and record.end["outcome"] == "completed"
    states = {rule.state for rule in rules}
    if not completed or "undelivered" in states or not _called(record):
        return 1.0
    if states & {"no_traffic", "unlucky"}:
        return 2.0
    return 0.0 if states and "struck" not in states else 1.0


def wiring(record: Record) -> str:
    """What is likely to be missing where no call comes: as the drill told it of its profile, else all that may be."""
    if refused := distrust(record):
        return f"{refused[:1].upper()}{refused[1:]}. {_TRUST}"
    told = record.drill.get("wiring")
    return f"{told} 'brownout doctor' tries it." if told else _WIRING


def distrust(record: Record) -> str:
    """What the proxy saw of a client that came, and did not trust the drill's certificate; empty where none did."""
    return str(record.value(f"SELECT min(detail) FROM process WHERE starts_with(detail, '{_QUOTED}')") or "")


def _proof(record: Record) -> tuple[Evidence, ...]:
    """Strikes that failed, else the first strike of each rule."""
    skipped = record.rows(f"SELECT * FROM fault_skipped ORDER BY t LIMIT {EVIDENCE}")
    if skipped:
        return evidence.told(
            "fault_skipped", skipped, lambda row: f"rule {row['rule']} could not {row['fault']}: {row['why']}"
        )
    rows = record.rows(
        "SELECT * FROM exchange WHERE rowid IN "
        "(SELECT min(rowid) FROM exchange WHERE injected GROUP BY rule, delivered) "
        f"ORDER BY delivered, t LIMIT {EVIDENCE}"
    )
    return evidence.told("exchange", rows, _strike)


def _strike(row: dict[str, Any]) -> str:
    fate = "delivered" if row["delivered"] else "not delivered"
    return f"rule {row['rule']}: {row['fault']} on {row['service']}, {fate} ({row['how'] or 'unknown'})"
