"""Variables with secrets that an application cannot start without, as its sources say. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

MADE_UP = "made-up-by-brownout-this-is-no-real-secret"
"""What stands for each: nobody takes it for a real one, and it is long enough to sign with."""
_NAME = r"([A-Z][A-Z0-9_]{0,59}_(?:KEY|TOKEN|SECRET))"
_PYTHON = re.compile(rf"""\benviron\[\s*["']{_NAME}["']\s*\](?!\s*=[^=])""")
_CALLED = re.compile(rf"""\b(?:getenv|environ\.get)\(\s*["']{_NAME}["']\s*\)(?!\s*or\b)""")
_NODE = re.compile(rf"""\bprocess\.env(?:\.{_NAME}\b|\[\s*["']{_NAME}["']\s*\])(?!\s*(?:\?\?|\|\||=(?!=)))""")


def secrets_read_in(sources: str) -> set[str]:
    """Names of variables that sound like secrets and are read where nothing stands in for them."""
    return set(_names(sources))


def _names(sources: str) -> Iterator[str]:
    for pattern in (_PYTHON, _CALLED, _NODE):
        for match in pattern.finditer(sources):
            yield next(name for name in match.groups() if name)
