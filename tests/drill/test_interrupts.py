"""Ctrl-C: remembered once, obeyed at once the second time."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading

import pytest

from brownout.drill.interrupts import Interrupts

TWICE = """
import os, signal
from brownout.drill.interrupts import Interrupts
with Interrupts(lambda: print("children killed", flush=True)) as interrupts:
    os.kill(os.getpid(), signal.SIGINT)
    print(interrupts.happened, flush=True)
    os.kill(os.getpid(), signal.SIGINT)
    print("never")
"""


@pytest.mark.parametrize("signum", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_first_signal_is_remembered(signum: signal.Signals) -> None:
    with Interrupts() as interrupts:
        assert not interrupts.happened
        os.kill(os.getpid(), signum)
        assert interrupts.happened


def test_the_handlers_of_before_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    with Interrupts():
        assert signal.getsignal(signal.SIGINT) != before

    assert signal.getsignal(signal.SIGINT) == before


def test_the_second_signal_leaves_at_once() -> None:
    result = subprocess.run([sys.executable, "-c", TWICE], capture_output=True, text=True, check=False, timeout=60)

    assert (result.returncode, result.stdout) == (130, "True\nchildren killed\n")


def test_another_thread_can_stop_without_signals() -> None:
    seen: list[bool] = []

    def work() -> None:
        with Interrupts() as interrupts:
            interrupts.stop()
            seen.append(interrupts.happened)

    thread = threading.Thread(target=work)
    thread.start()
    thread.join(30)

    assert seen == [True]
