from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls.retry_after import seconds

NOW = 1_784_000_000.0


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"retry-after": "20"}, 20.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after-ms": "1400", "retry-after": "2"}, 1.4),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "-3"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "Tue, 14 Jul 2026 03:34:10 GMT"}, 1784000050.0 - NOW),
        ({"retry-after": "Tue, 03 Feb 2026 20:12:00 GMT"}, 0.0),
    ],
)
def test_a_wait_is_read_as_an_sdk_reads_it(headers: dict[str, str], expected: float | None) -> None:
    assert seconds(headers, NOW) == expected


@given(st.text(), st.text())
def test_nonsense_is_no_wait_and_no_crash(one: str, other: str) -> None:
    found = seconds({"retry-after": one, "retry-after-ms": other}, NOW)

    assert found is None or found >= 0
