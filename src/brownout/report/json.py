"""``result.json``: everything a report says, for machines; and the way back."""

from __future__ import annotations

import math
import re
from functools import cache
from json import dumps
from typing import Any

from pydantic import TypeAdapter

from brownout.result import Result

_HALVES = re.compile("[\ud800-\udfff]")


def text_of(value: Any) -> str:
    """Plain values as indented ASCII JSON: no letter that acts, and nothing that a runner in CI would obey in a log.

    Halves of letters, which many readers refuse, become U+FFFD.
    """
    return dumps(_plain(value), indent=2).replace("##", "#\\u0023")


def _plain(value: Any) -> Any:
    """Values that JSON can say: no NaN or infinity, and text for what it has no type for."""
    if isinstance(value, str):
        return _HALVES.sub("\ufffd", value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value if value is None or isinstance(value, int) else _plain(str(value))


def render(result: Result) -> str:
    """The result as indented ASCII JSON, keys in the order of ``Result``."""
    return text_of(result.as_dict()) + "\n"


def result_from_dict(data: dict[str, Any]) -> Result:
    """The result that ``result.json`` holds. Keys it does not know are left out, so that it reads newer files.

    Raises ``pydantic.ValidationError``, a ValueError, which names every field that is missing or wrong.
    """
    return _reader().validate_python(data)


@cache
def _reader() -> TypeAdapter[Result]:
    """Made when it is needed: a drill writes results and reads none."""
    return TypeAdapter(Result)
