"""Who asks the model nothing, and waits all the same when a call to the platform blocks the application."""

from __future__ import annotations

from dataclasses import dataclass

from brownout.checkers.base import Record
from brownout.checkers.observed import nearest_rank
from brownout.checkers.sampling import Sampling
from brownout.checkers.stretches import Asked, clusters_of
from brownout.verdict import Status

ENOUGH = 10
"""Fewer steps of bystanders, before the faults or while they last, tell nothing."""
SHARE = 0.95
"""So many of the bystanders' steps may be held against what was usual before."""

# A journey without a question has no business with the platform. A step during which a call began that no question
# explains may have made it, and so be no bystander's: it is left out.
_STEPS = """
WITH quiet AS (SELECT * FROM journey WHERE journey IN
                 (SELECT journey FROM journey GROUP BY journey HAVING NOT bool_or(asks)) AND phase_name IS NOT NULL),
     loose AS (SELECT t FROM exchange WHERE via <> 'inbound'
                 AND (canary IS NULL OR canary NOT IN (SELECT canary FROM journey WHERE asks AND canary IS NOT NULL)))
SELECT journey, "user", t, duration, step FROM quiet WHERE NOT EXISTS
  (SELECT 1 FROM loose WHERE loose.t BETWEEN quiet.t AND quiet.t + quiet.duration)
"""


@dataclass(frozen=True)
class Bystanders:
    """How long 95% of the steps of bystanders took ``before`` the faults and ``during`` them, in seconds.

    ``limit`` is what was allowed, ``steps`` how many there were during the faults, ``worst`` the longest of these.
    """

    status: Status
    before: float
    during: float
    limit: float
    steps: int
    worst: float = 0.0


def bystanders(record: Record, struck: float, healed: float, stall: float) -> Bystanders | None:
    """Whether who asks nothing waited ``stall`` seconds longer while the faults lasted; None where nobody is one."""
    rows = record.rows(_STEPS)
    if not rows:
        return None
    calm = sorted(row["duration"] for row in rows if row["t"] + row["duration"] < struck)
    met = [row for row in rows if struck <= row["t"] < healed]
    waits = sorted(row["duration"] for row in met)
    if min(len(calm), len(met)) < ENOUGH:
        return Bystanders(Status.UNKNOWN, 0.0, 0.0, 0.0, len(met))
    usual = nearest_rank(calm, SHARE)
    limit = usual + stall
    users, seconds = clusters_of(
        [Asked(row["t"], (row["journey"], row["user"]), row["duration"] <= limit) for row in met]
    )
    ruled = Sampling(margin=1.0).rule(SHARE, users, seconds)  # nobody asked for this share: what reaches it has held
    return Bystanders(ruled.status, usual, nearest_rank(waits, SHARE), limit, len(met), waits[-1])
