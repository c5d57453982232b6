"""The environment in which Pythons of ours run: what a shell tells its own Pythons is not meant for them.

https://docs.python.org/3/using/cmdline.html#environment-variables
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

HARMLESS = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX")
"""They say where compiled files go, and change nothing else."""
PATH = "PYTHONPATH"
NEEDED = ("brownout", "aiohttp", "duckdb", "locust", "mitmproxy", "psutil", "pydantic")
"""Packages that parts of ours import, wherever they are."""


def own_environment(inherited: Mapping[str, str], *, with_path: bool = False) -> dict[str, str]:
    """What a part of ours inherits: everything but what changes how Python runs, or whose modules it imports.

    ``with_path``: the part runs files of the user's as well, which may import what is on the user's PYTHONPATH.
    """
    rest = {name: value for name, value in inherited.items() if not name.startswith("PYTHON") or name in HARMLESS}
    named = [place for place in inherited.get(PATH, "").split(os.pathsep) if place]
    places = [place for place in named if with_path or _holds_ours(place)]
    return {**rest, PATH: os.pathsep.join(places)} if places else rest


def _holds_ours(place: str) -> bool:
    """Whether something that parts of ours need is imported from there: a checkout, or how a build system lays it."""
    specs = (find_spec(name) for name in NEEDED)
    return any(spec and spec.origin and Path(spec.origin).is_relative_to(Path(place).absolute()) for spec in specs)
