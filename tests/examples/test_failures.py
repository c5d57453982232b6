from __future__ import annotations

import importlib
import math
import sys
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from support.chat_app import EXAMPLES

NOW = 1_445_412_480.0
DATE = "Wed, 21 Oct 2015 07:28:00 GMT"


@pytest.fixture(scope="module")
def failures() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(EXAMPLES / "sturdy_chat"))
        yield importlib.import_module("chat.failures")
        for name in [name for name in sys.modules if name.split(".")[0] == "chat"]:
            del sys.modules[name]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 0),
        ({"retry-after": "7"}, 7),
        ({"retry-after": "0.25"}, 0.25),
        ({"retry-after-ms": "1500"}, 1.5),
        ({"retry-after-ms": "1500", "retry-after": "2"}, 2),
        ({"retry-after": DATE}, 0),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": "inf"}, 0),
        ({"retry-after": "nan"}, 0),
        ({"retry-after": "soon"}, 0),
    ],
)
def test_what_a_provider_asks_for_is_read_in_seconds(failures: Any, headers: dict[str, str], seconds: float) -> None:
    assert failures.retry_after_of(headers, now=NOW) == seconds


def test_a_date_is_read_as_the_seconds_until_then(failures: Any) -> None:
    assert failures.retry_after_of({"retry-after": DATE}, now=NOW - 90) == 90


@given(st.text(), st.text())
@example("Mon, 01 Jan 0001 00:00:00 +2359", "1e999")
def test_no_header_can_do_harm(failures: Any, after: str, milliseconds: str) -> None:
    seconds = failures.retry_after_of({"retry-after": after, "retry-after-ms": milliseconds}, now=NOW)
    assert math.isfinite(seconds)
    assert seconds >= 0
