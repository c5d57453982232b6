"""How other tools are told to start an application: Procfile, Dockerfile, compose files."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

from brownout.scaffold.folder import Folder
from brownout.scaffold.start import PORT, Start, command_of

COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_WEB = re.compile(r"^(?:web|app)\s*:\s*(.+)$", re.MULTILINE)
_LAST = re.compile(r"^\s*(CMD|ENTRYPOINT)\s+((?:.*\\\r?\n)*.*)$", re.MULTILINE | re.IGNORECASE)
_PUBLISHED = re.compile(r"(?:[\d.]+:)?(\d{2,5}):\d{2,5}(?:/tcp)?")
_ENV = {"PORT": PORT}


def declared_starts(folder: Folder, python: Sequence[str]) -> Iterator[Start]:
    """Commands that these files give and that need no shell."""
    told = (*_procfile(folder), *_dockerfile(folder), *_compose(folder))
    for source, given in told:
        command = command_of(given, python)
        if command is not None:
            yield Start(command, source, 60.0, _ENV)


def published_ports(folder: Folder) -> tuple[int, ...]:
    """Ports of this machine on which a compose file has its services listen."""
    entries = (entry for service in _services(folder) for entry in _listed(service.get("ports")))
    matches = (_PUBLISHED.fullmatch(entry) for entry in entries if isinstance(entry, str))
    return tuple(int(match[1]) for match in matches if match and int(match[1]) < 65_536)


def _procfile(folder: Folder) -> Iterator[tuple[str, str]]:
    match = _WEB.search(folder.text("Procfile"))
    if match:
        yield "Procfile", match[1].strip()


def _dockerfile(folder: Folder) -> Iterator[tuple[str, str | list[Any]]]:
    """The last CMD, behind the last ENTRYPOINT where both are lists."""
    last = {kind.upper(): text.replace("\\\n", " ").strip() for kind, text in _LAST.findall(folder.text("Dockerfile"))}
    lists = {kind: _as_list(text) for kind, text in last.items()}
    both = [*(lists.get("ENTRYPOINT") or ()), *(lists.get("CMD") or ())]
    if both:
        yield "Dockerfile", both
    elif last:
        yield "Dockerfile", last.get("CMD") or last["ENTRYPOINT"]


def _as_list(text: str) -> list[Any] | None:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, list) else None


def _compose(folder: Folder) -> Iterator[tuple[str, str | list[Any]]]:
    for service in _services(folder):
        command = service.get("command")
        if "build" in service and isinstance(command, str | list) and command:
            yield "a compose file", command


def _services(folder: Folder) -> Iterator[dict[str, Any]]:
    for name in COMPOSE:
        try:
            value = yaml.safe_load(folder.text(name))
        except (yaml.YAMLError, ValueError, RecursionError):
            continue
        services = value.get("services") if isinstance(value, dict) else None
        for service in services.values() if isinstance(services, dict) else ():
            if isinstance(service, dict):
                yield service


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
