"""What becomes of good input: bytes cut, doubled and put elsewhere, and documents with a value that nobody meant."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any, Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from support.documents import paths, replaced

_LENGTHS: Final = (0, 0, 1, 2, 5, 20, 100, 5000)
_TIMES: Final = (2, 3, 50)
_KEYS: Final = ("x", "", "name", "when", "during", 1, None, "日本", "a" * 500)
LONG: Final = 100_000
ODD: Final[tuple[Any, ...]] = (
    None, True, False, 0, -1, 1, 7, 10**30, -(10**30), 0.1, -0.5, 1e308, -1e308, float("nan"), float("inf"),
    "", " ", "\0", "x", "-", "0", "1", "100%", "-1%", "1e999", "5s", "-5s", "99999999999h", "∞", "\u202e", "\ud800",
    "日本", "\n", "{{", "{{ a }}", "{{ 9**9**9 }}", "{% for a in b %}", "(" * 500, "[", "a" * LONG, "*",
    "{port}", "../../etc", "!!python/object:os.system", "http://[", "http://127.0.0.1:0/", "https://example.com", "//",
    [], [[]], {}, {"": None}, {"a": {"a": {"a": []}}}, ["x"] * 2000, b"\xff\x00",
    datetime.date(1, 1, 1), datetime.datetime(9999, 12, 31, 23, 59, 59, tzinfo=datetime.UTC),
)  # fmt: skip
"""Values for any place. As keys, too, as far as a mapping takes them."""


# What these begin from stands in no argument of a strategy: Hypothesis writes arguments out, and these are long.


def mutated(seeds: Sequence[bytes], tokens: Sequence[bytes] = (b"",)) -> SearchStrategy[bytes]:
    """Good input with up to six places cut out, doubled, or something else put there."""

    @st.composite
    def edited(draw: st.DrawFn) -> bytes:
        data = draw(st.sampled_from(seeds))
        for _ in range(draw(st.integers(1, 6))):
            start = draw(st.integers(0, len(data)))
            end = start + draw(st.sampled_from(_LENGTHS))
            new = draw(st.sampled_from(tokens) | st.binary(max_size=8))
            again = data[start:end] * draw(st.sampled_from(_TIMES))
            data = data[:start] + draw(st.sampled_from([new, again, b""])) + data[end:]
        return data

    return edited()


def documents(values: Sequence[Any], odd: Sequence[Any] = ODD) -> SearchStrategy[Any]:
    """A good document with up to three places odd: a value, one of another place, or a key that is no key there."""

    @st.composite
    def edited(draw: st.DrawFn) -> Any:
        value = draw(st.sampled_from(values))
        for _ in range(draw(st.integers(1, 3))):
            value = _edited(draw, value, odd)
        return value

    return edited()


def rows(drills: Sequence[list[dict[str, Any]]], odd: Sequence[Any] = ODD) -> SearchStrategy[list[dict[str, Any]]]:
    """Good rows of which up to eight are odd; in half of the cases each value keeps its type, so that all are read."""

    @st.composite
    def edited(draw: st.DrawFn) -> list[dict[str, Any]]:
        changed = list(draw(st.sampled_from(drills)))
        readable = draw(st.booleans())
        for _ in range(draw(st.integers(1, 8))):
            number = draw(st.integers(0, len(changed) - 1))
            changed[number] = _edited(draw, changed[number], odd, alike=readable)
        return changed

    return edited()


def _edited(draw: st.DrawFn, value: Any, odd: Sequence[Any], alike: bool = False) -> Any:
    """A document with one place odd. ``alike``: by a value of the type that was there."""
    everywhere = paths(value)
    path = draw(st.sampled_from(everywhere))
    here = at(value, path)
    others = [*odd, *(at(value, other) for other in everywhere if other)]
    if alike:
        of_its_type = [other for other in others if type(other) is type(here)]
        return replaced(value, path, draw(st.sampled_from(of_its_type))) if path and of_its_type else value
    new = draw(st.sampled_from(others))
    if isinstance(here, dict) and draw(st.booleans()):
        new = {**here, draw(st.sampled_from([*here, *_KEYS])): new}
    return replaced(value, path, new)


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    """What stands at that place of a document."""
    for key in path:
        value = value[key]
    return value
