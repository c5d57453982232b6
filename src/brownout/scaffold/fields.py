"""Names of the fields that a handler reads from a request's body, as its source says."""

from __future__ import annotations

import re
from typing import Any

from brownout.scaffold.folder import Folder
from brownout.scaffold.routes import Route

_READ = re.compile(
    r"""\b(?:json|form|data|body|payload|params|req|request|get_json\([^()]*\)|loads\([^()]*\)|json\(\))"""
    r"""(?:\s*(?:or\s*\{\}\s*)?\))?(?:\.get\(|\[)\s*["'](\w+)["']"""
)
_NODE_READ = re.compile(r"\bbody\??\.(\w+)")
_NODE_TAKEN = re.compile(
    r"\{([^{}]*)\}(?:\s*:\s*[^=;]{1,200})?\s*=\s*(?:await\s+)?\(?(?:await\s+)?(?:\w+\.)*(?:body\b|json\(|valid\()"
)
_ANNOTATED = re.compile(r"\b\w+\s*:\s*(?:Annotated\[\s*)?([A-Z]\w+)")
_FIELD = re.compile(r"^[ \t]+(\w+)\s*:\s*([^=\n#]+?)\s*(=.*)?$", re.MULTILINE)
_SIGNATURE = re.compile(r"def\s+\w+\((.*?)\)\s*(?:->[^:]*)?:", re.DOTALL)
_FORM = re.compile(r"\brequest\.form\b|\bForm\(|request\.POST\b")
_EXAMPLES = {"str": "test", "int": 1, "float": 1.0, "bool": False}


def fields_of(folder: Folder, route: Route) -> dict[str, Any]:
    """Fields by name, each with a value that must be given, or None where it may be left out."""
    if not route.file.endswith(".py"):
        taken = [name for names in _NODE_TAKEN.findall(route.handler) for name in _names(names)]
        return dict.fromkeys((*taken, *_NODE_READ.findall(route.handler)))
    return _fields_of_models(folder, route.handler) or dict.fromkeys(_READ.findall(route.handler))


def takes_a_form(route: Route) -> bool:
    """Whether a handler reads a page's form, and no JSON."""
    return bool(_FORM.search(route.handler)) and "json" not in route.handler.lower()


def _names(destructured: str) -> list[str]:
    """``message`` and ``id`` of ``message, id: given = 1``."""
    firsts = (part.partition(":")[0].partition("=")[0].strip() for part in destructured.split(","))
    return [name for name in firsts if name.isidentifier()]


def _fields_of_models(folder: Folder, handler: str) -> dict[str, Any]:
    """The fields of the classes that a handler's arguments are annotated with."""
    signature = _SIGNATURE.search(handler)
    fields: dict[str, Any] = {}
    for model in _ANNOTATED.findall(signature[1]) if signature else ():
        for _, text in folder.written_in(".py"):
            body = re.search(rf"^class {model}\(.*?\):\n((?:[ \t]+.*\n|\n)*)", text, re.MULTILINE)
            fields |= {} if body is None else dict(_required(match) for match in _FIELD.finditer(body[1]))
    return fields


def _required(match: re.Match[str]) -> tuple[str, Any]:
    name, kind, default = match.groups()
    optional = default is not None or "None" in kind or "Optional" in kind
    return name, None if optional else _EXAMPLES.get(kind)
