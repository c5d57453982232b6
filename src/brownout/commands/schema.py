"""``brownout schema``: JSON Schemas for editors and other tools."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer


class Format(StrEnum):
    """The two YAML formats that are read, and the JSON that is written."""

    SCENARIO = "scenario"
    PROFILE = "profile"
    RESULT = "result"
    COMPARISON = "comparison"
    POOLED = "pooled"


def schema(
    format: Annotated[Format, typer.Argument(help="What you write, or what brownout writes as JSON.")],
) -> None:
    """Print the JSON Schema of a format: of the two in YAML, or of JSON that brownout writes.

    \b
    Examples:
      brownout schema scenario > scenario.schema.json
      brownout schema profile > brownout.schema.json
      brownout schema result > result.schema.json
    """
    from brownout.library import schema as schemas
    from brownout.library import written

    made = {Format.SCENARIO: schemas.scenario_schema, Format.PROFILE: schemas.profile_schema}.get(format)
    typer.echo(schemas.as_text(made() if made else written.schema(format)), nl=False)
