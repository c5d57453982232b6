"""Whether drills may be compared at all: only like is compared with like. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from brownout.judging.judge import expectation_of
from brownout.judging.weighing import Weighed
from brownout.result import ENDED

_SAME = {
    "scenario": "the scenario",
    "users": "the users",
    "speed": "the speed",
    "looks": "how many drills may judge it (2 with --until-settled)",
    "sentinel": "who answers (the stand-in, or the real platform)",
}
_PARTS = {"phases": "name", "rules": "id", "channels": "name"}
NAMED = 4
"""So many of what differs are named."""


def unlike(a: Sequence[Weighed], b: Sequence[Weighed]) -> tuple[str, ...]:
    """In what these drills differ that should be the same, each in words; nothing where they may be compared."""
    first = a[0]
    lines = [*_unended([*a, *b])]
    for other in (*a[1:], *b):
        lines += [f"{text} ({first.path} and {other.path})" for text in apart(first.drill, other.drill)]
    return tuple(dict.fromkeys(lines))


def _unended(drills: Sequence[Weighed]) -> Iterator[str]:
    for drill in drills:
        if drill.outcome not in ENDED:
            yield f"{drill.path} was {drill.outcome} before its end; play it again and let it end"


def apart(one_drill: Mapping[str, Any], other: Mapping[str, Any]) -> Iterator[str]:
    """In what two drill rows differ that decides what users meet, or what is asked of the application."""
    for key, words in _SAME.items():
        mine, theirs = one_drill.get(key), other.get(key)
        if key in one_drill and key in other and mine != theirs:
            yield f"{words}: {_in_words(mine)} and {_in_words(theirs)}"
    if one_drill.get("scenario") == other.get("scenario"):
        for key, name in _PARTS.items():
            changed = _changed(one_drill.get(key) or [], other.get(key) or [], name)
            if changed:
                yield f"the scenario's {key}: {_listed(changed)}"
    changed = _changed(_asked(one_drill), _asked(other), "id")
    if changed:
        yield f"what the profile expects: {_listed(changed)}"


def _changed(mine: Sequence[Mapping[str, Any]], theirs: Sequence[Mapping[str, Any]], name: str) -> list[str]:
    """The names of what is not the same in both lists, as far as both rows say it: older ones say less."""
    before, after = ({str(each.get(name)): each for each in side} for side in (mine, theirs))
    return [key for key in dict.fromkeys([*before, *after]) if not _same(before.get(key), after.get(key))]


def _same(mine: Mapping[str, Any] | None, theirs: Mapping[str, Any] | None) -> bool:
    if mine is None or theirs is None:
        return False
    return all(mine[key] == theirs[key] for key in mine.keys() & theirs.keys())


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return f"{', '.join(names[:NAMED])}{more}"


def _asked(drill: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Each expectation with a name of its own."""
    asked = [(expectation_of(item), item) for item in drill.get("expect") or []]
    return [{"id": expectation.id if expectation else item.get("check"), **item} for expectation, item in asked]


def _in_words(value: Any) -> str:
    return {True: "the stand-in", False: "the real platform"}[value] if isinstance(value, bool) else f"{value}"
