"""The second report: those who were named next."""

from __future__ import annotations

import pytest
from support.seeds import LATER, Row, assert_holds, drilled, of_drill

pytestmark = pytest.mark.e2e


CASES = [
    pytest.param(row, id=row.system, marks=pytest.mark.heavy if row.drill in LATER else ())
    for row in of_drill("perplexity", "copilot")
]


@pytest.mark.parametrize("row", CASES)
def test_every_system_of_the_report_is_broken_and_its_check_proves_it(row: Row) -> None:
    assert_holds(row, drilled(row.drill))
