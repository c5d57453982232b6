"""``brownout list``: what comes with it."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from brownout.commands import output
from brownout.config.spelling import hint


def _known(kind: str | None) -> str | None:
    if kind is not None and kind not in KINDS:
        raise typer.BadParameter(f"there is no list of {kind!r}{hint(kind, KINDS)}")
    return kind


def list_(
    kind: Annotated[
        str | None,
        typer.Argument(
            metavar="[KIND]", help="Only scenarios, faults, checks, platforms or symptoms.", callback=_known
        ),
    ] = None,
    json: Annotated[bool, typer.Option("--json", help="As JSON.")] = False,
) -> None:
    """List scenarios, faults, checks and platforms; and symptoms, what clients print when a fault strikes.

    \b
    Examples:
      brownout list
      brownout list faults
      brownout list symptoms
      brownout list --json | jq -r '.scenarios[].name'
    """
    by_kind = {name: KINDS[name]() for name in ([kind] if kind else ALL)}
    if json:
        output.emit(by_kind)
        return
    for title, lines in by_kind.items():
        table = Table(
            box=None, show_header=False, title=title, title_justify="left", title_style="bold", pad_edge=False
        )
        for line in lines:
            table.add_row(Text(line["name"], "cyan"), Text(line.get("title") or line["about"]))
        output.console().print(table)
        output.say("")
    output.say(_NEXT.get(kind or "", "Next: brownout show NAME, or brownout run NAME --app brownout.yaml"), "dim")


def scenarios() -> list[dict[str, Any]]:
    """The scenarios that come with brownout, by name, with title and path."""
    from brownout.library import library

    return [
        {"name": shipped.name, "title": shipped.title, "path": str(shipped.path)} for shipped in library.scenarios()
    ]


def faults() -> list[dict[str, Any]]:
    """Every kind of fault with the first line of what it says of itself."""
    from brownout.faults import FAULTS

    return [{"name": name, "about": first_line(FAULTS[name])} for name in sorted(FAULTS)]


def checks() -> list[dict[str, Any]]:
    """Every check that a profile may expect, with its summary."""
    from typing import get_args

    from brownout.expect import AnyExpect

    models = [(get_args(expect.model_fields["check"].annotation)[0], expect) for expect in get_args(AnyExpect)]
    return sorted(({"name": name, "about": first_line(model)} for name, model in models), key=lambda line: line["name"])


def platforms() -> list[dict[str, Any]]:
    """Every platform with its hosts, where base-URL clients find it, and its services."""
    from brownout.services import BUILT_IN

    names = BUILT_IN.service_names
    return [
        {
            "name": provider.name,
            "about": f"{', '.join(provider.hosts)} · base URL {provider.base_path}",
            "hosts": list(provider.hosts),
            "variables": sorted(provider.variables),
            "services": [name for name in names if name.partition(".")[0] == provider.name],
        }
        for provider in BUILT_IN.providers
    ]


def symptoms() -> list[dict[str, Any]]:
    """What clients print, and the fault behind it."""
    from brownout.library import pages

    return [
        {
            "name": symptom.printed,
            "about": f"{symptom.fault} ({symptom.client})",
            "client": symptom.client,
            "rule": symptom.rule,
        }
        for symptom in pages.symptoms()
    ]


KINDS: dict[str, Callable[[], list[dict[str, Any]]]] = {
    "scenarios": scenarios,
    "faults": faults,
    "checks": checks,
    "platforms": platforms,
    "symptoms": symptoms,
}
"""What can be listed: names with one line each."""
ALL = ("scenarios", "faults", "checks", "platforms")
"""What is listed where no kind is asked for."""
_NEXT = {
    "faults": "Next: brownout show FAULT explains one, with an example",
    "checks": "Next: brownout show CHECK explains one, with an example",
    "symptoms": 'Next: brownout show FAULT, or brownout show "some words of the message"',
}


def first_line(thing: object) -> str:
    """The summary of a docstring, on one line."""
    return " ".join((inspect.getdoc(thing) or "").partition("\n\n")[0].split())
