"""One journal row of evidence as an engineer wants to read it: when, in which phase, what was seen, what caused it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from json import dumps
from typing import Any

from brownout.report import words
from brownout.result import Result
from brownout.verdict import OUTCOMES, Evidence

_HISTORY = {
    "missing": "missing",
    "duplicated": "shown twice",
    "reordered": "out of order",
    "foreign": "of another user",
    "half": "stored without their end",
    "errors": "errors stored as answers",
}


@dataclass(frozen=True)
class Witness:
    """A row of evidence in words; an empty text where the row does not tell."""

    text: str
    when: str
    phase: str
    canary: str
    saw: str
    injected: str
    row: str


def _drill_second(evidence: Evidence, result: Result) -> float | None:
    """Where on its drill's clock a row is: from ``t``, else from incident seconds since its phase began."""
    row, zero = evidence.row, result.zero if evidence.zero is None else evidence.zero
    if isinstance(row.get("t"), int | float) and zero is not None:
        return float(row["t"]) - zero
    start = next((phase.start for phase in result.phases if phase.name == row.get("phase")), None)
    if start is None or not isinstance(row.get("elapsed"), int | float):
        return None
    return start + float(row["elapsed"]) / result.speed


def _phase(evidence: Evidence, second: float | None, result: Result) -> str:
    named = evidence.row.get("phase_name") or evidence.row.get("phase")
    if named or second is None or evidence.zero is not None:  # the phases of the longer drill are not told here
        return str(named or "")
    return next((phase.name for phase in result.phases if phase.start <= second < phase.end), "")


def _journey_saw(row: Mapping[str, Any]) -> str:
    outcome = str(row.get("outcome"))
    parts = [OUTCOMES.get(outcome, words.spaced(outcome))]
    if row.get("status"):
        parts.append(f"HTTP {row['status']}")
    if isinstance(row.get("duration"), int | float):
        parts.append(f"after {words.seconds(row['duration'])}")
    if row.get("leaks"):
        parts.append(f"leaked: {', '.join(map(str, row['leaks']))}")
    if row.get("forgotten"):
        parts.append(f"{words.count(len(row['forgotten']), 'earlier question')} forgotten")
    if row.get("attempt"):
        parts.append(f"sent {row['attempt'] + 1} times")
    if row.get("instead_of"):
        parts.append(f"asked instead of {row['instead_of']}")
    return ", ".join(parts) + (f" ({row['detail']})" if row.get("detail") else "")


def _history_saw(row: Mapping[str, Any]) -> str:
    what = "export" if row.get("kind") == "export" else "history"
    if row.get("readable") is False:
        return f"{'an' if what == 'export' else 'a'} {what} that could not be read"
    wrong = [f"{len(row[key])} {text}" for key, text in _HISTORY.items() if row.get(key)]
    return f"{what}: {', '.join(wrong) or 'complete'}; {row.get('acknowledged', 0)} messages were acknowledged"


def _effects_saw(row: Mapping[str, Any]) -> str:
    if row.get("readable") is False:
        return "effects that could not be read"
    return f"{len(row.get('duplicated') or ())} messages with more than one effect, of {row['made']} effects"


def _chat_saw(row: Mapping[str, Any]) -> str:
    written, answered = (len(row.get(name) or ()) for name in ("said", "answered"))
    parts = [f"{answered} of {words.count(written, 'message')} answered"]
    parts += [f"{len(row['repeated'])} answered more than once"] if row.get("repeated") else []
    parts += [f"{words.count(row['loose'], 'message')} that answered none"] if row.get("loose") else []
    parts += [f"{words.count(row['turned_away'], 'notice')} of the channel"] if row.get("turned_away") else []
    return f"chat: {', '.join(parts)}"


def _exchange_saw(row: Mapping[str, Any]) -> str:
    """What the application got of an exchange: no user's side of it is known."""
    parts = [f"HTTP {row['status']}"] if row.get("status") else []
    parts += [f"ended {words.spaced(str(row['end']))}"] if row.get("end") else []
    if isinstance(row.get("duration"), int | float):
        parts.append(f"after {words.seconds(row['duration'])}")
    return f"the application got {', '.join(parts)}" if parts else ""


def _saw(row: Mapping[str, Any]) -> str:
    if "outcome" in row and "step" in row:
        return _journey_saw(row)
    if "said" in row:
        return _chat_saw(row)
    if "made" in row and "service" not in row:  # an exchange has ids of what it made
        return _effects_saw(row)
    if "readable" in row or "acknowledged" in row:
        return _history_saw(row)
    return _exchange_saw(row) if "service" in row else ""


def _injected(row: Mapping[str, Any]) -> str:
    fault = row.get("fault")
    if not fault:
        return ""
    by = f" by {row['rule']}" if row.get("rule") else ""
    known = "" if row.get("delivered") is None else ", delivered" if row["delivered"] else ", not delivered"
    how = f" ({words.spaced(str(row['how']))})" if row.get("how") else ""
    return f"{words.spaced(str(fault))}{by}{known}{how}"


def witness(evidence: Evidence, result: Result) -> Witness:
    """A row of evidence, in words."""
    row = evidence.row
    second = _drill_second(evidence, result)
    which = "" if evidence.zero is None else " of the longer drill"
    return Witness(
        text=evidence.text,
        when="" if second is None else f"{words.at(second)}{which}",
        phase=_phase(evidence, second, result),
        canary=str(row.get("canary") or ""),
        saw=_saw(row),
        injected=_injected(row),
        row=dumps(row, ensure_ascii=False, default=str) if row else "",
    )


def line(evidence: Evidence, result: Result) -> str:
    """A row of evidence on one line, for plain text."""
    seen = witness(evidence, result)
    where = " · ".join(part for part in (seen.when, seen.phase, seen.canary) if part)
    rest = "; ".join(f"{name}: {value}" for name, value in (("saw", seen.saw), ("injected", seen.injected)) if value)
    return "".join((f"[{where}] " if where else "", seen.text, f" ({rest})" if rest else ""))
