"""Several figures of one verdict: what each says, alone and over several drills."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from brownout.checkers.aspects import Aspect, together
from brownout.checkers.observed import Observed, grouped, of_clusters
from brownout.checkers.sampling import Sampling
from brownout.verdict import Status

LOOSE = Sampling(0.8, 0.2)


def _share(good: int, asked: int, users: int = 10) -> Observed:
    """So many good ones of so many, spread over users and seconds."""
    rows = [(number % users, number % 17, float(number < good)) for number in range(asked)]
    return grouped(rows, "share", "higher")


def _mean(values: Sequence[float]) -> Observed:
    return grouped(((number % 10, number % 17, value) for number, value in enumerate(values)), "calls", "lower")


@pytest.mark.parametrize(
    ("aspect", "status"),
    [
        (Aspect("opens", _share(98, 100), 0.9), Status.HELD),
        (Aspect("opens", _share(40, 100), 0.9), Status.BROKEN),
        (Aspect("opens", _share(40, 100), 0.9, needed=101), Status.UNKNOWN),
        (Aspect("opens", _share(0, 0), 0.9, needed=0), Status.UNKNOWN),
        (Aspect("calls", _mean([1.0, 1.2] * 50), 2.0), Status.HELD),
        (Aspect("calls", _mean([4.0, 5.0] * 50), 2.0), Status.BROKEN),
        (Aspect("others", _share(38, 100), 0.95, against=_share(50, 100)), Status.UNKNOWN),
        (Aspect("others", _share(50, 100), 0.95, against=_share(100, 100)), Status.BROKEN),
        (Aspect("others", _share(100, 100), 0.95, against=_share(100, 100)), Status.HELD),
        (Aspect("others", _share(100, 100), 0.95, needed=20, against=_share(9, 9)), Status.UNKNOWN),
    ],
)
def test_each_is_ruled_on_by_what_it_asks_for(aspect: Aspect, status: Status) -> None:
    assert aspect.rule(LOOSE) is status


def test_counts_by_user_are_the_values_that_they_stand_for() -> None:
    observed = of_clusters([(3, 4), (0, 2)], [(1, 3), (2, 3)])

    assert (observed.asked, observed.good().good) == (6, 3)
    assert observed.users == ((1.0, 1.0, 1.0, 0.0), (0.0, 0.0))


def test_what_two_drills_leave_open_both_together_may_settle() -> None:
    one = Aspect("opens", _share(9, 10), 0.8, needed=15, against=_share(10, 10))
    other = Aspect("closes", _share(20, 20), 0.8)
    pooled = together([[one, other], [one], []])

    assert one.rule(LOOSE) is Status.UNKNOWN
    assert [(each.name, each.observed.asked) for each in pooled] == [("opens", 20), ("closes", 20)]
    assert pooled[0].against is not None
    assert pooled[0].against.asked == 20
    assert len(pooled[0].observed.users) == 20  # users of different drills are different
    assert pooled[0].rule(LOOSE) is Status.HELD
