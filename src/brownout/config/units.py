"""Durations, shares, rates and positions as people write them in YAML. Pure; every refusal says what is allowed."""

from __future__ import annotations

import re

_DURATION = re.compile(
    r"(?:(?P<h>\d+(?:\.\d+)?)h)?(?:(?P<m>\d+(?:\.\d+)?)m(?!s))?(?:(?P<s>\d+(?:\.\d+)?)s)?(?:(?P<ms>\d+(?:\.\d+)?)ms)?"
)
_RATE = re.compile(r"(?P<n>\d+(?:\.\d+)?)\s*(?P<per>[rt]ps|[rt]pm|/s|/min|per second|per minute)")
_AMOUNT = re.compile(r"(?P<dollars>\$)?(?P<n>\d+(?:\.\d+)?)(?P<times>x)?")
SLOWEST, FASTEST = 0.001, 1_000_000
"""Of a drill's speeds."""
_SECONDS = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


def seconds(value: object) -> float:
    """Seconds of ``90``, ``1.5s``, ``10m``, ``1h30m`` or ``250ms``. Raises ValueError."""
    if isinstance(value, bool):
        raise ValueError("a duration is a number of seconds or text such as 250ms, 1.5s, 10m, 1h30m")
    if isinstance(value, int | float):
        result = float(value)
    else:
        text = str(value).replace(" ", "")
        match = _DURATION.fullmatch(text)
        if not text or match is None:
            raise ValueError(f"{value!r} is not a duration; allowed: 250ms, 1.5s, 10m, 1h30m, or seconds as a number")
        result = sum(float(number) * _SECONDS[unit] for unit, number in match.groupdict().items() if number)
    if not 0 <= result < 1e9:
        raise ValueError(f"{value!r} is out of range; a duration is 0 or more")
    return result


def fraction(value: object) -> float:
    """0 to 1 of ``30%``, ``0.3`` or ``1``. Raises ValueError."""
    help_text = "a share is between 0% and 100%, or a number between 0 and 1"
    if isinstance(value, bool) or value is None:
        raise ValueError(help_text)
    try:
        text = str(value).strip()
        result = float(text[:-1]) / 100 if text.endswith("%") else float(text)
    except ValueError:
        raise ValueError(f"{value!r} is not a share; {help_text}") from None
    if not 0 <= result <= 1:
        hint = f"; did you mean {text}%?" if 1 < result <= 100 and not text.endswith("%") else ""
        raise ValueError(f"{value!r} is out of range; {help_text}{hint}")
    return result


def per_second(value: object) -> float:
    """Calls or tokens a second of ``40 rps``, ``60 rpm``, ``30000 tpm``, ``20/min`` or a number. Raises ValueError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        result = float(value)
    else:
        match = _RATE.fullmatch(str(value).strip())
        if match is None:
            raise ValueError(f"{value!r} is not a rate; allowed: 40 rps, 60 rpm, 20/min, or a number of calls a second")
        result = float(match["n"]) / (60 if match["per"] in ("rpm", "tpm", "/min", "per minute") else 1)
    if not 0 < result < 1e9:
        raise ValueError(f"{value!r} is out of range; a rate is above 0")
    return result


def ceiling(value: object) -> str:
    """``1.5x`` (so many times as much) or ``$0.02``, as it is written. Raises ValueError."""
    allowed = "allowed: so many times what healthy phases cost, as 1.5x, or US dollars, as $0.02"
    text = "" if isinstance(value, bool) else str(value).replace(" ", "").casefold()
    match = _AMOUNT.fullmatch(text)
    if match is None:
        raise ValueError(f"{value!r} is no ceiling; {allowed}")
    if bool(match["dollars"]) is bool(match["times"]):
        number = match["n"]
        raise ValueError(f"{value!r} is no ceiling; did you mean {number}x, or ${number}? {allowed}")
    if match["times"] and float(match["n"]) < 1:
        raise ValueError(
            f"{value!r} is out of range; no answer costs less than one that needs nothing twice: 1x or more"
        )
    if not 0 < float(match["n"]) < 1e6:
        raise ValueError(f"{value!r} is out of range; {allowed}")
    return text


def speed(value: float) -> float:
    """Incident seconds a drill second, where a drill can have them. Raises ValueError."""
    if not SLOWEST <= value <= FASTEST:  # not a number is in no order
        raise ValueError(f"{value:g} is out of range; allowed: {SLOWEST:g} to {FASTEST:,.0f}")
    return value


def in_words(duration: float) -> str:
    """Seconds as they are written in YAML, to three figures or so: ``0s``, ``250ms``, ``1.5s``, ``20m``, ``1h30m``."""
    if duration and round(duration * 1000) < 1000:
        return f"{duration * 1000:.0f}ms"
    if round(duration, 1) < 60:
        return f"{duration:.1f}".rstrip("0").rstrip(".") + "s"
    minutes, rest = divmod(round(duration), 60)
    hours, minutes = divmod(minutes, 60)
    return "".join(f"{n}{unit}" for n, unit in ((hours, "h"), (minutes, "m"), (rest, "s")) if n)
