"""Where the engine is: mitmproxy, locust and the stand-in's libraries, here or in another environment.

The light part shares an environment with an application's own tests; the engine's strict pins rarely can.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from shlex import quote
from typing import NoReturn
from urllib.parse import unquote, urlsplit

from brownout.errors import HarnessError

MODULES = ("aiohttp", "locust", "mitmproxy", "psutil")
VARIABLE = "BROWNOUT_ENGINE"
_SENT = "BROWNOUT_SENT_HERE"
_PROBE = 60.0
"""Seconds within which a brownout says its version, on the slowest of machines."""


def how_to_get(extras: str = "engine", checkout: Path | None = None) -> str:
    """What to type to have these extras, here or apart from everything else.

    A brownout that came from a checkout is installed from there again; any other from an index that has it.
    """
    checkout = checkout or _checkout()
    what = quote(f"{checkout or 'brownout'}[{extras}]")
    advice = f"install it with: pip install {what}, or beside everything else: pipx install {what}"
    return (
        advice if checkout else f"{advice} (where no index has brownout: pip install '.[{extras}]' in a checkout of it)"
    )


def _checkout() -> Path | None:
    """The checkout that this brownout runs from, or was installed from (https://peps.python.org/pep-0610)."""
    places = [Path(__file__).resolve().parents[2]]
    with contextlib.suppress(metadata.PackageNotFoundError, ValueError):
        origin = json.loads(metadata.distribution("brownout").read_text("direct_url.json") or "{}")
        url = urlsplit(origin.get("url", ""))
        places += [Path(unquote(url.path))] if url.scheme == "file" else []
    return next((place for place in places if (place / "pyproject.toml").is_file()), None)


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
    raise HarnessError(f"the engine is not installed here (no {', '.join(missing())}); {how_to_get()}")


def require(arguments: Sequence[str]) -> None:
    """Go on where the engine is here; else become the brownout that has it. Raises HarnessError where there is none."""
    if not missing():
        return
    if os.environ.get(_SENT):
        raise HarnessError(f"{sys.executable} has no engine either (no {', '.join(missing())}); {how_to_get()}")
    _become([*command(), *arguments])


def _become(whole: list[str]) -> NoReturn:
    os.environ[_SENT] = "1"
    os.execv(whole[0], whole)


def _as_said(wanted: str) -> list[str]:
    program = shutil.which(os.path.expanduser(wanted))
    if program is None:
        raise HarnessError(
            f"{VARIABLE} is {wanted!r}, and there is no such program; it must be the path of a python or brownout "
            f"that has the engine. To get one, {how_to_get().removeprefix('install it with: ')}"
        )
    whole = [program, "-P", "-m", "brownout"] if Path(program).name.startswith("python") else [program]
    problem = _is_no_brownout(whole)
    if problem is not None:
        raise HarnessError(f"{VARIABLE} is {wanted!r}, and there is no brownout: {problem}; {how_to_get()}")
    return whole


def _is_no_brownout(command: Sequence[str]) -> str | None:
    """What a program says that is asked for its version of brownout and has none; None where it has."""
    try:
        done = subprocess.run([*command, "--version"], capture_output=True, text=True, timeout=_PROBE, check=False)
    except (OSError, subprocess.SubprocessError) as error:
        return str(getattr(error, "strerror", None) or error)
    if done.returncode == 0 and done.stdout.startswith("brownout "):
        return None
    return next(reversed((done.stderr or done.stdout).strip().splitlines()), f"it ended with code {done.returncode}")


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
