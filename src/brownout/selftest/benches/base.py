"""A bench: an application, what its users do, and the two days that it lives through. As plain values, for YAML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from brownout.selftest.defects import DEFECTS

LOOSELY = {"confidence": "50%", "margin": "50%", "min_samples": 4}
"""How sure a verdict on a share has to be: the shares are none and all, and the users few."""
KEY = "sk-test-0000000000000000"


@dataclass(frozen=True)
class Bench:
    """What is played: ``good`` is None where its defects show without a fault."""

    name: str
    profile: dict[str, Any]
    bad: dict[str, Any]
    good: dict[str, Any] | None = None
    calm: dict[str, Any] | None = None
    """The profile of the good day, where it is another one: users who lose patience would do so on that day, too."""
    once: bool = False
    """Played with the first seed only, because the seed decides nothing in it: each of its rules strikes every call."""


def scenario(name: str, title: str, *timeline: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A scenario of these phases, made up for this purpose."""
    source = {"url": "https://status.example.com/1", "fact": "made up for the self-test"}
    return {"brownout": 1, "name": name, "title": title, "sources": [source], "timeline": list(timeline), **more}


def phase(name: str, seconds: float, impact: str, *rules: dict[str, Any]) -> dict[str, Any]:
    """A phase of so many seconds; without rules nothing fails in it."""
    return {"phase": name, "lasts": f"{seconds:g}s", "impact": impact, "rules": list(rules)}


def starts(app: str, **env: str) -> dict[str, Any]:
    """How a drill starts an application of the self-test."""
    command = ["{python}", "-m", f"brownout.selftest.apps.{app}", "{port}"]
    return {"command": command, "env": env, "ready": "/healthz"}


def expected(bench: str, settings: dict[str, dict[str, Any]], common: tuple[str, ...]) -> list[dict[str, Any]]:
    """What is expected of each defect and its twin: the check that is the defect's, and what all are asked."""
    pairs = [(defect, name) for defect in DEFECTS.values() for name in (defect.name, defect.twin)]
    own = {(defect.check, name): None for defect, name in pairs if defect.bench == bench and defect.journey}
    names = {name: None for _, name in own}
    asked = {**{(check, name): None for name in names for check in common}, **own}
    return [{"check": check, "journey": name, **settings.get(check, {})} for check, name in asked]
