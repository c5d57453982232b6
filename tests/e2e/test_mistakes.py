"""Mistakes that users make: each is one clear message and an exit code, and leaves no process."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        yield found


def _fails(desk: Desk, code: int, *arguments: str) -> str:
    """Run a drill that cannot work; returns the one message."""
    done = desk.brownout("run", "short.yaml", "--out", "out", *arguments)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert desk.survivors() == []
    return done.stderr


def _start(command: list[str], **more: Any) -> dict[str, Any]:
    return {**PROFILE, "start": {"command": command, **more}}


def test_a_mistake_in_a_scenario_is_told_with_its_place(desk: Desk) -> None:
    desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "shre": "30%"}))
    message = _fails(desk, 2)

    assert message.startswith("short.yaml:")
    assert "did you mean 'share'" in message
    assert len(message.splitlines()) == 1
    assert not desk.out.exists()


def test_a_mistake_in_the_profile_is_told_with_its_place(desk: Desk) -> None:
    desk.write("brownout.yaml", {**PROFILE, "jorneys": {}})
    message = _fails(desk, 2)

    assert message.startswith("brownout.yaml:")
    assert "did you mean 'journeys'" in message


def test_an_application_that_exits_is_told_with_its_last_words(desk: Desk) -> None:
    desk.write("brownout.yaml", _start(["{python}", "-c", "import sys; sys.exit('no DATABASE_URL')"]))
    message = _fails(desk, 4)

    assert message.startswith("brownout: the application exited with code 1 before it was ready")
    assert "no DATABASE_URL" in message
    assert message.count("brownout:") == 1
    assert desk.result()["outcome"] == "failed"


def test_a_program_that_does_not_exist_is_named(desk: Desk) -> None:
    desk.write("brownout.yaml", _start(["uvicrn", "app:app"]))

    assert "there is no program 'uvicrn'" in _fails(desk, 4)


def test_a_port_in_use_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = _fails(desk, 4, "--port", str(port))

    assert message.startswith(f"brownout: port {port} on 127.0.0.1 is in use")
    assert "choose another with --port" in message
    assert len(message.splitlines()) == 1


def test_several_proxies_cannot_count_together(desk: Desk) -> None:
    desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "limit": 3}))
    message = _fails(desk, 2, "--proxies", "2")

    assert "only.1.server_error in short counts calls" in message
    assert len(message.splitlines()) == 1


def test_a_locustfile_that_cannot_be_read_is_the_harness(desk: Desk) -> None:
    (desk.folder / "users.py").write_text("import nothing_of_this_name\n")
    profile = {name: value for name, value in PROFILE.items() if name != "journeys"}
    desk.write("brownout.yaml", {**profile, "locustfile": "users.py"})
    message = _fails(desk, 4)

    assert message.startswith("brownout: the load exited with code")
    assert "nothing_of_this_name" in message


def test_the_folder_of_an_earlier_drill_is_not_written_over(desk: Desk) -> None:
    (desk.out / "journal").mkdir(parents=True)
    (desk.out / "journal" / "drill.jsonl").touch()

    assert _fails(desk, 2) == "out: holds an earlier drill; choose another folder with --out\n"
