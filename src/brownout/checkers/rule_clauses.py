"""What became of the rules, in words that stay short: a clause for each state, however many rules share it."""

from __future__ import annotations

from collections.abc import Iterable

from brownout.checkers.case import count
from brownout.result import RuleResult

NAMED = 3
"""So many rules are told one by one in a finding; the report's table of rules has them all."""

_FATES = {
    "undelivered": "delivered nothing",
    "no_traffic": "had no traffic",
    "unlucky": "never selected a call",
    "struck": "struck, but not every time",
    "capped": "passed all that it selected",
    "unmatched": "matched no call",
    "not_begun": "had no time",
}


def clauses(rules: Iterable[RuleResult], room: int = NAMED) -> list[str]:
    """A sentence for each state that these rules are in, the worst state first.

    ``room`` rules are named in all of them together; whoever has more is led to the table.
    """
    listed, told = list(rules), []
    for state, fate in _FATES.items():
        mine = [rule for rule in listed if rule.state == state]
        if mine:
            told.append(_fate(fate, mine, room))
            room = max(0, room - len(mine))
    unused = [rule for rule in listed if rule.state == "unused"]
    return [*told, _unused(unused, room)] if unused else told


def _fate(fate: str, rules: list[RuleResult], room: int) -> str:
    each = [f"{rule.id}: {rule.why}" for rule in rules[:room]]
    left = len(rules) - len(each)
    more = [f"{f'{left:,} more' if each else 'which and why'}: see the table of rules"] if left else []
    return f"{count(len(rules), 'rule')} {fate} ({'; '.join([*each, *more])})."


def _unused(rules: list[RuleResult], room: int) -> str:
    which = f" ({', '.join(rule.id for rule in rules)})" if len(rules) <= room else ""
    services = list(dict.fromkeys(rule.on for rule in rules))
    more = f" and {len(services) - NAMED:,} more" if len(services) > NAMED else ""
    never = f"the application never called {', '.join(services[:NAMED])}{more}"
    return f"{count(len(rules), 'rule')} had nothing to strike{which}: {never}."
