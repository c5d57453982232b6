"""The application under test as a process: started as its profile says, and waited for until it answers."""

from __future__ import annotations

import os
import shlex
import ssl
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import urljoin, urlsplit

from brownout.config.placeholders import UnknownPlaceholder, substitute
from brownout.config.units import in_words
from brownout.config.yamlfile import InputError, Problem
from brownout.drill.environment import Reach, application_environment
from brownout.drill.ports import free_port, is_free, require_free
from brownout.drill.processes import Child, Family, require_program, wait_until
from brownout.errors import HarnessError
from brownout.profile import Profile, Receiver
from brownout.services import BUILT_IN, Catalogue

NAME = "application"
SHORT_WAIT = 3.0  # for one that should be running already


def check_placeholders(profile: Profile, file: str, catalogue: Catalogue = BUILT_IN) -> None:
    """Refuse misspelt ``{names}`` before anything is started; platforms have names, too. Raises InputError."""
    start = profile.start
    texts = [profile.url or ""]
    if start is not None:
        texts += [*_command(profile), *start.env.values(), start.ready]
    anywhere = Reach(1, Path("ca"), Path("bundle"), catalogue)
    values = {**dict.fromkeys(("port", "python", "scratch"), ""), **anywhere.placeholders}
    problems = []
    for text in texts:
        try:
            substitute(text, values)
        except UnknownPlaceholder as error:
            problems.append(Problem(file or "the app profile", 0, 0, str(error)))
    if problems:
        raise InputError(problems)


def _command(profile: Profile) -> list[str]:
    if profile.start is None:
        return []
    command = profile.start.command
    return shlex.split(command) if isinstance(command, str) else list(command)


class Application:
    """Where the application is, and its process where we start it."""

    def __init__(self, profile: Profile, scratch: Path) -> None:
        self.profile = profile
        self.scratch = scratch
        self.child: Child | None = None
        self._reach: Reach | None = None
        fixed = urlsplit(profile.url or "").port if "{port}" not in (profile.url or "{port}") else None
        self.port = fixed or free_port()
        self._fixed = fixed is not None
        self.values = {"port": str(self.port), "python": sys.executable, "scratch": str(scratch)}
        self.url = substitute(profile.url or "http://127.0.0.1:{port}", self.values).rstrip("/")

    @property
    def cwd(self) -> Path:
        """The folder it is started in."""
        return (self.profile.folder / (self.profile.start.cwd if self.profile.start else ".")).resolve()

    @property
    def ready_url(self) -> str:
        """Where it is asked whether it is there: what it has answered by the time a drill begins."""
        start = self.profile.start
        return self.url if start is None else urljoin(f"{self.url}/", substitute(start.ready, self.values))

    @property
    def receivers(self) -> dict[str, Receiver]:
        """Where it takes what platforms send, by platform, with whole URLs."""
        return {
            name: receiver.model_copy(update={"url": urljoin(self.url, receiver.url)})
            for name, receiver in self.profile.webhooks.items()
        }

    def require_sound(self, stop: Callable[[], bool]) -> None:
        """Refuse what cannot work before anything is started. Raises HarnessError.

        A program that is not there, an address that another has taken, or one where nobody is.
        """
        start = self.profile.start
        if start is not None:
            program = substitute(
                _command(self.profile)[0], {**Reach(1, Path("ca"), Path("bundle")).placeholders, **self.values}
            )
            path = {"PATH": start.env.get("PATH") or os.environ.get("PATH", os.defpath)}
            require_program(NAME, program, path, self.cwd)
            if self._fixed:
                require_free(self.port, "write {port} instead of the number in url and start.command: a free port")
        elif not wait_until(lambda: answers(self.url), SHORT_WAIT, stop) and not stop():
            raise HarnessError(
                f"nothing answers at {self.url}; start the application first, or say in the app profile how to "
                "start it (start: {command: …})"
            )

    def start(self, family: Family, reach: Reach, inherited: Mapping[str, str] = os.environ) -> None:
        """Start it, where the profile says how. Raises HarnessError."""
        start = self.profile.start
        if start is None:
            return
        self._reach = reach
        self.scratch.mkdir(parents=True, exist_ok=True)
        self.values |= reach.placeholders
        command = [substitute(part, self.values) for part in _command(self.profile)]
        env = application_environment(self.profile.connect, reach, inherited, start.env, self.values)
        self.child = family.start(NAME, command, env=env, cwd=self.cwd)
        self.child.foreign = True

    def start_again(self, family: Family) -> None:
        """Start it as before, after its process ended. Raises HarnessError."""
        assert self._reach is not None, "it was never started"
        self.start(family, self._reach)

    def wait_until_ready(self, stop: Callable[[], bool]) -> None:
        """Wait until it answers below 500. Raises HarnessError with the last lines of its log where it never does."""
        start, child = self.profile.start, self.child
        if start is None or child is None:
            return
        ready = self.ready_url
        wait_until(lambda: child.code is not None or answers(ready), start.timeout, stop)
        if child.code is not None:
            raise HarnessError(f"the application {child.end_in_words()} before it was ready{_said(child)}")
        if not stop() and not answers(ready):
            waited = f"within {in_words(start.timeout)}"
            raise HarnessError(f"the application did not answer at {ready} {waited}{_hint(self, child)}")


def _said(child: Child) -> str:
    tail = child.tail()
    return f"; the end of its log ({child.log}):\n{tail}" if tail else f" and said nothing (log: {child.log})"


def _hint(application: Application, child: Child) -> str:
    if is_free(application.port):
        return f": it does not listen on port {application.port}, or start.ready is wrong{_said(child)}"
    return f": it listens, but start.ready is wrong or answers with an error{_said(child)}"


def answers(url: str) -> bool:
    """Whether a GET is answered below 500. No proxy is asked, and no certificate checked."""
    trusting = urllib.request.HTTPSHandler(context=ssl._create_unverified_context())
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), trusting)
    try:
        with opener.open(url, timeout=2.0):
            return True
    except urllib.error.HTTPError as error:
        error.close()
        return error.code < 500
    except (OSError, ValueError):
        return False
