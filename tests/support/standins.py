"""A real stand-in process, as a drill starts it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from brownout.orders import Pace, StandinOrders

QUICK = Pace(first_token=0.02, first_token_jitter=0.01, tokens_per_second=2000.0)


@contextmanager
def running_standin(folder: Path, **orders: Any) -> Iterator[str]:
    """A stand-in that answers quickly; gives its base URL, and is stopped at the end."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "standin.json"
    path.write_text(StandinOrders.model_validate({"pace": QUICK, **orders}).model_dump_json())
    command = [sys.executable, "-m", "brownout.standin", "--orders", str(path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            assert line, "the stand-in did not start"
            yield f"http://127.0.0.1:{json.loads(line)['port']}"
        finally:
            process.terminate()
            process.wait(15)
