"""How an application in Node is started: by a script of its package.json, or by its main file."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator

from brownout.scaffold.folder import Folder
from brownout.scaffold.frameworks import Framework
from brownout.scaffold.start import PORT, Start

_PLAIN = re.compile(r"node (?:--[\w-]+(?:=[\w./-]+)? )*([\w./-]+\.[cm]?js)")
_MANAGERS = (("pnpm-lock.yaml", "pnpm"), ("yarn.lock", "yarn"), ("bun.lockb", "bun"), ("bun.lock", "bun"))
_MAINS = ("server.js", "index.js", "app.js", "main.js", "server.mjs", "index.mjs", "src/index.js", "src/server.js")
_ENV = {"PORT": PORT}


def node_starts(folder: Folder, frameworks: tuple[Framework, ...]) -> Iterator[Start]:
    """Commands for the scripts that start it, then for its main file; all are told the port by ``PORT``."""
    package = folder.json("package.json")
    if not package:
        return
    patience = max((each.patience for each in frameworks if each.language == "node"), default=30.0)
    scripts = package.get("scripts")
    for name in _order(folder, frameworks):
        script = scripts.get(name) if isinstance(scripts, dict) else None
        if isinstance(script, str) and script.strip():
            yield Start(_words(folder, name, script.strip()), f"package.json: scripts.{name}", patience, _ENV)
    for file in (package.get("main"), *_MAINS):
        if isinstance(file, str) and file in folder.files:
            yield Start(("node", file), file, patience, _ENV)


def _order(folder: Folder, frameworks: tuple[Framework, ...]) -> tuple[str, ...]:
    """Next's ``start`` needs a build, and its ``dev`` does not."""
    unbuilt = any(each.name == "Next.js" for each in frameworks) and not folder.has(".next/BUILD_ID")
    return ("dev", "start") if unbuilt else ("start", "dev", "serve")


def _words(folder: Folder, name: str, script: str) -> tuple[str, ...]:
    """What runs a script: a plain ``node FILE`` by itself, all else by the package manager."""
    if _PLAIN.fullmatch(script):
        return tuple(script.split())
    manager = next((tool for lock, tool in _MANAGERS if folder.has(lock) and shutil.which(tool)), "npm")
    return (manager, "run", name)
