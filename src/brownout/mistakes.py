"""Whether what a user met looks like a mistake of the app profile, told from one row of a journey. Pure.

On a platform that is healthy, that is: there an application answers whoever asks as it wants to be asked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

Mistake: TypeAlias = Literal["request", "reply", "earlier", "end", "template"]
"""``request``: the application refuses it (4xx). ``reply``: it answers, and not where the profile looks. ``earlier``:
an earlier step should have brought something that it needs. ``end``: every answer lacks its end. ``template``: a
template fails, so that nothing was asked, or an expression searches without end, so that nothing was read."""

NOT_ASKED = "could not be asked, for want of an earlier step's answer"
"""How the detail of a step begins that could not be filled in."""
NOT_FILLED = "could not be filled in, which is the profile's doing"
"""How the detail of a step begins whose template fails, or makes what cannot be sent: no request left."""
NOT_READ = "could not be read, which is the profile's doing"
"""How the detail of a step begins whose answer takes a regular expression of the profile too long to search."""
NOWHERE = "no reply where the profile looks for it"
NO_VALUE = "nothing where the profile looks"
NOT_KEPT = "nothing to keep where the profile looks"
"""How the detail of a step begins whose answer has not what the profile reads; what follows is the expression."""
DISTRUST = "the application does not trust the drill's certificate"
"""How the proxy's note begins where a TLS handshake failed for that reason."""
UNREACHED = "nobody could reach the application"
"""How the load's last word begins where not one step of a user found a connection."""
_SOUGHT = re.compile(rf"(?:{NOWHERE}|{NO_VALUE}|{NOT_KEPT}): (?P<expression>.*)")
_OF_THE_MOMENT = frozenset((408, 409, 425, 429))
"""Refusals that may be over at the next try. https://www.rfc-editor.org/rfc/rfc9110#section-15.5"""


def mistake_in(row: Mapping[str, Any]) -> Mistake | None:
    """What the profile may have got wrong in this step; None where nothing points to it."""
    outcome, status = row.get("outcome"), row.get("status")
    if outcome == "error" and str(row.get("detail", "")).startswith(NOT_ASKED):
        return "earlier"
    if outcome == "error" and str(row.get("detail", "")).startswith((NOT_FILLED, NOT_READ)):
        return "template"
    if outcome == "error" and status is not None and 400 <= status < 500 and status not in _OF_THE_MOMENT:
        return "request"
    if outcome == "empty" and sought_in(row) is not None:
        return "reply"
    return "end" if outcome == "half" else None


def sought_in(row: Mapping[str, Any]) -> str | None:
    """The expression that led nowhere in this step's answer, as the profile has it; None where none did."""
    match = _SOUGHT.match(str(row.get("detail") or ""))
    return match["expression"] if match else None
