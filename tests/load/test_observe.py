"""A user's own Locust file, run as it is."""

from __future__ import annotations

from pathlib import Path
from textwrap import dedent

import pytest
from support.loads import App, Ran, Run, make_orders

from brownout.calls import canary
from brownout.orders import PhaseSpan
from brownout.profile import Load, Profile

pytestmark = [pytest.mark.e2e, pytest.mark.starts]

OWN = """
    from locust import FastHttpUser, HttpUser, LoadTestShape, constant, task

    TEXT = {"conversation": "own", "text": "why?"}


    class Chatter(HttpUser):
        wait_time = constant(0.1)

        @task
        def ask(self):
            canary = {"canary": "%(mark)s", "step": "ask"}
            self.client.post("/whole/chat", json=TEXT, context=canary)
            self.client.post("/broken/chat", json=TEXT)
            self.client.post("/busy/chat", json=TEXT)
            self.client.get("/", context={"asks": False})


    class Fast(FastHttpUser):
        wait_time = constant(0.1)

        @task
        def ask(self):
            self.client.post("/whole/chat", json=TEXT)
            self.client.post("/broken/chat", json=TEXT)
            self.client.post("/closes/chat", json=TEXT)
            with self.client.post("/half/chat", json=TEXT, catch_response=True) as answer:
                answer.failure("it is only half")


    class Waiter(FastHttpUser):
        wait_time = constant(0.1)
        network_timeout = 0.3

        @task
        def ask(self):
            self.client.post("/hangs/chat", json=TEXT)


    class Lost(HttpUser):
        @task
        def ask(self):
            self.client.get("http://127.0.0.1:9/")


    class Forever(LoadTestShape):
        def tick(self):
            return 1, 1
"""
MARK = canary.make(1, "own", 0, 0, 0)


@pytest.fixture(scope="module")
def ran(app: App, run: Run, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("own")
    (folder / "own_locustfile.py").write_text(dedent(OWN % {"mark": MARK}), encoding="utf-8")
    load = Load(users=4, arrive=100)
    profile = Profile(name="own", url=app.url, locustfile="own_locustfile.py", load=load)
    phases = (PhaseSpan(name="calm", impact="operational", start=0.0, end=3.2),)
    return run(make_orders(folder, app.url, profile, phases=phases))


def seen(ran: Ran, journey: str) -> dict[str, set[str]]:
    steps: dict[str, set[str]] = {}
    for row in ran.of("journey", journey):
        steps.setdefault(row["step"], set()).add(row["outcome"])
    return steps


def test_the_load_did_its_work_in_silence(ran: Ran) -> None:
    assert (ran.code, ran.stdout, ran.stderr) == (0, "", "")


def test_every_request_is_a_row_of_its_users_class(ran: Ran) -> None:
    assert seen(ran, "Chatter") == {
        "ask": {"ok"},
        "POST /broken/chat": {"error"},
        "POST /busy/chat": {"refused"},
        "GET /": {"ok"},
    }
    assert seen(ran, "Fast") == {
        "POST /whole/chat": {"ok"},
        "POST /broken/chat": {"error"},
        "POST /closes/chat": {"cut"},
        "POST /half/chat": {"error"},
    }
    assert seen(ran, "Waiter") == {"POST /hangs/chat": {"hung"}}
    assert seen(ran, "Lost") == {"GET /": {"unreachable"}}


def test_the_context_ties_a_request_to_its_canary(ran: Ran) -> None:
    rows = [row for row in ran.of("journey", "Chatter") if row["step"] == "ask"]
    assert rows
    assert all(row["canary"] == MARK and row["acknowledged"] for row in rows)
    assert {row["asks"] for row in ran.of("journey", "Chatter") if row["step"] == "GET /"} == {False}


def test_leaks_are_seen_in_the_answers_of_either_client(ran: Ran) -> None:
    for journey in ("Chatter", "Fast"):
        leaks = [row["leaks"] for row in ran.of("journey", journey) if row["step"] == "POST /broken/chat"]
        assert leaks
        assert all(names == ["exception_name", "traceback"] for names in leaks)


def test_the_timeline_rules_and_not_the_files_own_shape(ran: Ran) -> None:
    assert max(row["users"] for row in ran.of("users")) == 4
    assert max(row["t"] for row in ran.of("journey")) - ran.zero < 3.2 + 1


def test_each_row_is_one_of_a_kind(ran: Ran) -> None:
    keys = [(row["journey"], row["user"], row["iteration"], row["turn"]) for row in ran.of("journey")]
    assert len(keys) == len(set(keys))


def test_more_users_come_during_an_outage(app: App, run: Run, tmp_path: Path) -> None:
    (tmp_path / "own_locustfile.py").write_text(
        dedent(
            """
            from locust import HttpUser, constant, task


            class Looker(HttpUser):
                wait_time = constant(0.1)

                @task
                def look(self):
                    self.client.get("/")
            """
        ),
        encoding="utf-8",
    )
    phases = (
        PhaseSpan(name="calm", impact="operational", start=0.0, end=1.5),
        PhaseSpan(name="out", impact="major_outage", start=1.5, end=5.0),
    )
    load = Load(users=1, arrive=100, surge=3)
    profile = Profile(name="own", url=app.url, locustfile="own_locustfile.py", load=load)
    ran = run(make_orders(tmp_path, app.url, profile, phases=phases))
    assert ran.code == 0
    counts = [(row["t"] - ran.zero, row["users"]) for row in ran.of("users")]
    assert {users for at, users in counts if at < 1.4} <= {0, 1}
    assert max(users for at, users in counts if at > 1.5) == 3
