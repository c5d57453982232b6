"""The application under test as a process."""

from __future__ import annotations

import json
import socket
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from support.drills import PROFILE, SMALL_APP

from brownout.drill.application import Application, answers
from brownout.drill.environment import Reach
from brownout.drill.ports import free_port
from brownout.drill.processes import Family
from brownout.errors import HarnessError
from brownout.profile import Profile

REACH = Reach(1, Path("ca.pem"), Path("bundle.pem"))


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(int(self.path.strip("/")))
            self.send_header("content-length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as found:
        thread = Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


def _application(tmp_path: Path, **more: Any) -> Application:
    return Application(Profile.model_validate({**PROFILE, **more}), tmp_path / "app")


def _start(**more: Any) -> dict[str, Any]:
    return {"command": ["{python}", str(SMALL_APP), "{port}"], **more}


def _never() -> bool:
    return False


def test_it_gets_a_free_port_and_is_waited_for(tmp_path: Path, family: Family) -> None:
    application = _application(tmp_path)
    application.start(family, REACH, {})
    application.wait_until_ready(_never)

    assert application.url == f"http://127.0.0.1:{application.port}"
    assert answers(application.url)


def test_what_it_finds_is_what_the_profile_says(tmp_path: Path, family: Family) -> None:
    code = "import json, os, sys; print(json.dumps([os.environ['DB'], os.environ['OPENAI_BASE_URL'], sys.argv[1]]))"
    start = {"command": ["{python}", "-c", code, "{proxy_url}"], "env": {"DB": "{scratch}/chat.db"}}
    application = _application(tmp_path, start=start)
    application.start(family, REACH, {})
    assert application.child is not None
    assert application.child.wait(30)

    expected = [f"{tmp_path}/app/chat.db", "http://127.0.0.1:1/openai/v1", "http://127.0.0.1:1"]
    assert json.loads(application.child.log.read_text()) == expected
    assert (tmp_path / "app").is_dir()


def test_one_that_exits_is_named_with_the_end_of_its_log(tmp_path: Path, family: Family) -> None:
    start = {"command": [sys.executable, "-c", "import sys; print('reading settings'); sys.exit('no DATABASE_URL')"]}
    application = _application(tmp_path, start=start)
    application.start(family, REACH, {})

    with pytest.raises(HarnessError) as refused:
        application.wait_until_ready(_never)

    assert "the application exited with code 1 before it was ready" in str(refused.value)
    assert "no DATABASE_URL" in str(refused.value)
    assert str(tmp_path / "logs" / "application.log") in str(refused.value)


def test_one_that_never_listens_is_told_so(tmp_path: Path, family: Family) -> None:
    deaf = _application(
        tmp_path, start={"command": [sys.executable, "-c", "import time; time.sleep(60)"], "timeout": "100ms"}
    )
    deaf.start(family, REACH, {})

    with pytest.raises(HarnessError, match=r"did not answer at .* within 100ms: it does not listen"):
        deaf.wait_until_ready(_never)


def test_one_that_answers_with_errors_is_not_ready(tmp_path: Path, family: Family, server: ThreadingHTTPServer) -> None:
    url = f"http://127.0.0.1:{server.server_port}"
    start = {"command": [sys.executable, "-c", "import time; time.sleep(60)"], "ready": f"{url}/503", "timeout": "1s"}
    application = _application(tmp_path, start=start)
    application.start(family, REACH, {})

    with pytest.raises(HarnessError, match=r"did not answer at http://.*/503 within 1s"):
        application.wait_until_ready(_never)


def test_below_500_is_ready(server: ThreadingHTTPServer) -> None:
    found = {code: answers(f"http://127.0.0.1:{server.server_port}/{code}") for code in (200, 204, 404, 401, 500, 503)}

    assert found == {200: True, 204: True, 404: True, 401: True, 500: False, 503: False}


def test_a_port_of_the_profiles_own_that_is_taken_is_refused(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        application = _application(tmp_path, url=f"http://127.0.0.1:{port}")

        with pytest.raises(HarnessError, match=rf"port {port} .* is in use .* write \{{port\}} instead"):
            application.require_sound(_never)


def test_one_that_should_be_running_and_is_not_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("brownout.drill.application.SHORT_WAIT", 0.1)
    url = f"http://127.0.0.1:{free_port()}"
    application = _application(tmp_path, start=None, url=url)

    with pytest.raises(HarnessError, match=f"nothing answers at {url}; start the application first"):
        application.require_sound(_never)


def test_a_command_may_be_one_text(tmp_path: Path, family: Family) -> None:
    application = _application(tmp_path, start={"command": f"'{{python}}' {SMALL_APP} {{port}}"})
    application.start(family, REACH, {})
    application.wait_until_ready(_never)

    assert answers(application.url)
