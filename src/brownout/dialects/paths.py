"""Taking a platform's path apart, whatever its base: ``/v1``, ``/openai/v1``, ``/api/v1``. Pure."""

from __future__ import annotations


def below(path: str, name: str) -> tuple[str, ...]:
    """The segments behind the first one called ``name``; none where there is no such segment."""
    segments = path.strip("/").split("/")
    return tuple(segments[segments.index(name) + 1 :]) if name in segments else ()
