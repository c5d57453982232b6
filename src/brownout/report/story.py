"""The result in a sentence or a line: what happened to users, in which order to read the verdicts. Pure."""

from __future__ import annotations

import hashlib
import shlex
from collections.abc import Iterable

from brownout.report import words
from brownout.result import PhaseResult, Result, RuleResult
from brownout.verdict import Status, Verdict

FAILING = ("degraded", "partial_outage", "major_outage", "shutdown")
"""Impacts in which the platform itself says that it does not work."""

QUIET = ("unused", "unmatched")
"""States of rules that the application gave nothing to strike: no fault of theirs, and not worth a row each."""
NAMED = 3
"""So many quiet rules are named one by one."""

RULE_STATES = {
    "struck": "struck",
    "unused": "never called",
    "unmatched": "never matched",
    "no_traffic": "no traffic",
    "unlucky": "never selected",
    "undelivered": "not delivered",
    "capped": "never let strike",
    "not_begun": "phase never began",
}

JOINED_BY = {
    "id": "an id that the platform made",
    "conversation": "a value of the user's conversation",
    "window": "the moment alone (a guess)",
}
"""By what a call belongs to a question, where its own name does not say it."""


def ordered(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """BROKEN first, then UNKNOWN, HELD and SKIPPED; else as they came."""
    return sorted(verdicts, key=lambda verdict: -verdict.status.rank)


def tally(result: Result) -> str:
    """``4 broken · 1 unknown · 6 held · 2 skipped``."""
    statuses = [verdict.status for verdict in result.verdicts]
    parts = [f"{statuses.count(status)} {status.lower()}" for status in reversed(Status) if status in statuses]
    return " · ".join(parts) or "no expectations were checked"


def _answered(phases: Iterable[PhaseResult]) -> tuple[int, int]:
    """Whole answers and questions, without those that met a fault of another phase than the one they began in."""
    listed = list(phases)
    return (
        sum(phase.answered - phase.strayed_answered for phase in listed),
        sum(phase.asked - phase.strayed for phase in listed),
    )


def _share(answered: int, asked: int) -> str:
    return f"{words.of(answered, asked)} questions ({words.percent(answered, asked)})"


def headline(result: Result) -> str:
    """What happened to users, in one sentence; or what kept the drill from showing it."""
    if result.lead:
        return result.lead
    all_answered, all_asked = _answered(result.phases)
    if not all_asked:
        return "No user asked anything while the timeline played, so nothing is proved."
    down = [phase for phase in result.phases if phase.impact in FAILING]
    failing = _answered(down)
    healthy = _answered(phase for phase in result.phases if phase.impact == "operational")
    if failing[1] and not any(phase.injected for phase in down):
        text = "While the platform was failing, no fault struck what this application calls, so nothing is shown of an "
        text += f"outage; users got a whole answer to {_share(*failing)}"
    elif failing[1]:
        text = f"While the platform was failing, users got a whole answer to {_share(*failing)}"
        text += f", against {words.percent(*healthy)} while it was healthy" if healthy[1] else ""
    else:
        text = f"Users got a whole answer to {_share(all_answered, all_asked)}"
    hung = result.outcomes.get("hung", 0)
    return text + (f"; {words.number(hung)} waited until their patience ended." if hung else ".")


def asked(result: Result) -> str:
    """``98 of 276`` questions, and whether there are some among them that no verdict counts."""
    gone = any(each.check == "application_alive" and each.status is Status.BROKEN for each in result.verdicts)
    told = words.of(result.totals.get("answered", 0), result.totals.get("questions", 0))
    return f"{told}, also while the application was gone" if gone else told


def outcomes(result: Result) -> list[str]:
    """The outcomes that occur, for the head of a table: whole answers first, then the most frequent."""
    return sorted(result.outcomes, key=lambda name: (name != "ok", -result.outcomes[name], name))


def ending(result: Result) -> str:
    """Why the drill says less than it could; empty for one that was completed."""
    if result.outcome == "completed":
        return ""
    why = f" {result.why[0].upper()}{result.why[1:].rstrip('.')}." if result.why else ""
    if result.longer:
        return f"The longer drill was {result.outcome}.{why} It settled only what it saw until then."
    ran = words.seconds(result.duration)
    return f"This drill was {result.outcome} after {ran}.{why} It covers only what ran until then."


def notes(result: Result) -> list[str]:
    """What a reader has to know before anything else: which drills are told, and why they say less than they could."""
    both = (
        "These are the verdicts of two drills: of this one, and of a longer one that was played for what this one left "
        f"open. All other figures are of this one; those of the longer one are in {result.longer}."
    )
    candidates = (both if result.longer else "", ending(result), unproved(result))
    return [note for note in dict.fromkeys(candidates) if note]


def incident(result: Result) -> str:
    """``3 h 43 min of incident at 380×``: the timeline as far as it was played, without what came after it."""
    last = max((phase.end for phase in result.phases), default=0.0)
    played = words.seconds(min(result.duration, last) * result.speed)
    after = result.duration - last
    settled = f", and {words.seconds(after)} for what was still under way" if last and after >= 1 else ""
    return f"{played} of incident at {words.number(result.speed)}×{settled}"


def again(result: Result) -> tuple[str, str]:
    """What to do next, in words that end in a colon, and the command for it: another one where the same says the same.

    The first verdict that has advice says whether the drill has to last longer, or another scenario is needed.
    """
    advised = next((v for v in ordered(result.verdicts) if v.next_step and v.status.amiss), None)
    if advised is None:
        return "Try other luck, or another scenario:", with_option(result.command, "--seed", str(result.seed + 1))
    advice = (advised.next_step or "").rstrip(".")
    if advised.longer > 1:
        return f"{advice}. For example:", with_option(result.command, "--speed", f"{result.speed / advised.longer:.3g}")
    if not advised.longer:
        return f"{advice}. There are:", "brownout list scenarios"
    return f"{advice}, then run again:", result.command


def with_option(command: str, option: str, value: str) -> str:
    """The command with another value for one option."""
    parts = shlex.split(command)
    if option in parts[:-1]:
        place = parts.index(option) + 1
        return shlex.join([*parts[:place], value, *parts[place + 1 :]])
    return shlex.join([*parts, option, value])


def fingerprint(verdict: Verdict, result: Result) -> str:
    """The same in every run of a scenario, and no other verdict's, for systems that follow a finding over time."""
    about = "\0".join((result.app, result.scenario, verdict.id)).encode("utf-8", "replace")
    return hashlib.sha256(about).hexdigest()


def struck(rules: Iterable[RuleResult]) -> str:
    """How many rules struck: ``7 of 8 rules struck``."""
    listed = list(rules)
    return f"{sum(rule.state == 'struck' for rule in listed)} of {words.count(len(listed), 'rule')} struck"


def joined(result: Result) -> str:
    """By what calls are tied to questions: ``of 1 204 calls 97% by canary, 3% by nothing``. Empty without calls."""
    whole = sum(result.joins.values())
    if not whole:
        return ""
    parts = (f"{words.percent(n, whole)} by {JOINED_BY.get(method, method)}" for method, n in result.joins.items())
    return f"of {words.count(whole, 'call')} {', '.join(parts)}"


def state_words(rule: RuleResult) -> str:
    """A rule's state as readers are told it."""
    return RULE_STATES.get(rule.state, words.spaced(rule.state))


def rule_state(rule: RuleResult) -> str:
    """A rule's state, in words, with the reason where it struck none."""
    return f"{state_words(rule)}: {rule.why}" if rule.why else state_words(rule)


def telling(rules: Iterable[RuleResult]) -> list[RuleResult]:
    """The rules that struck, or should have: each is worth a row."""
    return [rule for rule in rules if rule.state not in QUIET]


def quiet(rules: Iterable[RuleResult]) -> list[RuleResult]:
    """The rules that the application gave nothing to strike."""
    return [rule for rule in rules if rule.state in QUIET]


def folded(rules: Iterable[RuleResult]) -> str:
    """All quiet rules in a line: which services were never called, which rules matched no call. Empty for none."""
    quiet_ones = quiet(rules)
    unused = [rule for rule in quiet_ones if rule.state == "unused"]
    unmatched = [rule for rule in quiet_ones if rule.state == "unmatched"]
    parts = []
    if unused:
        which = f" ({', '.join(rule.id for rule in unused)})" if len(unused) <= NAMED else ""
        services = ", ".join(dict.fromkeys(rule.on for rule in unused))
        parts.append(f"{words.count(len(unused), 'rule')} had nothing to strike{which}, never called: {services}.")
    if unmatched:
        ids = ", ".join(rule.id for rule in unmatched)
        parts.append(f"{words.count(len(unmatched), 'rule')} matched no call: {ids}.")
    return " ".join(parts)


def unproved(result: Result) -> str:
    """Why the drill as a whole is worse than each of its verdicts; empty where the verdicts say it all."""
    worst = max((verdict.status for verdict in result.verdicts), key=lambda status: status.rank, default=None)
    if worst is not None and worst.rank >= result.status.rank:
        return ""
    reasons = [f"{rule.id} {rule_state(rule)}" for rule in telling(result.rules) if rule.state != "struck"]
    return (
        ending(result)
        or "; ".join(reasons)
        or folded(result.rules)
        or "No expectation was checked, so nothing is proved."
    )
