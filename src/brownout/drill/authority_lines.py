"""The lines by which programs and containers are told of a CA, and of the proxy. Pure."""

from __future__ import annotations

import shlex
from pathlib import Path

from brownout.drill.environment import CA_VARIABLES, LOCAL, Reach, variables


def variables_for(bundle: str, port: int | None) -> dict[str, str]:
    """The variables for a program that finds the bundle at this path; with a port, those of the proxy too."""
    if port is None:
        return dict.fromkeys(CA_VARIABLES, bundle)
    path = Path(bundle)
    return {**variables("intercept", Reach(port, path, path)), "NO_PROXY": ",".join(LOCAL)}


def shell_lines(bundle: str, port: int | None) -> str:
    """The variables as ``export`` lines of a shell."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in variables_for(bundle, port).items())


def container_lines(bundle: Path, inside: str, port: int | None) -> str:
    """As options of ``docker run``: the file at its place inside, and what the program there finds."""
    options = ["--network host", f"-v {shlex.quote(f'{bundle}:{inside}:ro')}"]
    options += [f"-e {shlex.quote(f'{name}={value}')}" for name, value in variables_for(inside, port).items()]
    return "docker run " + " \\\n  ".join([*options, "IMAGE"])
