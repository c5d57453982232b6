"""``brownout ca``: the certificate authority that desk and drills sign with, and how a program comes to trust it."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from brownout.commands import output

_IN_CONTAINER = "/etc/brownout-ca.pem"


def ca(
    port: Annotated[
        int | None, typer.Option(help="Lines for the proxy too, which listens on this port.", min=1, max=65535)
    ] = None,
    path: Annotated[bool, typer.Option("--path", help="Only the path of the CA's certificate.")] = False,
    new: Annotated[
        bool, typer.Option("--new", help="Make another one; what trusted the old one must be told.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """Print where your CA is, and the lines by which a program trusts it.

    It is made once, readable by you alone, and signs for every drill and every proxy at your desk: so an application
    that runs already, or in a container, can be told once. Its certificate is only trusted where you say so.

    \b
    Examples:
      brownout ca                  the lines for a shell, and for a container
      brownout ca --port 8080      the same, with those that lead to the proxy
      brownout ca --path           for a script
    """
    from brownout import find_engine
    from brownout.drill import authority

    if new or not authority.is_made():
        find_engine.require(sys.argv[1:])
    place = authority.kept(anew=new)
    certificate, bundle = place / authority.CERTIFICATE, authority.bundle(place)
    if path:
        typer.echo(str(certificate))
        return
    from brownout.drill.authority_lines import container_lines, shell_lines, variables_for

    if json:
        environment = variables_for(str(bundle), port)
        output.emit({"certificate": str(certificate), "bundle": str(bundle), "environment": environment})
        return
    output.say(f"CA      {certificate}", "bold")
    output.say(f"Bundle  {bundle} (with the authorities that this system trusts)\n")
    output.say("For a program on this machine:", "bold")
    output.say(f"{shell_lines(str(bundle), port)}\n")
    output.say("For a container on this machine's network, so that it reaches the proxy:", "bold")
    output.say(f"{container_lines(bundle, _IN_CONTAINER, port)}\n")
    output.say("Java: keytool -importcert -alias brownout -file the CA above, into a trust store of its own.", "dim")
