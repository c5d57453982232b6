"""``brownout schema``: JSON Schemas for editors and other tools."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """The two YAML formats."""

    SCENARIO = "scenario"
    PROFILE = "profile"


def schema(
    format: Annotated[Format, typer.Argument(help="Which of the two YAML formats.")],
) -> None:
    """Print the JSON Schema of a YAML format.

    \b
    Examples:
      brownout schema scenario > scenario.schema.json
      brownout schema profile > brownout.schema.json
    """
    from brownout.library import schema as schemas

    made = schemas.scenario_schema() if format is Format.SCENARIO else schemas.profile_schema()
    typer.echo(schemas.as_text(made), nl=False)
