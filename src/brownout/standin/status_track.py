"""What the status pages say at a time: the scenario's posts, once the drill's timeline has begun."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from brownout.standin.beginning import Beginning
from brownout.status import Indicator, Post, Say, State


class Planned(Protocol):
    """A post of a scenario: ``at`` is in incident seconds from the start of the timeline."""

    @property
    def at(self) -> float: ...
    @property
    def say(self) -> Say: ...
    @property
    def indicator(self) -> Indicator | None: ...
    @property
    def text(self) -> str | None: ...


class StatusTrack:
    """The posts of each provider's page.

    ``go`` is the file that holds the monotonic second at which the timeline starts, once that is known: until then, and
    without it, everything is operational. ``speed`` is how many incident seconds pass in one.
    """

    def __init__(self, posts: Mapping[str, Sequence[Planned]], speed: float = 1.0, go: Path | None = None) -> None:
        self._posts, self._speed, self._beginning = posts, speed, Beginning(go)
        self._began: float | None = None

    def state(self, provider: str) -> State:
        """What the provider's page says now."""
        posts = self._posts.get(provider, ())
        began = self._when() if posts else None
        if began is None:
            return State()
        told = (Post(began + entry.at / self._speed, entry.say, entry.indicator, entry.text) for entry in posts)
        return State(tuple(sorted(told, key=lambda post: post.when))).at(time.time())

    def _when(self) -> float | None:
        """When the timeline began, in Unix seconds; looked up until it is known, and the same from then on."""
        zero = self._beginning.zero
        if self._began is None and zero is not None:
            self._began = time.time() - (time.monotonic() - zero)
        return self._began
