"""How a model is written that has another one whose settings stand beside its own, in one mapping."""

from __future__ import annotations

from typing import Any, ClassVar

from pydantic import BaseModel, create_model

from brownout.config.model import Frozen


class Form(Frozen):
    """All keys of such a mapping: what may stand there, for schemas and complaints. Each value is read by itself."""

    parts: ClassVar[tuple[type[BaseModel], ...]] = ()
    """The models whose keys these are."""


def form(name: str, *parts: type[BaseModel], doc: str | None = None, **words: Any) -> type[Form]:
    """The form of ``parts``: their keys in this order, where several have one as the last of them has it.

    ``words`` come first, and instead of what the parts say of these keys. What a model checks of several values at
    once is not in its form.
    """
    theirs = {key: (info.annotation, info) for part in parts for key, info in part.model_fields.items()}
    fields: dict[str, Any] = {**words, **theirs, **words}
    made: type[Form] = create_model(name, __base__=Form, __doc__=doc, **fields)
    made.parts = parts
    return made
