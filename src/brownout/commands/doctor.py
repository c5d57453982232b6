"""``brownout doctor``: can it work here, and does it reach the application?"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from brownout.commands import output
from brownout.verdict import ExitCode

_MARKS = {"ok": ("ok  ", "green"), "warn": ("warn", "yellow"), "fail": ("FAIL", "bold red")}


def doctor(
    app: Annotated[
        Path | None, typer.Option(help="Also start this application and see whether its calls arrive.")
    ] = None,
    port: Annotated[
        int, typer.Option(help="With --app of one that runs already: the proxy's port.", min=0, max=65535)
    ] = 0,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Check that brownout can work here.

    Looks at libraries, engine, ports and certificates, and sends a call through the proxy. With --app it starts the
    application on a healthy platform, sends it one user, and says whether any call to a platform came through the
    proxy; and if none did, what is missing.

    \b
    Examples:
      brownout doctor
      brownout doctor --app brownout.yaml
    """
    if port and app is None:
        raise typer.BadParameter(
            "is the port of an application's proxy; give the application with --app", param_hint="--port"
        )

    from brownout.drill import diagnosis
    from brownout.library.library import load_profile

    profile = load_profile(app) if app else None
    checks = []
    for check in diagnosis.checks(profile, str(app or ""), port):
        checks.append(check)
        if not json:
            mark, style = _MARKS[check.state]
            output.console().print(Text.assemble((mark, style), f"  {check.name}: {check.detail}"), soft_wrap=True)
    if json:
        output.emit([{"name": check.name, "state": check.state, "detail": check.detail} for check in checks])
    # Of several failures that of brownout says most, and an interrupt more: their codes are the greater ones.
    raise typer.Exit(max((check.code for check in checks if check.state == "fail"), default=ExitCode.HELD))
