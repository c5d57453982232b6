"""Where an application takes POST requests, as its sources say, and the names of the fields that it reads there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath

from brownout.scaffold.folder import JAVA, NODE, Folder

_PYTHON = re.compile(r"""@(\w+)\.(post|route|api_route|get|put|delete|patch)\(\s*["']([^"'\n]*)["']([^\n]*)""")
_PREFIX = re.compile(r"""(\w+)\s*=\s*(?:APIRouter|Blueprint)\([^)]*?(?:url_)?prefix\s*=\s*["']([^"'\n]*)["']""")
_LISTED = re.compile(r"""\b(path|Route)\(\s*["']([^"'\n]*)["']\s*,\s*(?:\w+\.)?(\w+)([^)\n]*)""")
_VIEW = re.compile(r"^(?:async )?def (\w+)\(request", re.MULTILINE)
_NODE = re.compile(r"""\.(post|get|put|delete|patch|use|listen)\(\s*["'`]([^"'`\n]+)["'`]""")
_NEXT = re.compile(r"export\s+(?:async\s+)?(?:function|const)\s+POST\b")
_NEXT_APP = re.compile(r"(?:src/)?app/(.+)/route\.[jt]sx?")
_NEXT_PAGES = re.compile(r"(?:src/)?pages/(api/.+?)(?:/index)?\.[jt]sx?")
_JAVA = re.compile(r"""@PostMapping\(\s*(?:(?:value|path)\s*=\s*)?\{?\s*"([^"\n]*)\"""")
_JAVA_PREFIX = re.compile(r"""@RequestMapping\(\s*(?:(?:value|path)\s*=\s*)?"([^"\n]*)\"""")
_HANDLER = 3_000
MOST = 60


@dataclass(frozen=True)
class Route:
    """One place that takes a POST, and the text of what handles it."""

    path: str
    file: str
    handler: str


def routes_of(folder: Folder) -> tuple[Route, ...]:
    """All of them, as far as they can be read without running the application; a path may hold names to fill in."""
    all_routes = (*_python(folder), *_views(folder), *_node(folder), *_next(folder), *_java(folder))
    return tuple({(route.path, route.file): route for route in all_routes}.values())[:MOST]


def _route(prefix: str, path: str, file: str, handler: str) -> Route:
    whole = "/" + "/".join(part for part in f"{prefix}/{path}".split("/") if part)
    return Route(whole + "/" * (path.endswith("/") and whole != "/"), file, handler)


def _matches(pattern: re.Pattern[str], text: str) -> Iterator[tuple[re.Match[str], str]]:
    """Where a pattern is, each with the text from there to the next one."""
    matches = list(pattern.finditer(text))
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        yield match, text[match.start() : min(end, match.start() + _HANDLER)]


def _python(folder: Folder) -> Iterator[Route]:
    for name, text in folder.written_in(".py"):
        prefixes = dict(_PREFIX.findall(text))
        for match, handler in _matches(_PYTHON, text):
            owner, verb, path, rest = match.groups()
            if verb == "post" or (verb in ("route", "api_route") and "POST" in rest.upper()):
                yield _route(prefixes.get(owner, ""), path, name, handler)


def _views(folder: Folder) -> Iterator[Route]:
    """Lists of routes that name a function, as Django and Starlette have them."""
    views = {
        match[1]: (name, handler) for name, text in folder.written_in(".py") for match, handler in _matches(_VIEW, text)
    }
    for _, text in folder.written_in(".py"):
        for kind, path, view, rest in _LISTED.findall(text):
            if view in views and ("POST" in rest if kind == "Route" else "urlpatterns" in text):
                yield _route("", path, *views[view])


def _node(folder: Folder) -> Iterator[Route]:
    for name, text in folder.written_in(*NODE):
        for match, handler in _matches(_NODE, text):
            if match[1] == "post":
                yield _route("", match[2], name, handler)


def _next(folder: Folder) -> Iterator[Route]:
    for name, text in folder.written_in(*NODE):
        if (match := _NEXT_APP.fullmatch(name)) and (begin := _NEXT.search(text)):
            parts = [part for part in PurePosixPath(match[1]).parts if not part.startswith("(")]
            yield _route("", "/".join(parts), name, text[begin.start() :][:_HANDLER])
        elif (match := _NEXT_PAGES.fullmatch(name)) and "export default" in text:
            yield _route("", match[1], name, text[:_HANDLER])


def _java(folder: Folder) -> Iterator[Route]:
    for name, text in folder.written_in(*JAVA):
        prefix = _JAVA_PREFIX.search(text)
        for match, handler in _matches(_JAVA, text):
            yield _route(prefix[1] if prefix else "", match[1], name, handler)
