"""``brownout list``: what comes with it."""

from __future__ import annotations

import inspect
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from brownout.commands import output


def list_(
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List scenarios, faults, checkers and platforms.

    \b
    Examples:
      brownout list
      brownout list --json | jq -r '.scenarios[].name'
    """
    found = inventory()
    if json:
        output.emit(found)
        return
    for title, lines in found.items():
        table = Table(
            box=None, show_header=False, title=title, title_justify="left", title_style="bold", pad_edge=False
        )
        for line in lines:
            table.add_row(Text(line["name"], "cyan"), Text(line.get("title") or line["about"]))
        output.console().print(table)
        output.say("")
    output.say("Next: brownout show NAME, or brownout run NAME --app brownout.yaml", "dim")


def inventory() -> dict[str, list[dict[str, Any]]]:
    """Names with one line each."""
    from typing import get_args

    from brownout.expect import AnyExpect
    from brownout.faults import FAULTS
    from brownout.library import scenarios

    shipped = scenarios()
    checkers = [(expect.model_fields["check"].annotation, expect) for expect in get_args(AnyExpect)]
    return {
        "scenarios": [{"name": one.name, "title": one.title, "path": str(one.path)} for one in shipped],
        "faults": [{"name": name, "about": first_line(fault)} for name, fault in sorted(FAULTS.items())],
        "checkers": sorted(
            ({"name": get_args(literal)[0], "about": first_line(expect)} for literal, expect in checkers),
            key=lambda line: line["name"],
        ),
        "platforms": platforms(),
    }


def platforms() -> list[dict[str, Any]]:
    """Every platform with its hosts, where base-URL clients find it, and its services."""
    from brownout.services import BUILT_IN

    names = BUILT_IN.service_names
    return [
        {
            "name": one.name,
            "about": f"{', '.join(one.hosts)} · base URL {one.prefix}{next(iter(one.variables.values()), '')}",
            "hosts": list(one.hosts),
            "variables": sorted(one.variables),
            "services": [name for name in names if name.partition(".")[0] == one.name],
        }
        for one in BUILT_IN.providers
    ]


def first_line(thing: object) -> str:
    """The summary of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
