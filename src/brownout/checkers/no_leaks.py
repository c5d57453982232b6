"""Does anything reach users that is none of their business?"""

from __future__ import annotations

from collections import Counter
from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count, listing
from brownout.checkers.joins import joins_of, open_by
from brownout.expect import AnyExpect, NoLeaks
from brownout.verdict import Verdict

_STORED = "coalesce(len(errors), 0) > 0"
_SENT = "provider text that was sent"
_NAMES = {
    "error_page": "raw error page of the framework",
    "key_in_use": "key that was in use",
    "front_page": "raw error page of a front end (nginx, Envoy, a CDN)",
    _SENT: "error of the provider, word for word",
}
"""What a kind is called where its own name says less than is known."""
_KEYS = {"api_key", _NAMES["key_in_use"]}
_PAGES = ("error_page", "provider_html")
_CATCH = "Catch provider errors where the reply is built, log them, and show a message of your own."
_SECRET = (
    "Never put headers, URLs or settings of a call into what users see: show a message of your own. Change the key if "
    "others may have seen it."
)
_HANDLER = (
    "No handler has caught the error: give the application one of its own for what nobody else catches, and catch "
    "provider errors where the reply is built."
)

# Kinds by step, and whether a piece of what it showed is what was sent to the application in the provider's stead: for
# any of its calls, or for one that was refused (elsewhere, made-up words may be an answer that users are to see).
_KINDS = f"""
WITH leaky AS (SELECT rowid AS r, canary, coalesce(leaks, []) AS leaks, coalesce(prints, []) AS prints FROM journey
               WHERE (len(leaks) > 0 OR len(prints) > 0) AND {{where}}),
sent AS (SELECT canary, prints, coalesce(status, 0) >= 400 AS refused FROM exchange WHERE injected AND len(prints) > 0),
met AS (SELECT r, leaks, refused, list_has_any(leaky.prints, sent.prints) AS same
        FROM leaky LEFT JOIN sent USING (canary)),
seen AS (SELECT r, any_value(leaks) AS leaks, coalesce(bool_or(same), FALSE) AS proved,
                coalesce(bool_or(same AND refused), FALSE) AS refused FROM met GROUP BY r)
SELECT r, unnest(leaks) AS kind, proved FROM seen
UNION ALL SELECT r, '{_SENT}', TRUE FROM seen WHERE refused AND len(leaks) = 0
"""


_REFUSED = "injected AND len(prints) > 0 AND coalesce(status, 0) >= 400"


class NoLeaksChecker:
    """Keys, tracebacks, provider pages and error texts in what users saw, or in what was stored as an answer."""

    name = "no_leaks"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one leak; UNKNOWN without any step."""
        assert isinstance(expectation, NoLeaks)
        case = Case(record, expectation, "no key, traceback or provider error reaches a user")
        if (unreached := case.unreached()) is not None:
            return unreached
        steps = record.value(f"SELECT count(*) FROM journey WHERE {case.steps}", case.parameters)
        if not steps:
            return case.too_few(0, 1, "step")
        leaks = record.rows(_KINDS.format(where=case.steps), case.parameters)
        kinds = _kinds(case, leaks)
        if not kinds:
            if (alike := _alike(case)) and (joins := joins_of(record, _REFUSED)).weak:
                return open_by(case, joins, "0 leaks", f"{alike} holds what these were sent, word for word.", steps)
            return case.held("0 leaks", f"Nothing leaked in {count(steps, 'step')}.", samples=steps)
        leaky = f"rowid IN ({', '.join(str(row['r']) for row in leaks) or 'NULL'})"
        shown = evidence.journeys(record, leaky, (), apart="leaks")
        snippet = next((proof.row["detail"] for proof in shown if proof.row.get("detail")), None)
        stored = record.rows(
            f"SELECT * FROM history WHERE {_STORED} AND {case.where} ORDER BY t LIMIT 2", case.parameters
        )
        return case.broken(
            count(sum(kinds.values()), "leak"),
            f"Users were shown what they must never see: {listing(kinds)}."
            f"{f' For example: {snippet}' if snippet else ''}",
            samples=steps,
            evidence=(*shown, *evidence.told("history", stored, _stored))[:EVIDENCE],
            next_step=_next_step(kinds),
        )


def _alike(case: Case) -> str:
    """How many steps showed what was sent to a call of nobody's; empty for none."""
    alike = case.record.value(
        f"SELECT count(*) FROM journey WHERE len(prints) > 0 AND {case.steps} AND list_has_any(prints, coalesce(("
        f"SELECT flatten(list(prints)) FROM exchange WHERE {_REFUSED} AND (canary IS NULL OR joined = 'window')), []))",
        case.parameters,
    )
    return count(alike, "answer") if alike else ""


def _kinds(case: Case, leaks: list[dict[str, Any]]) -> dict[str, int]:
    """Kind of leak → how often, under the name that the journal can prove."""
    made_up = case.record.drill.get(
        "sentinel", True
    )  # by the stand-in and faults: a real platform has pages of its own
    kinds = Counter(_named(row["kind"], proved=row["proved"] or not made_up) for row in leaks)
    stored = case.record.value(
        f'SELECT count(*) FROM (SELECT DISTINCT journey, "user", unnest(errors) FROM history WHERE {case.where})',
        case.parameters,
    )
    return {**kinds, "error stored as an answer": int(stored)} if stored else dict(kinds)


def _named(kind: str, *, proved: bool) -> str:
    """A page is the provider's where its words were sent in the provider's stead, and else whoever's it looks like."""
    if kind in _PAGES and proved:
        return "provider_html"
    return _NAMES.get("front_page" if kind == "provider_html" else kind, kind)


def _next_step(kinds: dict[str, int]) -> str:
    """What to do about all of them."""
    if set(kinds) == {_NAMES["error_page"]}:
        return _HANDLER
    others = set(kinds) - _KEYS
    return " ".join([*([_CATCH] if others else ()), *([_SECRET] if set(kinds) & _KEYS else ())])


def _stored(row: dict[str, Any]) -> str:
    return f"user {row['user']} found an error stored as an answer"
