"""From samples to verdicts. Pure.

Memory is flat where the last third of the time holds no more than the first one, within 15 MB and 5 %, and where the
line through all samples does not rise by more, beyond its own noise. What may fill up is bounded by design (100,000
known exchanges in the proxy; the stand-in's conversations), allocators keep what they once had, and garbage is
collected late: all of that comes to some MB and stops. One exchange that is never let go holds some 50 KB: 18,000 of
them in ten minutes would be 900 MB, and even one in fifty breaks the bound. What is smaller than that is found by
counting: after the last client has left, no object of an exchange may live.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from soak.samples import Sample, Use

WARM_UP = 0.2
"""Part of the time that is not looked at: caches fill, certificates are made."""
SLACK, SHARE = 15.0, 0.05
"""Growth of memory that is none: MB, and part of what was there."""
FILES = 8
"""Files more than at the start that are none: what a library opens once."""
POOL = 32
"""Threads that Python's own pool may have, which never shrinks."""
EXERCISED_FROM = 100.0
"""Seconds from which on a soak must have struck with all faults: shorter ones have too few calls for an hour."""
_NOISE = 2.0  # standard errors
_FEW = 6


@dataclass(frozen=True)
class Verdict:
    """One line: what was asked, what was seen, what is allowed."""

    what: str
    seen: str
    allowed: str
    held: bool


def warm(samples: Sequence[Sample]) -> list[Sample]:
    """The samples after the warm-up."""
    if not samples:
        return []
    first, last = samples[0].t, samples[-1].t
    return [sample for sample in samples if sample.t >= first + WARM_UP * (last - first)]


def slope(points: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Least squares: rise a second, and its standard error (0 where there are too few points to tell)."""
    mean_x, mean_y = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - mean_x) ** 2 for x, _ in points)
    if not spread:
        return 0.0, 0.0
    rise = sum((x - mean_x) * (y - mean_y) for x, y in points) / spread
    rest = sum((y - mean_y - rise * (x - mean_x)) ** 2 for x, y in points)
    return rise, math.sqrt(rest / (len(points) - 2) / spread) if len(points) > 2 else 0.0


def flat(name: str, samples: Sequence[Sample], pick: Callable[[Sample], Use]) -> Verdict:
    """Whether a process's memory stayed the same: by thirds, and by the line through all samples."""
    what = f"{name}: memory is flat"
    points = [(sample.t, pick(sample).memory) for sample in warm(samples)]
    if len(points) < _FEW:
        return Verdict(what, f"{len(points)} samples", f"at least {_FEW}", False)
    third = len(points) // 3
    before, after = (fmean(y for _, y in part) for part in (points[:third], points[-third:]))
    bound = SLACK + SHARE * before
    rise, error = slope(points)
    span = points[-1][0] - points[0][0]
    line = max(0.0, abs(rise) - _NOISE * error) * math.copysign(span * 2 / 3, rise)  # as far apart as the thirds are
    seen = f"{before:.1f} to {after:.1f} MB ({after - before:+.1f}); {rise * 60:+.2f} MB a minute"
    return Verdict(what, seen, f"+{bound:.1f} MB by thirds, and by the line", after - before <= bound and line <= bound)


def _at_most(what: str, seen: int, most: int) -> Verdict:
    return Verdict(what, str(seen), str(most) if most == 0 else f"at most {most}", seen <= most)


def settled(before: Sample, after: Sample) -> list[Verdict]:
    """Whether all is as before the first client, once the last one has left."""
    found = [
        _at_most("proxy: exchanges under way", after.health["live"], 0),
        _at_most("proxy: clients connected", after.health["connections"], 0),
        _at_most("proxy: events in a queue", after.health["waiting"], 0),
        _at_most("proxy: asyncio tasks", after.health["tasks"], before.health["tasks"]),
    ]
    for name, begun, ended in (("proxy", before.proxy, after.proxy), ("stand-in", before.standin, after.standin)):
        found += [
            _at_most(f"{name}: open files", ended.files, begun.files + FILES),
            _at_most(f"{name}: sockets in CLOSE_WAIT", ended.sockets.get("CLOSE_WAIT", 0), 0),
            _at_most(f"{name}: threads", ended.threads, begun.threads + POOL),
        ]
    return found


def let_go(objects: Mapping[str, int]) -> Verdict:
    """Whether no object of an exchange or a connection lives any more."""
    left = {name: count for name, count in objects.items() if count}
    seen = ", ".join(f"{count} {name}" for name, count in sorted(left.items())) or "none"
    return Verdict("proxy: objects of exchanges after a collection", seen, "none", not left)


def exercised(struck: set[str], catalogue: set[str], seconds: float) -> Verdict:
    """Whether every fault of the catalogue was carried out at least once: what was not, was not soaked."""
    missing = sorted(catalogue - struck)
    seen = f"{len(catalogue) - len(missing)} of {len(catalogue)}"
    if missing:
        seen += f"; not {', '.join(missing[:6])}" + (" ..." if len(missing) > 6 else "")
    if seconds < EXERCISED_FROM:
        return Verdict("faults carried out", seen, "at least one (a short soak)", bool(struck & catalogue))
    return Verdict("faults carried out", seen, "all", not missing)


def quiet(log: str) -> Verdict:
    """Whether the proxy had no error of its own to write down."""
    errors = sum("Traceback" in line or " ERROR " in line for line in log.splitlines())
    return _at_most("proxy: errors in its own log", errors, 0)
