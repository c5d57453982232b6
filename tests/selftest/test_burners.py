"""Programs that burn CPU are there for as long as they are wanted."""

from __future__ import annotations

import psutil
import pytest

from brownout.selftest.burners import burning


def test_they_run_meanwhile_and_are_gone_afterwards_whatever_happened() -> None:
    running: list[int] = []

    def interrupted() -> None:
        with burning(2) as burners:
            running.extend(burner for burner in burners if psutil.pid_exists(burner))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert len(running) == 2
    assert not any(psutil.pid_exists(burner) for burner in running)


def test_none_is_none() -> None:
    with burning(0) as running:
        assert running == []
