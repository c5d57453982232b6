"""The first report: the status page."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.seeds import Row, as_case, assert_holds, drilled, of_drill

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seeds")


@pytest.mark.parametrize("row", of_drill("page"), ids=as_case)
def test_every_system_of_the_report_is_broken_and_its_check_proves_it(row: Row, out: Path) -> None:
    assert_holds(row, drilled(row.drill, out))
