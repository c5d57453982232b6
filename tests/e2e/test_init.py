"""From ``brownout init`` to the first verdict, in folders that brownout has never seen."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import Desk, a_desk, scenario
from support.folders import write_files
from support.unknown_apps import FASTAPI, FLASK, PLAIN

from brownout.drill.ports import free_port
from brownout.library.library import load_profile
from brownout.profile import Step

pytestmark = pytest.mark.e2e


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """A folder of its own, without a profile."""
    with a_desk(tmp_path) as made:
        (tmp_path / "brownout.yaml").unlink()
        yield made


def step_of(desk: Desk) -> Step:
    return load_profile(desk.folder).journeys["chat"].steps[0]


def drilled(desk: Desk, *rules: dict[str, Any]) -> dict[str, Any]:
    """The result of a short outage against what init wrote: the first verdict."""
    desk.write("short.yaml", scenario(*rules))
    desk.brownout("run", "short.yaml", "--out", "out")
    assert desk.survivors() == []
    return desk.result()


def test_a_streaming_chat_on_fastapi_is_understood_and_its_first_outage_has_a_verdict(desk: Desk) -> None:
    write_files(desk.folder, FASTAPI)
    done = desk.brownout("init", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "next: brownout run chatgpt-2026-02-03 --app brownout.yaml"
    step = step_of(desk)
    assert (step.post, step.json_, step.reply and step.reply.sse) == ("/v1/ask", {"prompt": "{{ message }}"}, "token")

    # A fault that its SDK does not repeat: so many questions fail in three seconds, on whatever machine.
    result = drilled(desk, {"fault": "auth_error", "on": "openai.chat", "share": "100%"})
    verdicts = {verdict["check"]: verdict["status"] for verdict in result["verdicts"]}
    assert (result["outcome"], verdicts["injection_proof"]) == ("completed", "HELD")
    assert result["status"] in ("BROKEN", "UNKNOWN")  # UNKNOWN where the machine had too much else to do
    assert result["outcomes"].get("ok", 0) < sum(result["outcomes"].values()) / 2


@pytest.mark.heavy
def test_a_flask_application_that_posts_to_the_platform_itself_is_intercepted(desk: Desk) -> None:
    write_files(desk.folder, FLASK)
    done = desk.brownout("init", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "its calls came through the proxy (intercept): anthropic.messages" in done.stdout
    assert done.stdout.splitlines()[-1] == "next: brownout run anthropic-overload --app brownout.yaml"
    assert load_profile(desk.folder).connect == "intercept"
    step = step_of(desk)
    assert (step.post, step.reply and step.reply.json_) == ("/api/talk", "data.answer")

    result = drilled(desk, {"fault": "overloaded", "on": "anthropic.messages", "share": "100%"})
    assert result["outcomes"]["refused"] > 0
    assert set(result["outcomes"]) <= {"refused", "ok"}  # who asks last may be answered when it is over
    verdicts = {verdict["check"]: verdict["status"] for verdict in result["verdicts"]}
    assert verdicts["injection_proof"] == "HELD"
    assert verdicts["no_hang"] in ("HELD", "UNKNOWN")  # as above


@pytest.mark.heavy
def test_an_application_with_a_port_of_its_own_is_found_there_and_a_taken_port_is_named(desk: Desk) -> None:
    port = free_port()
    write_files(desk.folder, {**PLAIN, "port.txt": str(port)})
    done = desk.brownout("init", "--yes")

    assert done.returncode == 0, done.stdout + done.stderr
    assert load_profile(desk.folder).url == f"http://127.0.0.1:{port}"
    assert desk.survivors() == []

    with socket.create_server(("127.0.0.1", port)):
        done = desk.brownout("init", "--yes", "--force")

    assert done.returncode == 4
    assert (
        "the application did not start: it exited with code 1; its port is taken: stop the other program" in done.stderr
    )
    assert "Address already in use" in done.stderr  # its last words
    assert "correct start there, then: brownout doctor --app brownout.yaml" in done.stderr
    assert load_profile(desk.folder).start is not None


def test_an_answer_that_nobody_understands_is_no_success_and_says_what_came(desk: Desk) -> None:
    shouting = PLAIN["serve.py"].replace('["content"]})', '["content"].upper()})')
    write_files(desk.folder / "below", {**PLAIN, "serve.py": shouting, "port.txt": str(free_port())})
    done = desk.brownout("init", "--yes")

    assert done.returncode == 3, done.stderr
    start = load_profile(desk.folder).start
    assert start is not None
    assert start.cwd == "below"  # started there, too: it found its port.txt
    assert 'asked POST /chat {"message": "{{ message }}"}: HTTP 200, {"text": "YOU SAID' in done.stdout
    assert "not found out: where in its answer the words are" in done.stdout
    assert "its calls came through the proxy (base_url): openai.chat" in done.stdout
    assert done.stdout.splitlines()[-1] == "next: correct it, then: brownout doctor --app brownout.yaml"
