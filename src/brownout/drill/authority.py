"""A user's own certificate authority: made once, kept for its owner's eyes, the same for desk, drills and containers.

So that a program that was told once to trust it, or that runs already, is believed in every drill.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import typer

from brownout.drill.environment import write_bundle
from brownout.drill.own_python import own_environment
from brownout.errors import HarnessError

CERTIFICATE = "mitmproxy-ca-cert.pem"
SECRET = ("mitmproxy-ca.pem", "mitmproxy-ca.p12")
BUNDLE = "ca-bundle.pem"
_PRIVATE_FOLDER, _PRIVATE_FILE = 0o700, 0o600
_MAKING = 60.0


def folder() -> Path:
    """Where it is kept, made or not: in the user's configuration."""
    return Path(typer.get_app_dir("brownout")) / "ca"


def is_made() -> bool:
    """Whether the CA of this user is there already."""
    return all((folder() / name).is_file() for name in (CERTIFICATE, SECRET[0]))


def kept(anew: bool = False) -> Path:
    """The folder of the user's CA, which is made where there is none, or ``anew``. Raises HarnessError.

    Several may ask at once: one of them makes it. Nobody but its owner can read the key, whatever it was before.
    """
    place = folder()
    try:
        place.mkdir(parents=True, exist_ok=True, mode=_PRIVATE_FOLDER)
        with _turn(place):
            _close(place)
            if anew or not is_made():
                _make(place)
            _close(place)
    except OSError as error:
        raise HarnessError(f"cannot keep a CA in {place}: {error.strerror or error}") from None
    return place


def for_drill(scratch: Path) -> Path:
    """The folder of the CA that a drill signs with: the user's; one of its own where no such can be kept."""
    try:
        return kept()
    except HarnessError:
        return scratch


def bundle(place: Path) -> Path:
    """The user's CA with those that the system trusts, in one file beside it. Raises HarnessError."""
    try:
        return write_bundle(place / CERTIFICATE, place / BUNDLE, os.environ)
    except OSError as error:
        raise HarnessError(f"cannot write {place / BUNDLE}: {error.strerror or error}") from None


@contextlib.contextmanager
def _turn(place: Path) -> Iterator[None]:
    with (place / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _close(place: Path) -> None:
    """Take the rights of others away, where they have any."""
    paths = [(place, _PRIVATE_FOLDER), *((place / name, _PRIVATE_FILE) for name in SECRET)]
    for path, mode in paths:
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            path.chmod(mode)


def _make(place: Path) -> None:
    command = [sys.executable, "-P", "-m", "brownout.proxy.authority", str(place)]
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_MAKING, check=False, env=own_environment(os.environ)
        )
    except subprocess.TimeoutExpired:
        raise HarnessError(f"making a CA in {place} took more than {_MAKING:g} s") from None
    if done.returncode or not is_made():
        words = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise HarnessError(f"cannot make a CA in {place}: {words}")
