"""How an application in Python is started: by which interpreter, and with which of its objects."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import PurePosixPath

from brownout.scaffold.folder import Folder
from brownout.scaffold.frameworks import Framework
from brownout.scaffold.start import PORT, Start

_ENVIRONMENTS = (".venv/bin/python", "venv/bin/python", "env/bin/python")
_LOCKS = (("uv.lock", "uv"), ("poetry.lock", "poetry"), ("Pipfile.lock", "pipenv"))
_PROJECT = ("pyproject.toml", "requirements.txt", "Pipfile")
_LIKELY = ("main", "app", "server", "api", "asgi", "wsgi", "__init__")
_FACTORY = re.compile(r"^(?:async )?def ((?:create|make|build|get)_app|app_factory)\(", re.MULTILINE)
_CALLED = re.compile(
    r"^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:\w+\.)?(?:(?:create|make|build|get)_app|app_factory)\(", re.MULTILINE
)


def interpreter(folder: Folder, frameworks: tuple[Framework, ...]) -> tuple[str, ...]:
    """The words that run this application's Python: its own environment's, a tool's, or another."""
    for place in (f"{where}/{each}" for where in (".", "..")[: 1 + folder.below] for each in _ENVIRONMENTS):
        if os.access(folder.root / place, os.X_OK):
            return (place,)
    for lock, tool in _LOCKS:
        if folder.has(lock) and shutil.which(tool):
            return (tool, "run", "python")
    modules = [framework.modules[0] for framework in frameworks if framework.language == "python"]
    if not os.environ.get("VIRTUAL_ENV") and modules and find_spec(modules[0]) is not None:
        return ("{python}",)
    return ("python" if shutil.which("python") else "python3",)


def python_starts(folder: Folder, frameworks: tuple[Framework, ...]) -> Iterator[Start]:
    """Commands for every object of a framework that a source makes; the likeliest first."""
    python = interpreter(folder, frameworks)
    for framework in (each for each in frameworks if each.language == "python"):
        if framework.name == "Django" and folder.has("manage.py"):
            yield Start((*python, "manage.py", "runserver", "--noreload", f"127.0.0.1:{PORT}"), "manage.py")
        for name, attribute, factory in _objects(folder, framework.made_by) if framework.made_by else ():
            module, outside = _module(folder, name)
            words = _words(framework, module, attribute, factory, outside)
            yield Start((*python, *words), f"{framework.name} in {name}", framework.patience)


def _objects(folder: Folder, call: str) -> list[tuple[str, str, bool]]:
    """Files that make an object of a framework, each with its name, and whether that is a function that makes it."""
    made = re.compile(rf"^(\w+)(?:\s*:\s*[\w.]+)?\s*=\s*(?:\w+\.)?{call}\(", re.MULTILINE)
    objects = []
    for name, text in folder.written_in(".py"):
        if not _can_be_imported(folder, name):
            continue
        if match := made.search(text) or _CALLED.search(text):
            objects.append((name, match[1], False))
        elif f"{call}(" in text and (match := _FACTORY.search(text)):
            objects.append((name, match[1], True))
    return sorted(objects, key=lambda each: (each[2], _rank(each[0])))


def _can_be_imported(folder: Folder, name: str) -> bool:
    """Whether a file has a dotted name, and is no part of a project of its own further down."""
    path = PurePosixPath(name).with_suffix("")
    own = (f"{parent}/{each}" for parent in path.parents if parent.name for each in _PROJECT)
    return all(part.isidentifier() for part in path.parts) and not any(each in folder.files for each in own)


def _rank(name: str) -> int:
    stem = PurePosixPath(name).stem
    return _LIKELY.index(stem) if stem in _LIKELY else len(_LIKELY)


def _module(folder: Folder, name: str) -> tuple[str, str]:
    """The dotted name of a file, and the folder that it is imported from where that is not the top one."""
    parts = PurePosixPath(name).with_suffix("").parts
    outside = "src" if parts[0] == "src" and len(parts) > 1 and "src/__init__.py" not in folder.files else ""
    parts = parts[bool(outside) :]
    return ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts), outside


def _words(framework: Framework, module: str, attribute: str, factory: bool, outside: str) -> tuple[str, ...]:
    if framework.name in ("Flask", "Quart"):
        path = f"{outside}/{module.replace('.', '/')}" if outside else module
        return ("-m", framework.name.lower(), "--app", f"{path}:{attribute}", "run", "--port", PORT)
    made, place = ("--factory",) * factory, ("--app-dir", outside) * bool(outside)
    return ("-m", "uvicorn", *made, f"{module}:{attribute}", *place, "--host", "127.0.0.1", "--port", PORT)
