"""Where a program listens, told from its processes."""

from __future__ import annotations

import sys
from pathlib import Path

from brownout.drill.ports import free_port
from brownout.drill.processes import Family, wait_until
from brownout.journal import MemoryJournal
from brownout.scaffold.listening import Listening

PARENT = "import subprocess, sys; subprocess.run([sys.executable, *sys.argv[1:]])"
SERVER = "import socket, sys, time; s = socket.create_server(('127.0.0.1', int(sys.argv[1]))); time.sleep(60)"


def test_a_port_that_a_child_of_a_child_takes_is_found_at_once_or_when_it_lasts(tmp_path: Path) -> None:
    family, port = Family(tmp_path, MemoryJournal()), free_port()
    child = family.start("application", [sys.executable, "-S", "-c", PARENT, "-S", "-c", SERVER, str(port)])
    try:
        wanted, other = Listening(port), Listening(free_port())
        assert wait_until(lambda: wanted.look(child), 30)
        assert not other.look(child)
        assert wait_until(lambda: other.look(child), 30)
        assert (wanted.port, other.port) == (port, port)
    finally:
        family.stop([child])
    assert not Listening(port).look(child)
