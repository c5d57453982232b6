"""What a folder tells of the application in it, all looks together."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from brownout.scaffold.clients import Client, clients_of
from brownout.scaffold.declared_start import declared_starts, published_ports
from brownout.scaffold.draft import Draft
from brownout.scaffold.evidence import Evidence
from brownout.scaffold.folder import Folder
from brownout.scaffold.frameworks import Framework, frameworks_of
from brownout.scaffold.java_start import java_starts
from brownout.scaffold.node_start import node_starts
from brownout.scaffold.python_start import interpreter, python_starts
from brownout.scaffold.request import Request
from brownout.scaffold.start import Start
from brownout.scaffold.upstream import Upstream, upstream_of
from brownout.scaffold.written import requests_written_in

_MOST_BELOW = 20
_LISTS = ("package.json", "pyproject.toml", "requirements.txt", "pom.xml", "build.gradle", "Procfile", "Pipfile")
_STARTS = {"python": python_starts, "node": node_starts, "java": java_starts}


@dataclass(frozen=True)
class Survey:
    """What was found. ``starts`` and ``requests`` are in the order in which they are worth a try."""

    folder: Folder
    frameworks: tuple[Framework, ...]
    clients: tuple[Client, ...]
    upstream: Upstream
    starts: tuple[Start, ...]
    requests: tuple[Request, ...]
    python: tuple[str, ...]

    @property
    def names(self) -> list[str]:
        """Frameworks and libraries by name, for people."""
        return [each.name for each in (*self.frameworks, *self.clients)]

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it listens when others start it."""
        usual = (framework.port for framework in self.frameworks)
        return tuple(dict.fromkeys((*published_ports(self.folder), *usual)))

    def draft(self, root: Path) -> Draft:
        """The profile as far as the folder tells, for a file in ``root``."""
        name = re.sub(r"[^A-Za-z0-9_.-]+", "-", self.folder.root.name).strip("-.")
        cwd = "." if self.folder.root == root else self.folder.root.relative_to(root).as_posix()
        start = self.starts[0] if self.starts else None
        env, connect = self.upstream.env, self.upstream.connect
        return Draft(name[:60] or "application", start, self.requests[0], cwd=cwd, env=env, connect=connect)


def survey_of(root: Path) -> Survey:
    """Look at a folder; where it has no application, at the folders right below it."""
    own = _look(Folder(root))
    if own.starts:
        return own
    below = [survey for survey in map(_look, _below(root)) if survey.starts]
    return max(below, key=lambda survey: (len(survey.upstream.platforms) > 0, len(survey.frameworks)), default=own)


def _below(root: Path) -> Iterator[Folder]:
    listed = sorted(root.glob("*/"))[: 10 * _MOST_BELOW]
    folders = (Folder(place, below=True) for place in listed if place.name[0] != "." and place.name.isprintable())
    likely = (folder for folder in folders if any(map(folder.has, _LISTS)))
    yield from islice(likely, _MOST_BELOW)


def _look(folder: Folder) -> Survey:
    evidence = Evidence.of(folder)
    frameworks, clients = frameworks_of(evidence), clients_of(evidence)
    python = interpreter(folder, frameworks)
    return Survey(
        folder,
        frameworks,
        clients,
        upstream_of(folder, clients),
        tuple(_starts(folder, frameworks, python)),
        requests_written_in(folder),
        python,
    )


def _starts(folder: Folder, frameworks: tuple[Framework, ...], python: tuple[str, ...]) -> Iterator[Start]:
    """By the framework that its sources use, then by what other tools are told, then by any script."""
    languages = dict.fromkeys(framework.language for framework in frameworks)
    for language in languages:
        yield from _STARTS[language](folder, frameworks)
    yield from declared_starts(folder, python)
    if "node" not in languages:
        yield from node_starts(folder, frameworks)


def listening(ports: tuple[int, ...]) -> int | None:
    """The first of these ports of this machine on which somebody listens."""
    for port in ports:
        with socket.socket() as probe:
            probe.settimeout(0.3)
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return port
    return None
