"""Ids, dates and waits as headers write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from brownout.dialects.headers import (
    base58,
    cf_ray,
    first_of_next_month,
    hexadecimal,
    http_date,
    ray,
    rfc3339,
    uuid,
    whole,
)

BUSY = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@BUSY
@given(id=st.text())
def test_an_id_of_any_text_has_the_platforms_form_and_never_changes(id: str) -> None:
    assert re.fullmatch(r"[1-9A-HJ-NP-Za-km-z]{20}", base58("request", id, 20))
    assert re.fullmatch(r"[0-9a-f]{16}-FRA", cf_ray(id))
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}", uuid("org", id))
    assert base58("request", id, 20) == base58("request", id, 20)
    assert cf_ray(id).startswith(ray(id))


def test_one_id_gives_different_ids_for_different_purposes() -> None:
    assert base58("request", "1", 20) != base58("message", "1", 20)
    assert hexadecimal("a", "1", 8) != hexadecimal("a", "2", 8)


@BUSY
@given(when=st.floats(0, 4_000_000_000))
def test_a_time_is_never_written_earlier_than_it_is(when: float) -> None:
    read = datetime.strptime(rfc3339(when), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()

    assert read - 1 <= when <= read
    assert parsedate_to_datetime(http_date(when)).timestamp() == read


@pytest.mark.parametrize("when", [-5.0, 1e30])
def test_a_time_that_no_header_can_name_is_the_nearest_that_can(when: float) -> None:
    assert rfc3339(when) in ("1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z")
    assert http_date(when).endswith("GMT")


@pytest.mark.parametrize(
    ("when", "day"),
    [(1_763_000_000.0, "2025-12-01"), (1_766_000_000.0, "2026-01-01"), (0.0, "1970-02-01"), (1e30, "9999-12-01")],
)
def test_a_months_allowance_is_there_again_on_the_first(when: float, day: str) -> None:
    assert first_of_next_month(when) == day


@pytest.mark.parametrize(("seconds", "text"), [(0.0, "0"), (0.167, "1"), (2.0, "2"), (2.01, "3")])
def test_whole_seconds_are_never_too_few(seconds: float, text: str) -> None:
    assert whole(seconds) == text
