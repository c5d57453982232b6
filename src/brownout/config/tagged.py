"""A field that holds one of many models, told apart by the word under one key; only the model meant is ever built."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Union

from pydantic import BaseModel, Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter, ValidationError
from pydantic_core import CoreSchema, InitErrorDetails, PydanticKnownError, core_schema


@dataclass(frozen=True)
class Tagged:
    """Marks a field, as in ``Annotated[Rule, Tagged("fault", RULE_FORMS, rule_of)]``.

    Pydantic's own tagged union builds a validator for every member before it reads the first value. Errors and JSON
    Schema are those of such a union. ``types`` say how each is written, and read it, unless ``make`` does that.
    """

    key: str
    types: Mapping[str, type[BaseModel]]
    make: Callable[[str, dict[str, Any]], BaseModel] | None = None

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._read)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        whole: Any = Annotated[Union[tuple(self.types.values())], Field(discriminator=self.key)]  # noqa: UP007
        return handler(TypeAdapter(whole).core_schema)

    def _read(self, value: Any) -> BaseModel:
        if isinstance(value, BaseModel):
            return value
        if not isinstance(value, dict):
            raise PydanticKnownError("model_attributes_type")
        if self.key not in value:
            raise PydanticKnownError("union_tag_not_found", {"discriminator": repr(self.key)})
        tag = value[self.key]
        if not isinstance(tag, str) or tag not in self.types:
            known = ", ".join(map(repr, self.types))
            context = {"discriminator": repr(self.key), "tag": str(tag), "expected_tags": known}
            raise PydanticKnownError("union_tag_invalid", context)
        try:
            return self.make(tag, value) if self.make else self.types[tag].model_validate(value)
        except ValidationError as error:
            raise ValidationError.from_exception_data(error.title, _behind(tag, value, error)) from None


def _behind(tag: str, value: dict[str, Any], error: ValidationError) -> list[InitErrorDetails]:
    """The errors with the tag before their places, as those of a union have it. ``value`` is what was read."""
    return [
        InitErrorDetails(
            type=detail["type"],
            loc=(tag, *detail["loc"]),
            input=detail["input"] if detail["loc"] else value,
            ctx=detail.get("ctx", {}),
        )
        for detail in error.errors(include_url=False)
    ]
