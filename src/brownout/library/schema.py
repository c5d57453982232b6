"""JSON Schemas of the two YAML formats, for editors and other tools; shipped in ``scenarios/``.

``python -m brownout.library.schema`` writes the shipped files anew.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import sys
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import ModelSchema

from brownout.config.forms import Form
from brownout.expect import Expect
from brownout.library.written import FOLDER
from brownout.library.written import schema as written_schema
from brownout.profile import Profile
from brownout.published import VERSIONS
from brownout.resources import SCENARIOS
from brownout.rule import common_form
from brownout.scenario import Scenario

DRAFT: Final = "https://json-schema.org/draft/2020-12/schema"
SCENARIO_FILE: Final = "scenario.schema.json"
PROFILE_FILE: Final = "brownout.schema.json"
_VERBATIM: Final = ("const", "enum", "examples", "required")


def scenario_schema() -> dict[str, Any]:
    """The JSON schema of a scenario file, for editors."""
    return _schema(Scenario, "brownout scenario", common_form())


def profile_schema() -> dict[str, Any]:
    """The schema of an app profile, ``brownout.yaml``."""
    return _schema(Profile, "brownout app profile", Expect)


def shipped() -> dict[Path, str]:
    """The schema files and their text, those of the JSON that is written among them."""
    return {
        SCENARIOS / SCENARIO_FILE: as_text(scenario_schema()),
        SCENARIOS / PROFILE_FILE: as_text(profile_schema()),
        **{FOLDER / f"{name}.schema.json": as_text(written_schema(name)) for name in VERSIONS},
    }


def as_text(schema: dict[str, Any]) -> str:
    """The schema as a file holds it."""
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def described(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings below a model's attributes say, its bases' among them, by the name of the attribute.

    Pydantic can read them too (``use_attribute_docstrings``), but does so while the class is made, in every process.
    """
    parts = model.parts if issubclass(model, Form) else (model,)
    bases = [base for part in parts for base in reversed(part.__mro__)]
    own = [base for base in bases if issubclass(base, BaseModel) and base is not BaseModel]
    return {name: text for kind in own for name, text in _words_of(kind.__module__).get(kind.__name__, ())}


@cache
def _words_of(module: str) -> dict[str, list[tuple[str, str]]]:
    """The attributes that are described in a module, by the name of their class."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: list(_attributes(node)) for node in tree.body if isinstance(node, ast.ClassDef)}


def _attributes(kind: ast.ClassDef) -> Iterator[tuple[str, str]]:
    for attribute, words in pairwise(kind.body):
        if isinstance(attribute, ast.AnnAssign) and isinstance(attribute.target, ast.Name):
            match words:
                case ast.Expr(ast.Constant(str(text))):
                    yield attribute.target.id, inspect.cleandoc(text)


class _Described(GenerateJsonSchema):
    """Writes what attributes' docstrings say beside what pydantic knows of them."""

    def model_schema(self, schema: ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        kind = schema["cls"]
        texts = described(kind)
        for name, field in kind.model_fields.items():
            if name in texts:
                made["properties"][field.alias or name].setdefault("description", texts[name])
        return made


def _schema(model: type[BaseModel], title: str, shared: type[BaseModel]) -> dict[str, Any]:
    made = _tidy(model.model_json_schema(schema_generator=_Described))
    definitions = made.pop("$defs", {})
    base = _tidy(shared.model_json_schema(schema_generator=_Described))
    base.pop("$defs", None)
    name = shared.__name__
    for definition in definitions.values():
        properties = definition.get("properties", {})
        for key, schema in base["properties"].items():
            if properties.get(key) == schema:
                properties[key] = {"$ref": f"#/$defs/{name}/properties/{key}"}
    definitions = {name: {"properties": base["properties"]}, **definitions}
    return {"$schema": DRAFT, "title": title, **made, "$defs": definitions}


def _tidy(node: Any) -> Any:
    """Without titles that repeat a key, without null where it is the default, and without defaults that say nothing."""
    if isinstance(node, list):
        return [_tidy(child) for child in node]
    if not isinstance(node, dict):
        return node
    result: dict[str, Any] = {}
    for key, child in node.items():
        if key in ("properties", "$defs"):
            result[key] = {name: _tidy(schema) for name, schema in child.items()}
        elif key in _VERBATIM:
            result[key] = child
        elif key == "description":
            result[key] = _plain(child)
        elif key == "anyOf":
            result |= {key: _tidy(child)} if node.get("default") is not None else _without_null(_tidy(child))
        elif key == "default":
            result |= {key: child} if isinstance(child, bool | int | float | str) and child != "" else {}
        elif key not in ("title", "discriminator"):
            result[key] = _tidy(child)
    return result


def _without_null(choices: list[Any]) -> dict[str, Any]:
    left = [choice for choice in choices if choice != {"type": "null"}]
    return dict(left[0]) if len(left) == 1 else {"anyOf": left}


def _plain(docstring: str) -> str:
    return re.sub(r"``([^`]+)``", r"\1", " ".join(docstring.split()))


def main() -> None:
    """Write the schemas that come with brownout anew."""
    for path, text in shipped().items():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
