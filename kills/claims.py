"""What must be true after each kill, and whether it is. Pure.

The journal is read here line by line, and not with what brownout judges it with: nobody is his own witness.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from brownout.orders import KEPT
from brownout.verdict import ExitCode
from kills.facts import Facts, Row
from kills.setting import USUAL

BOUND: Final = 30.0
"""So many seconds after the kill nothing of the drill may run any more."""
_WRONG = ("missing", "duplicated", "reordered", "foreign", "errors")
_CODES = {"HELD": ExitCode.HELD, "BROKEN": ExitCode.BROKEN, "UNKNOWN": ExitCode.UNKNOWN}


@dataclass(frozen=True)
class Claim:
    """One promise, and what was seen of it; ``kept`` or not."""

    what: str
    seen: str
    kept: bool


def claims(facts: Facts) -> list[Claim]:
    """All of them, for one kill."""
    return [claim(facts) for claim in CLAIMS]


def _ended(facts: Facts) -> Claim:
    seen = f"{facts.exit} after {facts.took:.1f} s"
    return Claim("the drill ends by itself", seen, facts.exit is not None and facts.took <= BOUND)


def _alone(facts: Facts) -> Claim:
    return Claim("no process is left", ", ".join(facts.survivors) or "none", not facts.survivors)


def _whole(facts: Facts) -> Claim:
    return Claim("every line but a last one is a row", f"{facts.spoilt} are not", not facts.spoilt)


def _kept(facts: Facts) -> Claim:
    lost = [name for name, data in facts.before.items() if not facts.files.get(name, b"").startswith(data)]
    return Claim("what was written stays written", ", ".join(lost) or "all there", not lost)


def right_codes(facts: Facts) -> set[int]:
    """The exit codes that a report of this journal may have."""
    victim, hit = facts.point.victim, facts.killed is not None
    judged = _CODES.get(facts.status, ExitCode.BAD_INPUT)
    if hit and victim == "drill" and facts.end is None:
        return {judged} & {ExitCode.UNKNOWN, ExitCode.BROKEN} if facts.rows else {ExitCode.BAD_INPUT}
    if hit and victim in ("stand-in", "proxy-0", "load") and not facts.spoke(victim):
        return {ExitCode.HARNESS}
    if hit and victim == "application" and not _was_reached(facts) and facts.outcome == "failed":
        return {ExitCode.HARNESS}  # it never came up; one that dies later is told of as what broke
    if _nothing_happened_before_the_end(facts):
        return {USUAL[facts.point.opinion]}
    return {judged}


def _was_reached(facts: Facts) -> bool:
    return any(row["outcome"] != "unreachable" for row in facts.of("journey"))


def _nothing_happened_before_the_end(facts: Facts) -> bool:
    """Whether the kill came too late to change anything: its victim had done all its work."""
    if facts.killed is None or facts.point.victim != "application":
        return True
    return facts.load_ended is not None and facts.killed > facts.load_ended


def _right(facts: Facts) -> Claim:
    right = right_codes(facts)
    seen = f"{facts.judged}, not {' or '.join(map(str, sorted(right)))}" if facts.judged not in right else "as it must"
    return Claim("the report's exit code is right", seen, facts.judged in right)


def _same(facts: Facts) -> Claim:
    what = "the drill and its journal say the same"
    if facts.exit is not None and facts.exit < 0:
        return Claim(what, "the drill itself was killed", facts.point.victim == "drill")
    if facts.result is None or facts.report is None:
        return Claim(what, "no result", False)
    told = [
        (code, one["status"], one["why"], [(each["id"], each["status"]) for each in one["verdicts"]])
        for code, one in ((facts.exit, facts.result), (facts.judged, facts.report))
    ]
    return Claim(what, "the same" if told[0] == told[1] else f"{told[0]} and {told[1]}", told[0] == told[1])


def _declared(facts: Facts) -> Claim:
    """Whoever dies with something in memory that nobody else has, must be said to have taken it along."""
    what = "what died with the stand-in is said to be gone"
    cut = facts.outcome == "killed" or any(row["name"] == "stand-in" for row in facts.deaths)
    if not cut or not facts.of("process", event="ready", name="stand-in", w="stand-in"):
        return Claim(what, "nothing did", True)
    said = [str(facts.report["why"]) if facts.report else "", *(row["detail"] for row in facts.deaths)]
    missing = [text for text in said if KEPT not in text and (text == said[0] or "stand-in" in text)]
    return Claim(what, "said" if not missing else f"not in: {missing[0] or 'the report'}", not missing)


def _unproved(facts: Facts) -> list[str]:
    """Verdicts HELD that the journal does not carry."""
    held = [verdict for verdict in facts.verdicts if verdict["status"] == "HELD"]
    if facts.outcome != "completed":
        return [str(verdict["id"]) for verdict in held]
    return [str(verdict["id"]) for verdict in held if not _HOLDS[verdict["check"]](facts, verdict)]


def _held(facts: Facts) -> Claim:
    unproved = _unproved(facts)
    return Claim("nothing is HELD that the journal cannot carry", ", ".join(unproved) or "nothing", not unproved)


def _asked(facts: Facts, verdict: Row) -> list[Row]:
    """The questions that a verdict is about."""
    (drill,) = facts.of("drill")
    spans = [phase for phase in drill["phases"] if phase["impact"] in verdict["during"]]
    names = {span.get("name") for span in spans}
    struck = facts.of("exchange", injected=True)
    strays = {row.get("canary") for row in struck if row.get("phase") and row["phase"] not in names} - {None}
    return [
        row
        for row in facts.of("journey", asks=True, journey=verdict["journey"])
        if row.get("canary") not in strays
        and any(span["start"] <= row["t"] - drill["zero"] < span["end"] for span in spans)
    ]


def _item(facts: Facts, verdict: Row) -> Row:
    (drill,) = facts.of("drill")
    return next(
        one for one in drill["expect"] if (one["check"], one["during"]) == (verdict["check"], verdict["during"])
    )


def _success_holds(facts: Facts, verdict: Row) -> bool:
    asked, item = _asked(facts, verdict), _item(facts, verdict)
    answered = sum(row["outcome"] == "ok" for row in asked)
    return len(asked) >= int(item["min_samples"]) and answered >= float(item["at_least"]) * len(asked)


def _no_hang_holds(facts: Facts, verdict: Row) -> bool:
    steps, within = facts.of("journey"), _item(facts, verdict)["within"]
    return bool(steps) and all(row["outcome"] != "hung" and row["duration"] <= within for row in steps)


def _history_holds(facts: Facts, verdict: Row) -> bool:
    looks = facts.of("history")
    sound = all(row["readable"] and not any(row[name] for name in _WRONG) for row in looks)
    return sound and sum(row["acknowledged"] for row in looks) > 0


def _answered_holds(facts: Facts, verdict: Row) -> bool:
    """Every message that the platform took has one answer, in the chat as it was looked at."""
    looks = facts.of("chat")
    sound = all(set(row["said"]) <= set(row["answered"]) and not row["repeated"] for row in looks)
    return sound and any(row["said"] for row in looks)


def _proof_holds(facts: Facts, verdict: Row) -> bool:
    return not facts.deaths and bool(facts.of("exchange", injected=True, delivered=True))


_HOLDS: dict[str, Callable[[Facts, Row], bool]] = {
    "answered_once": _answered_holds,
    "history_kept": _history_holds,
    "injection_proof": _proof_holds,
    "no_hang": _no_hang_holds,
    "success": _success_holds,
}


def _baseless(facts: Facts) -> list[str]:
    """Verdicts BROKEN without a row that is on record, and was over before a part of ours died."""
    died = facts.killed if facts.deaths and facts.killed is not None else float("inf")
    known = {(row["kind"], row["w"], row["t"]) for row in facts.rows}

    def proves(row: dict[str, Any]) -> bool:
        return (row["kind"], row["w"], row["t"]) in known and row["t"] + row.get("duration", 0.0) < died

    broken = [verdict for verdict in facts.verdicts if verdict["status"] == "BROKEN"]
    return [
        str(verdict["id"])
        for verdict in broken
        if not verdict["evidence"] or not all(proves(one["row"]) for one in verdict["evidence"])
    ]


def _broken(facts: Facts) -> Claim:
    baseless = _baseless(facts)
    return Claim("what is BROKEN has its rows", ", ".join(baseless) or "all of it", not baseless)


CLAIMS: tuple[Callable[[Facts], Claim], ...] = (
    _ended, _alone, _whole, _kept, _right, _same, _declared, _held, _broken,
)  # fmt: skip
