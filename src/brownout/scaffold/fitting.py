"""Which of the shipped scenarios to play first: one that strikes what the application calls."""

from __future__ import annotations

from collections.abc import Collection

from brownout.library.library import load_scenario, scenarios

_FIRST = ("chatgpt-2026-02-03", "anthropic-overload", "slow-then-down")


def fitting(calls: Collection[str], platforms: Collection[str]) -> str:
    """The name of the scenario that strikes most of these services; where none are known, of these platforms."""
    best, most = _FIRST[-1], 0
    names = [each.name for each in scenarios()]
    for name in sorted(names, key=lambda name: (name not in _FIRST, _FIRST.index(name) if name in _FIRST else 0, name)):
        scenario = load_scenario(name)
        struck = {service for rule in scenario.rules for service in scenario.catalogue.services_matching(rule.on)}
        hits = len(struck & set(calls)) if calls else len({each.partition(".")[0] for each in struck} & set(platforms))
        best, most = (name, hits) if hits > most else (best, most)
    return best
