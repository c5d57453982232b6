"""Drills that are set against each other, written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.journals import Handwritten, rule

EXPECT: list[dict[str, Any]] = [
    {"check": "success", "at_least": 0.9, "during": ["major_outage"]},
    {"check": "latency", "p90": 3.0},
    {"check": "no_leaks"},
]
Drills = Callable[..., Handwritten]


@pytest.fixture
def a_drill(tmp_path: Path) -> Iterator[Drills]:
    """Makes a drill of 20 users with ten questions each in the outage, of which each user's last ``bad`` ones fail."""
    made: list[Handwritten] = []

    def make(name: str, bad: int = 0, wait: float = 0.5, **more: Any) -> Handwritten:
        drill = Handwritten(tmp_path / name)
        drill.drill |= {"rules": [rule()], "expect": EXPECT}
        drill.exchange(11, "bo-hit", "server_error", phase="outage")
        for user in range(20):
            for number in range(10):
                outcome = "error" if number >= 10 - bad else "ok"
                # Each user's failures fall into other seconds than the next user's.
                t = 10 + (number + user / 2) % 9.9
                drill.ask(t, outcome, user=user, duration=wait, **more)
        made.append(drill)
        return drill

    yield make
    for drill in made:
        drill.close()
