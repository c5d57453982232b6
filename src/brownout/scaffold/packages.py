"""Names of the packages that an application depends on, as its own files list them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from brownout.scaffold.folder import Folder

_NAME = re.compile(r"\s*([A-Za-z0-9][A-Za-z0-9._-]*)")
_ARTIFACT = re.compile(r"<artifactId>\s*([\w.-]+)\s*</artifactId>")
_COORDINATES = re.compile(r"""['"][\w.-]+:([\w.-]+)(?::[^'"\s]*)?['"]""")
_REQUIREMENTS = ("requirements*.txt", "requirements/*.txt", "requirements*.in")


def packages_of(folder: Folder) -> frozenset[str]:
    """All packages that are listed, in whatever language; those of Python as an index spells them."""
    python = (name.lower().replace("_", "-").replace(".", "-") for name in (*_pyproject(folder), *_lists(folder)))
    return frozenset((*python, *_node(folder), *_java(folder)))


def _names(requirements: object) -> Iterator[str]:
    for requirement in requirements if isinstance(requirements, list) else ():
        if isinstance(requirement, str) and (match := _NAME.match(requirement)):
            yield match[1]


def _tables(value: object) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else ()


def _table(value: object, *keys: str) -> dict[str, Any]:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def _pyproject(folder: Folder) -> Iterator[str]:
    whole = folder.toml("pyproject.toml")
    project, poetry = _table(whole, "project"), _table(whole, "tool", "poetry")
    yield from _names(project.get("dependencies"))
    for group in (*_tables(project.get("optional-dependencies")), *_tables(whole.get("dependency-groups"))):
        yield from _names(group)
    yield from _table(poetry, "dependencies")
    for group in _tables(poetry.get("group")):
        yield from _table(group, "dependencies")
    for key in ("packages", "dev-packages"):
        yield from _table(folder.toml("Pipfile"), key)


def _lists(folder: Folder) -> Iterator[str]:
    for name in folder.files:
        if any(fnmatchcase(name, pattern) for pattern in _REQUIREMENTS):
            yield from _names(folder.text(name).splitlines())


def _node(folder: Folder) -> Iterator[str]:
    listed = folder.json("package.json")
    for key in ("dependencies", "devDependencies"):
        yield from _table(listed, key)


def _java(folder: Folder) -> Iterator[str]:
    yield from _ARTIFACT.findall(folder.text("pom.xml"))
    for name in ("build.gradle", "build.gradle.kts"):
        yield from _COORDINATES.findall(folder.text(name))
