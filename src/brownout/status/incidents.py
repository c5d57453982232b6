"""What a status page has been told so far: posts, and the incidents that they make up."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Say = Literal["investigating", "identified", "monitoring", "resolved", "postmortem"]
Indicator = Literal["none", "minor", "major", "critical", "maintenance"]
OVER = ("resolved", "postmortem")


@dataclass(frozen=True)
class Post:
    """One entry, ``when`` in Unix seconds. Without ``indicator`` the page stays as bad as it was."""

    when: float
    say: Say
    indicator: Indicator | None = None
    text: str | None = None


@dataclass(frozen=True)
class State:
    """What is on the page: its posts, oldest first. Without any, all is operational."""

    posts: tuple[Post, ...] = ()

    def at(self, now: float) -> State:
        """What was on it at a time, in Unix seconds."""
        return State(tuple(post for post in self.posts if post.when <= now))


@dataclass(frozen=True)
class Incident:
    """Posts about one thing, oldest first."""

    posts: tuple[Post, ...]

    @property
    def over(self) -> bool:
        """Whether the page calls it resolved."""
        return self.posts[-1].say in OVER

    @property
    def indicator(self) -> Indicator:
        """How bad the page is for its sake, after its last post."""
        last_said: Indicator = next((post.indicator for post in reversed(self.posts) if post.indicator), "minor")
        return "none" if self.over and self.posts[-1].indicator is None else last_said

    @property
    def worst(self) -> Indicator:
        """How bad it was at its worst."""
        order: tuple[Indicator, ...] = ("none", "maintenance", "minor", "major", "critical")
        indicators = [post.indicator for post in self.posts if post.indicator]
        return max(indicators, key=order.index) if indicators else "minor"

    def first(self, *words: Say) -> float | None:
        """When it was first said to be that; None while it was not."""
        return next((post.when for post in self.posts if post.say in words), None)


def incidents(state: State) -> tuple[Incident, ...]:
    """The incidents, oldest first. A post about something new begins another once the last one is over."""
    groups: list[list[Post]] = []
    for post in state.posts:
        if not groups or (groups[-1][-1].say in OVER and post.say not in OVER):
            groups.append([])
        groups[-1].append(post)
    return tuple(Incident(tuple(posts)) for posts in groups)


def indicator(state: State) -> Indicator:
    """How bad the page says it is: what the last incident says."""
    known = incidents(state)
    return known[-1].indicator if known else "none"
