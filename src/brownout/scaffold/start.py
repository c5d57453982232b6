"""How an application is started: a command without a shell, and what says so."""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

PORT = "{port}"
_PORT_OPTIONS = frozenset(("--port", "-p", "--bind", "-b", "--http-port"))
_VARIABLE = re.compile(r"\$(?:PORT\b|\{PORT(?::?-[^}]*)?\})")
_ADDRESS = re.compile(r"^(127\.0\.0\.1|localhost|\[::\])?:?\d{2,5}$")
_SHELL = re.compile(r"[|;&<>`$*?()~#]")
_ASSIGNED = re.compile(r"[A-Za-z_]\w*=")
_MODULES = {
    **dict.fromkeys(("fastapi", "flask", "uvicorn"), ("--port", PORT)),
    **dict.fromkeys(("gunicorn", "hypercorn"), ("--bind", f"127.0.0.1:{PORT}")),
}
"""Programs of Python packages that serve, and how they are told a port."""
MOST_WORDS = 60


@dataclass(frozen=True)
class Start:
    """A command to start an application, ``{port}`` in it; ``source`` says in words where that was read.

    ``patience``: seconds until it must be up.
    """

    command: tuple[str, ...]
    source: str
    patience: float = 30.0
    env: Mapping[str, str] = field(default_factory=dict)

    @property
    def in_words(self) -> str:
        """The command as somebody would type it."""
        return shlex.join(self.command).replace(f"'{PORT}'", PORT).replace("'{python}'", "{python}")


def command_of(given: str | Sequence[object], python: Sequence[str]) -> tuple[str, ...] | None:
    """A command that other files give, as a list, told the port; None where only a shell could run it.

    ``python`` are the words that run this application's Python.
    """
    try:
        words = shlex.split(given) if isinstance(given, str) else [str(word) for word in given]
    except ValueError:
        return None
    if words[:2] in (["sh", "-c"], ["bash", "-c"], ["/bin/sh", "-c"]) and len(words) == 3:
        return command_of(words[2], python)
    words = [_VARIABLE.sub(PORT, word).replace("0.0.0.0", "127.0.0.1") for word in words[words[:1] == ["exec"] :]]
    if not words or len(words) > MOST_WORDS or not all(map(_plain, words)) or _ASSIGNED.match(words[0]):
        return None
    return tuple(_on_python(_with_port(words), python))


def _plain(word: str) -> bool:
    rest = word.replace(PORT, "")
    return word.isprintable() and len(word) < 500 and "{" not in rest and "}" not in rest and not _SHELL.search(rest)


def _with_port(words: list[str]) -> list[str]:
    """The same words with the free port wherever a number of one stands."""
    pairs = pairwise(["", *words])
    return [_told(word) if before in _PORT_OPTIONS or ":" in word else _option(word) for before, word in pairs]


def _told(word: str) -> str:
    if not _ADDRESS.match(word):
        return word
    return f"127.0.0.1:{PORT}" if ":" in word else PORT


def _option(word: str) -> str:
    name, equals, value = word.partition("=")
    return f"{name}={_told(value)}" if equals and name in _PORT_OPTIONS else word


def _on_python(words: list[str], python: Sequence[str]) -> list[str]:
    """Python's own programs run by this application's Python, and told a port."""
    program = words[0].rpartition("/")[2]
    if program in ("python", "python3"):
        return [*python, *words[1:]]
    if program not in _MODULES:
        return words
    port = () if any(PORT in word for word in words) else _MODULES[program]
    return [*python, "-m", program, *words[1:], *port]
