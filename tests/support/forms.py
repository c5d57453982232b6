"""What brownout writes as JSON, held against the schema that it prints for it."""

from __future__ import annotations

from functools import cache

import jsonschema

from brownout.library.written import schema


@cache
def written_as(form: str) -> jsonschema.Draft202012Validator:
    """Validates a document of a form: ``result``, ``comparison``, ``pooled``."""
    made = schema(form)
    jsonschema.Draft202012Validator.check_schema(made)
    return jsonschema.Draft202012Validator(made)
