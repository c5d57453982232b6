"""Runs a program that knows nothing of us, and takes it down, with all it started, when our own starter is gone.

``python -P lifeline.py LINGER GRACE -- PROGRAM ARGUMENTS``. SIGTERM stops the program (SIGTERM to its process group,
and SIGKILL to whatever is left after GRACE seconds). The lifeline is stdin: its end does the same after LINGER seconds,
or with LINGER 0 kills at once; so that of several programs the one that watches the others goes first. Ends as the
program ended, with its exit code or by its signal. Runs by path on the standard library, psutil and nothing of
brownout, because the program's own environment and working directory apply.
"""

from __future__ import annotations

import contextlib
import ctypes
import functools
import os
import resource
import selectors
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_STOPPERS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


def _prctl(option: int, value: int) -> None:
    """See https://man7.org/linux/man-pages/man2/prctl.2.html; elsewhere the process group has to do."""
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(option, value, 0, 0, 0)


def die_with_parent(parent: int = 0) -> None:
    """In the program, before it starts: even a lifeline that is killed outright leaves nothing behind.

    ``parent``, where given, is who started it: one that is gone already will send no signal.
    """
    _prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if parent and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


class Lifeline:
    """The program, and what is known of its end."""

    def __init__(self, command: list[str], linger: float, grace: float) -> None:
        self._linger, self._grace = linger, grace
        self._begin: float | None = None  # when to ask the program to end
        self._deadline: float | None = None  # when to insist
        self._status: int | None = None
        self._wake = self._listen()
        # Orphans of the program come to us, so that a daemon cannot slip away.
        _prctl(_PR_SET_CHILD_SUBREAPER, 1)
        self._child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            process_group=0,
            preexec_fn=functools.partial(die_with_parent, os.getpid()),
        )

    def _listen(self) -> int:
        reader, writer = os.pipe()
        for end in (reader, writer):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        for signum in _STOPPERS:
            signal.signal(signum, self._ask)
        return reader

    def _ask(self, *_: object) -> None:
        self._begin = time.monotonic()

    def _cut(self) -> None:
        """Whoever started us is gone: the program may linger, then it ends."""
        now = time.monotonic()
        self._begin = self._begin or now + self._linger
        if not self._linger:
            self._deadline = now

    def run(self) -> int:
        """Wait for the end; returns the program's wait status."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake, selectors.EVENT_READ)
            if _is_pipe(0):
                selector.register(0, selectors.EVENT_READ)
            while self._reap() is None:
                self._press_on()
                for key, _ in selector.select(0.05 if self._begin else None):
                    if not _drain(key.fd) and key.fd == 0:
                        selector.unregister(0)
                        self._cut()
        self._sweep()
        return self._status or 0

    def _press_on(self) -> None:
        """Ask the program to end, once; insist when its time is up."""
        now = time.monotonic()
        if self._deadline is not None and now >= self._deadline:
            self._signal(signal.SIGKILL)
        elif self._begin is not None and self._deadline is None and now >= self._begin:
            self._deadline = now + self._grace
            self._signal(signal.SIGTERM)

    def _signal(self, signum: int) -> None:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self._child.pid, signum)

    def _reap(self) -> int | None:
        with contextlib.suppress(ChildProcessError):
            while True:
                pid, status = os.waitpid(-1, os.WNOHANG)
                if pid == 0:
                    break
                if pid == self._child.pid:
                    self._status = status
                    self._child.returncode = os.waitstatus_to_exitcode(status)
        return self._status

    def _childless(self) -> bool:
        """Whether nobody is left; psutil need not be imported then."""
        try:
            os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        return False

    def _sweep(self) -> None:
        """Kill whatever the program left behind."""
        self._signal(signal.SIGKILL)
        self._reap()
        if self._childless():
            return
        children = _descendants()
        for _ in range(100):
            for kill in children():
                kill()
            self._reap()
            if not children():
                return
            time.sleep(0.01)


def _descendants() -> Callable[[], list[Callable[[], None]]]:
    """A function that gives the kill methods of all our descendants."""
    try:
        import psutil
    except ImportError:
        return list
    me = psutil.Process()

    def alive() -> list[Callable[[], None]]:
        return [child.kill for child in me.children(recursive=True) if child.status() != psutil.STATUS_ZOMBIE]

    def processes() -> list[Callable[[], None]]:
        with contextlib.suppress(psutil.Error):
            return alive()
        return []

    return processes


def _is_pipe(descriptor: int) -> bool:
    try:
        return stat.S_ISFIFO(os.fstat(descriptor).st_mode)
    except OSError:
        return False


def _drain(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 4096)
    except BlockingIOError:
        return b""


def main(arguments: list[str]) -> int:
    """Run the program; never returns where a signal ended it."""
    try:
        lifeline = Lifeline(arguments[3:], float(arguments[0]), float(arguments[1]))
    except OSError as error:
        print(f"cannot start {arguments[3]}: {error.strerror}", file=sys.stderr)  # noqa: T201
        return 127
    code = os.waitstatus_to_exitcode(lifeline.run())
    if code < 0:
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        if -code != signal.SIGKILL:
            signal.signal(-code, signal.SIG_DFL)
        os.kill(os.getpid(), -code)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
