"""Is the application there for as long as it has users: does its process live, and does anybody listen?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, count, listing
from brownout.checkers.deaths import SEEN, Absence, Deaths, absences_in_words, absent, deaths_in, when
from brownout.expect import AnyExpect
from brownout.verdict import Evidence, Status, Verdict

BEFORE = 1.0
"""Seconds before a death in which the last fault that was over may have to do with it."""
_ENDS = 3
"""So many times that it ended or was gone are told as evidence."""
_ADVICE = (
    "Look at its log: an error that nobody catches, outside of a request, ends the process. Catch errors of the "
    "platform where the call is made, and streams' errors where they are read. {more}"
)
_MORE = {
    False: "A supervisor starts it again in production: with start: {restart: true} the drill does so too.",
    True: "The supervisor hides it, and everybody who was being served then is lost all the same.",
}
_LISTEN = (
    "Whoever asks meanwhile is lost. Look at its log at that second, and at what ends or starts it: a worker that does "
    "not come back, a limit of memory, a health check, somebody who deployed."
)
_LIVES = "the application's process lives for as long as it has users"
_LISTENS = "the application can be reached for as long as it has users"


class ApplicationAliveChecker:
    """An application that died or could not be reached, when, how, and what it was doing. Over 0 samples else."""

    name = "application_alive"

    def check(self, record: Record, expectation: AnyExpect | None = None) -> Verdict:
        """BROKEN where it was gone; HELD, and told, where it died and the drill's supervisor started it again."""
        deaths = deaths_in(record)
        if deaths.absences and not deaths.exited:
            return self._absent(record, deaths)
        if not deaths.rows:
            return self._verdict(
                Status.HELD, "not exercised: it lived", "The application's process lived to the end.", _LIVES
            )
        first = deaths.rows[0]
        open_then, before = _calls_at(record, first["t"])
        at = when(record, first["t"])
        told = f"{_how(first)} {at}. {_doing(open_then, before, first['t'])}{_said(first)}"
        broken = deaths.died is not None
        measured = f"died {at}" if broken else f"died {count(len(deaths.rows), 'time')}, and was started again"
        ends = [*deaths.rows[:2], *(gap.row for gap in deaths.absences)]
        return self._verdict(
            Status.BROKEN if broken else Status.HELD,
            f"{measured}{_also(record, deaths.absences, '; also gone')}",
            f"{told}{_also(record, deaths.absences, ' It was also gone', '.')}{_again(deaths)}",
            _LIVES,
            samples=len(deaths.rows) + len(deaths.absences),
            evidence=_proof(record, ends, [*open_then, *before]),
            next_step=_ADVICE.format(more=_MORE[not broken]),
        )

    def _absent(self, record: Record, deaths: Deaths) -> Verdict:
        """It closed its port, or lets nobody in, and no end of its process that the drill saw explains that."""
        first = next((each for each in deaths.absences if each.since == deaths.died), deaths.absences[0])
        others = [each for each in deaths.absences if each is not first]
        open_then, before = _calls_at(record, first.since)
        ends = [first.row, *deaths.rows[:1], *(each.row for each in others)]
        stayed = ", and was not there again before the last user left" if first.back is None else ""
        return self._verdict(
            Status.BROKEN,
            f"{absent(record, first)}{_also(record, others, '; also gone')}",
            f"The application was {absent(record, first)}: it {first.row['detail']}{stayed}. "
            f"{_doing(open_then, before, first.since)}{_also(record, others, ' It was also gone', '.')} "
            f"{_process(record, deaths)} What users met meanwhile is told of no other expectation.",
            _LISTENS,
            samples=len(deaths.absences) + len(deaths.rows),
            evidence=_proof(record, ends, [*open_then, *before]),
            next_step=_LISTEN,
        )

    def _verdict(self, status: Status, measured: str, finding: str, objective: str, **more: Any) -> Verdict:
        return Verdict(self.name, self.name, status, objective, measured, finding, **more)


def _also(record: Record, gaps: Sequence[Absence], opening: str, closing: str = "") -> str:
    """When else it was gone; empty where it was not."""
    return f"{opening} {absences_in_words(record, gaps)}{closing}" if gaps else ""


def _process(record: Record, deaths: Deaths) -> str:
    """What is known of the process of one that could not be reached."""
    if deaths.rows:
        more = f", and ended {count(len(deaths.rows) - 1, 'more time')}" if deaths.rows[1:] else ""
        return f"Its process {deaths.rows[0]['detail']} {when(record, deaths.rows[0]['t'])}{more}."
    if record.value("SELECT count(*) FROM process WHERE name = 'application' AND event = 'started'"):
        return "Its process lived."
    return "The drill did not start it, so of its process nothing is known."


def _how(row: dict[str, Any]) -> str:
    """``The application exited with code 3``, or was killed by a signal."""
    code = row["code"]
    words = row["detail"] or (f"{row['event']} with code {code}" if code is not None else row["event"])
    return f"The application died: it {words}"


def _calls_at(record: Record, died: float) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """The calls that were open at a death, those that had met a fault first; and the last fault that was over by then.

    Calls to the platform, and webhooks that it was taking.
    """
    ended = "t + duration"
    open_then = record.rows(
        f"SELECT * FROM exchange WHERE t <= ? AND {ended} >= ? ORDER BY injected DESC, t DESC", [died + SEEN, died]
    )
    before = record.rows(
        f"SELECT * FROM exchange WHERE injected AND {ended} < ? AND {ended} >= ? ORDER BY {ended} DESC LIMIT 1",
        [died, died - BEFORE],
    )
    return open_then, before


def _doing(open_then: list[dict[str, Any]], before: list[dict[str, Any]], died: float) -> str:
    parts = []
    if open_then:
        services = _counted(row["service"] for row in open_then)
        faults = _counted(f"{row['fault']} (rule {row['rule']})" for row in open_then if row["injected"])
        met = f", which had met {faults}" if faults else ", which had met no fault"
        parts.append(f"It was in {count(len(open_then), 'exchange')} then: {services}{met}.")
    else:
        parts.append("It was in no exchange with the platform then.")
    if before and not any(row["injected"] for row in open_then):
        row = before[0]
        since = died - row["t"] - row["duration"]
        parts.append(f"The last fault that it had met was {row['fault']} on {row['service']}, {since:.2f} s before.")
    return " ".join(parts)


def _counted(names: Iterable[str]) -> str:
    return listing(dict(Counter(names)))


def _said(row: dict[str, Any]) -> str:
    lines = row.get("log") or []
    return f" Its last words: {lines[-1].rstrip('.')}." if lines else " It said nothing."


def _again(deaths: Deaths) -> str:
    more = len(deaths.rows) - 1
    if deaths.died is not None:
        meanwhile = "meanwhile and " if deaths.absences else ""
        return f" What users met {meanwhile}afterwards is told of no other expectation."
    often = f" It died {count(more, 'more time')} after that;" if more else ""
    return f"{often} its supervisor started it again {count(deaths.restarts, 'time')}."


def _proof(record: Record, rows: list[dict[str, Any]], calls: list[dict[str, Any]]) -> tuple[Evidence, ...]:
    """The first ends with their last words, then the calls that the first one cut off."""
    first, told = rows[0], rows[:_ENDS]
    ends = evidence.told("process", told, lambda row: _end(record, row, row is first))
    return (*ends, *evidence.told("exchange", calls[: EVIDENCE - len(ends)], _call))


def _end(record: Record, row: dict[str, Any], first: bool) -> str:
    """How it ended or was gone, and when. What it was doing, where the finding does not say so."""
    at = when(record, row["t"])
    doing = "" if first else f". {_doing(*_calls_at(record, row['t']), row['t'])}"
    if row["event"] == "gone":
        return f"The application {row['detail']} {at}{doing}"
    log = row.get("log") or []
    log_words = f"; the end of its log: {' | '.join(log)}" if log else ""
    return f"{_how(row)} {at}{log_words}{doing}"


def _call(row: dict[str, Any]) -> str:
    met = f"had met {row['fault']} (rule {row['rule']})" if row["injected"] else "had met no fault"
    return f"{row['service']} {met}, and ended {row['end']} after {row['duration']:.2f} s"
