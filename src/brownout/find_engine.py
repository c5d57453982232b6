"""Where the engine is: mitmproxy, locust and the stand-in's libraries, here or in another environment.

The light part shares an environment with an application's own tests; the engine's strict pins rarely can.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

from brownout.errors import HarnessError

MODULES = ("aiohttp", "locust", "mitmproxy", "psutil")
VARIABLE = "BROWNOUT_ENGINE"
_SENT = "BROWNOUT_SENT_HERE"
HOW_TO_GET = (
    "install it with: pip install 'brownout[engine]', or beside everything else: pipx install 'brownout[engine]'"
)


def missing() -> list[str]:
    """Modules of the engine that cannot be imported here. Nothing is imported to find out."""
    return [name for name in MODULES if find_spec(name) is None]


def command(environ: Mapping[str, str] = os.environ) -> list[str]:
    """How to call a brownout that has the engine. Raises HarnessError where there is none."""
    if not missing():
        return [sys.executable, "-P", "-m", "brownout"]
    wanted = environ.get(VARIABLE)
    if wanted:
        return _as_said(wanted)
    for candidate in _candidates(environ):
        return [str(candidate)]
    raise HarnessError(f"the engine is not installed here (no {', '.join(missing())}); {HOW_TO_GET}")


def require(arguments: Sequence[str]) -> None:
    """Go on where the engine is here; else become the brownout that has it. Raises HarnessError where there is none."""
    if not missing():
        return
    if os.environ.get(_SENT):
        raise HarnessError(f"{sys.executable} has no engine either (no {', '.join(missing())}); {HOW_TO_GET}")
    _become([*command(), *arguments])


def _become(whole: list[str]) -> NoReturn:
    os.environ[_SENT] = "1"
    os.execv(whole[0], whole)


def _as_said(wanted: str) -> list[str]:
    program = shutil.which(os.path.expanduser(wanted))
    if program is None:
        raise HarnessError(
            f"{VARIABLE} is {wanted!r}, and there is no such program; it must be the path of a python or brownout "
            f"that has the engine. To get one, {HOW_TO_GET.removeprefix('install it with: ')}"
        )
    return [program, "-P", "-m", "brownout"] if Path(program).name.startswith("python") else [program]


def _candidates(environ: Mapping[str, str]) -> Iterator[Path]:
    """Executables of brownout in other environments that hold the engine."""
    home = Path(environ.get("HOME") or Path.home())
    data = Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share")
    tools = [
        Path(environ["PIPX_HOME"]) / "venvs" if environ.get("PIPX_HOME") else data / "pipx" / "venvs",
        home / ".local" / "pipx" / "venvs",
        Path(environ["UV_TOOL_DIR"]) if environ.get("UV_TOOL_DIR") else data / "uv" / "tools",
    ]
    places = [folder / "brownout" / "bin" / "brownout" for folder in tools]
    on_path = shutil.which("brownout", path=environ.get("PATH"))
    for place in [*places, *([Path(on_path).resolve()] if on_path else [])]:
        own = place.parent.parent.resolve() == Path(sys.prefix).resolve()
        if place.is_file() and os.access(place, os.X_OK) and not own and _holds_engine(place.parent.parent):
            yield place


def _holds_engine(environment: Path) -> bool:
    return any(environment.glob("lib/python*/site-packages/mitmproxy"))
