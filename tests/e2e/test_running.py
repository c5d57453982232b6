"""Drills of an application that runs already and calls the platform by its own name: it was told of the CA once."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, SMALL_APP, Desk, a_desk, scenario
from support.proxies import wait_until

from brownout.drill.application import answers
from brownout.drill.environment import CA_VARIABLES
from brownout.drill.ports import free_port

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


@contextmanager
def _running(**environment: str) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The small application, started by its owner; gives its address, and its process."""
    port = free_port()
    inherited = {name: value for name, value in os.environ.items() if name not in (*CA_VARIABLES, "HTTPS_PROXY")}
    with subprocess.Popen([sys.executable, str(SMALL_APP), str(port)], env={**inherited, **environment}) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            wait_until(lambda: answers(url))
            yield url, process
        finally:
            process.kill()


def _profile(desk: Desk, url: str) -> None:
    own = {name: value for name, value in PROFILE.items() if name != "start"}
    desk.write("brownout.yaml", {**own, "url": url, "connect": "intercept"})


def _play(desk: Desk, url: str, port: int) -> dict[str, Any]:
    _profile(desk, url)
    desk.write("short.yaml", scenario(lasts="1500ms"))
    desk.brownout("run", "short.yaml", "--out", "out", "--port", str(port), timeout=90)
    return desk.result()


def test_one_that_was_told_of_the_ca_is_drilled_by_intercepting(desk: Desk) -> None:
    port = free_port()
    told = json.loads(desk.brownout("ca", "--json", "--port", str(port)).stdout)
    with _running(**told["environment"]) as (url, _):
        result = _play(desk, url, port)

    assert (result["status"], result["lead"]) == ("HELD", "")
    assert result["totals"]["exchanges"] >= result["totals"]["questions"] > 0


def test_one_that_was_not_is_told_that_it_does_not_trust_it(desk: Desk) -> None:
    port = free_port()
    with _running(HTTPS_PROXY=f"http://127.0.0.1:{port}") as (url, _):
        result = _play(desk, url, port)

    assert (result["status"], result["totals"]["exchanges"]) == ("UNKNOWN", 0)
    assert "The application does not trust the drill's certificate for api.openai.com" in result["lead"]
    assert "'brownout ca'" in result["lead"]


def test_one_that_is_gone_as_the_users_come_is_told_so_and_is_no_load_that_failed(desk: Desk) -> None:
    with _running() as (url, process):
        _profile(desk, url)
        desk.write("short.yaml", scenario(lasts="3s"))
        drill = desk.start("run", "short.yaml", "--out", "out", "--port", str(free_port()))
        desk.wait_for("drill")  # all is ready, and no user has begun
        process.kill()
        told, said = drill.communicate(timeout=60)

    result = desk.result()
    assert (drill.returncode, result["outcome"]) == (1, "completed"), said
    alive = result["verdicts"][0]
    assert (alive["check"], alive["status"]) == ("application_alive", "BROKEN")
    assert alive["finding"].startswith("The application was gone since ")
    assert {verdict["status"] for verdict in result["verdicts"][1:]} == {"UNKNOWN"}
    assert "s the application closed its port" in told + said
    assert "nobody could reach" not in result["why"] + result["lead"]
