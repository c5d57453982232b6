"""What became of the rules, in words that stay short: a clause for each state, however many rules share it."""

from __future__ import annotations

from collections.abc import Iterable

from brownout.checkers.case import count
from brownout.result import RuleResult

NAMED = 3
"""So many rules of a state are told one by one; the report's table of rules has them all."""

_FATES = {
    "undelivered": "delivered nothing",
    "no_traffic": "had no traffic",
    "unlucky": "never selected a call",
    "struck": "struck, but not every time",
    "unmatched": "matched no call",
    "not_begun": "had no time",
}


def clauses(rules: Iterable[RuleResult]) -> list[str]:
    """A sentence for each state that these rules are in, the worst state first."""
    listed = list(rules)
    told = [_fate(fate, [rule for rule in listed if rule.state == state]) for state, fate in _FATES.items()]
    return [text for text in (*told, _unused([rule for rule in listed if rule.state == "unused"])) if text]


def _fate(fate: str, rules: list[RuleResult]) -> str:
    if not rules:
        return ""
    each = [f"{rule.id}: {rule.why}" for rule in rules[:NAMED]]
    more = [f"and {len(rules) - NAMED:,} more"] if len(rules) > NAMED else []
    return f"{count(len(rules), 'rule')} {fate} ({'; '.join([*each, *more])})."


def _unused(rules: list[RuleResult]) -> str:
    if not rules:
        return ""
    which = f" ({', '.join(rule.id for rule in rules)})" if len(rules) <= NAMED else ""
    services = ", ".join(dict.fromkeys(rule.on for rule in rules))
    return f"{count(len(rules), 'rule')} had nothing to strike{which}: the application never called {services}."
