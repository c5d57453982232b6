"""The second report: what is gone for good where nobody was linked in time."""

from __future__ import annotations

import pytest
from support.seeds import Row, as_case, assert_holds, drilled, of_drill

pytestmark = [pytest.mark.e2e, pytest.mark.heavy]


@pytest.mark.parametrize("row", of_drill("missed"), ids=as_case)
def test_every_system_of_the_report_is_broken_and_its_check_proves_it(row: Row) -> None:
    assert_holds(row, drilled(row.drill))
