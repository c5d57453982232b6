"""Programs that do nothing but keep a processor busy, for drills on a loaded machine."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_BURN = "import os, time\nboss = os.getppid()\nwhile os.getppid() == boss:\n    until = time.monotonic() + 0.2\n" + (
    "    while time.monotonic() < until: pass\n"
)
"""It ends by itself when whoever started it is gone, however that came."""


@contextmanager
def burning(count: int) -> Iterator[list[int]]:
    """So many of them run while this is open; yields their process ids."""
    burners = [subprocess.Popen([sys.executable, "-I", "-c", _BURN], stdin=subprocess.DEVNULL) for _ in range(count)]
    try:
        yield [burner.pid for burner in burners]
    finally:
        for burner in burners:
            burner.kill()
        for burner in burners:
            burner.wait()
