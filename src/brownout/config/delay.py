"""How long something takes: a fixed time, or a spread from which each call takes its own. Pure.

Response times of services have a long right tail, for which the lognormal and the Pareto distribution are the usual
models: https://en.wikipedia.org/wiki/Log-normal_distribution and https://en.wikipedia.org/wiki/Pareto_distribution
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Annotated, Any, Literal, get_args

from pydantic import BeforeValidator, WithJsonSchema, model_serializer

from brownout.config import units
from brownout.config.model import Frozen

Shape = Literal["fixed", "uniform", "lognormal", "pareto"]
LONGEST_TAIL = 600.0  # seconds; a tail has no end of its own, and the official SDKs give up after ten minutes
_HELP = (
    "a delay is 2s, {uniform: [1s, 5s]}, {lognormal: {median: 2s, sigma: 0.8}} or {pareto: {least: 1s, alpha: 1.5}}; "
    "beside a spread, most: 30s is the longest it may be"
)
_KEYS = {"lognormal": ("median", "sigma"), "pareto": ("least", "alpha")}
_SMALLEST = 2**-53  # a draw of 0 has no place on a normal distribution


class Delay(Frozen):
    """A time in seconds, or a spread of times.

    ``first`` and ``second`` are the two figures of the shape: fixed (time, unused), uniform (least, most), lognormal
    (median, sigma of the logarithm), pareto (least, alpha). ``most`` caps what is drawn.
    """

    shape: Shape = "fixed"
    first: float
    second: float = 0.0
    most: float | None = None

    def draw(self, unit: float) -> float:
        """The time at ``unit`` in [0, 1): the share of calls that wait no longer than this."""
        return min(self._drawn(unit), self.cap)

    @property
    def cap(self) -> float:
        """The longest time it can be, in seconds: ``most``, or where the shape ends by itself."""
        if self.most is not None:
            return self.most
        return LONGEST_TAIL if self.shape in _KEYS else math.inf

    def _drawn(self, unit: float) -> float:
        match self.shape:
            case "fixed":
                return self.first
            case "uniform":
                return self.first + unit * (self.second - self.first)
            case "lognormal":
                exponent = self.second * NormalDist().inv_cdf(max(unit, _SMALLEST))
                return self.first * math.exp(min(exponent, 700.0))  # beyond it a float ends, not the cap
            case _:
                exponent = -math.log1p(-unit) / self.second
                return self.first * math.exp(min(exponent, 700.0))

    @model_serializer
    def _as_written(self) -> float | dict[str, Any]:
        """As in the YAML, so that a dumped scenario can be read again."""
        if self.shape == "fixed":
            return self.first
        figures: Any = [self.first, self.second]
        if self.shape in _KEYS:
            figures = dict(zip(_KEYS[self.shape], figures, strict=True))
        return {self.shape: figures} | ({} if self.most is None else {"most": self.most})

    def __str__(self) -> str:
        first = units.in_words(self.first)
        words = {
            "fixed": first,
            "uniform": f"{first} to {units.in_words(self.second)}",
            "lognormal": f"about {first} (lognormal, sigma {self.second:g})",
            "pareto": f"{first} or more (Pareto, alpha {self.second:g})",
        }[self.shape]
        return words if self.most is None else f"{words}, at most {units.in_words(self.most)}"


def fixed(seconds: float) -> Delay:
    """A delay of so many seconds, the same for every call."""
    return Delay(first=seconds)


def parse(value: Any) -> Any:
    """Read a delay as it stands in YAML. Raises ValueError."""
    if isinstance(value, Delay):
        return value
    if not isinstance(value, dict):
        return fixed(units.seconds(value))
    shapes = set(value) - {"most"}
    if len(shapes) != 1 or not shapes <= set(get_args(Shape)) - {"fixed"}:
        raise ValueError(_HELP)
    (shape,) = shapes
    first, second = _figures(shape, value[shape])
    most = units.seconds(value["most"]) if "most" in value else None
    if most is not None and most < (first if shape != "lognormal" else 0.0):
        raise ValueError(f"most: {units.in_words(most)} is less than the least that the spread can give")
    return Delay(shape=shape, first=first, second=second, most=most)


def _figures(shape: str, figures: Any) -> tuple[float, float]:
    if shape == "uniform":
        if not isinstance(figures, list | tuple) or len(figures) != 2:
            raise ValueError(f"uniform: two times, as in [1s, 5s]; {_HELP}")
        least, most = map(units.seconds, figures)
        if least > most:
            raise ValueError(f"uniform: [{figures[0]}, {figures[1]}] runs backwards; give the shorter time first")
        return least, most
    names = _KEYS[shape]
    if not isinstance(figures, dict) or set(figures) != set(names):
        raise ValueError(f"{shape}: {names[0]} (a time) and {names[1]} (a number) are needed; {_HELP}")
    spread = figures[names[1]]
    if isinstance(spread, bool) or not isinstance(spread, int | float) or not 0 < spread <= 100:
        raise ValueError(f"{names[1]}: {spread!r} is not a number above 0")
    return units.seconds(figures[names[0]]), float(spread)


_TIME = {"anyOf": [{"type": "number", "minimum": 0}, {"type": "string", "pattern": r"^(\d+(\.\d+)?(h|ms|m|s))+$"}]}
_NUMBER = {"type": "number", "exclusiveMinimum": 0}


def _spread_schema(shape: str, figures: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {shape: figures, "most": _TIME},
        "required": [shape],
        "additionalProperties": False,
    }


def _figures_schema(first: str, second: str) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {first: _TIME, second: _NUMBER},
        "required": [first, second],
        "additionalProperties": False,
    }


DelayField = Annotated[
    Delay,
    BeforeValidator(parse),
    WithJsonSchema(
        {
            "anyOf": [
                *_TIME["anyOf"],
                _spread_schema("uniform", {"type": "array", "items": _TIME, "minItems": 2, "maxItems": 2}),
                *(_spread_schema(shape, _figures_schema(*names)) for shape, names in _KEYS.items()),
            ],
            "examples": ["2s", {"uniform": ["1s", "5s"]}, {"lognormal": {"median": "2s", "sigma": 0.8}, "most": "30s"}],
        }
    ),
]
