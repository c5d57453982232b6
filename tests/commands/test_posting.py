"""``brownout report --to``: one message to a webhook that really listens."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.journals import Handwritten, rule
from support.loopback import Loopback, loopback

from brownout.cli import main
from brownout.commands import posting

Captured = pytest.CaptureFixture[str]
SECRET = "T00000000/B11111111/s3cr3tS3cr3t"
LINK = "https://ci.example/runs/7"


@pytest.fixture
def server() -> Iterator[Loopback]:
    """A webhook that takes what comes."""
    with loopback("openai") as running:
        running.answering = lambda _: (200, (("content-type", "text/plain"),), [b"ok"])
        yield running


def drill(folder: Path, *, good: bool) -> str:
    handwritten = Handwritten(folder)
    handwritten.drill |= {"rules": [rule()], "expect": [{"check": "success", "at_least": 0.5}]}
    handwritten.exchange(11, "bo-hit", "server_error", phase="outage")
    for user in range(20):
        handwritten.asks(11 + user / 4, ["ok" if good else "error"] * 4, every=2.0, iteration=user)
    handwritten.write()
    handwritten.close()
    return str(folder)


@pytest.fixture
def broken(tmp_path: Path) -> str:
    return drill(tmp_path / "broken", good=False)


@pytest.fixture
def held(tmp_path: Path) -> str:
    return drill(tmp_path / "held", good=True)


def url(server: Loopback) -> str:
    return f"{server.url}/services/{SECRET}?key={SECRET}"


def payload(server: Loopback) -> dict[str, Any]:
    (request,) = server.seen
    assert (request.method, request.headers["content-type"]) == ("POST", "application/json")
    assert (request.path, request.query) == (f"/services/{SECRET}", f"key={SECRET}")
    made = json.loads(request.body)
    assert isinstance(made, dict)
    return made


def test_slack_gets_one_message_and_the_code_is_the_drills(broken: str, server: Loopback, capsys: Captured) -> None:
    assert main(["report", broken, "--to", "slack-webhook", url(server), "--link", LINK]) == 1

    blocks = payload(server)["blocks"]
    assert blocks[0]["text"]["text"].startswith("BROKEN: shop in")
    assert any("BROKEN success" in block["text"]["text"] for block in blocks[1:-1])
    assert blocks[-1]["text"] == {"type": "mrkdwn", "text": f"<{LINK}|Open the report>"}
    out, err = capsys.readouterr()
    assert out == f"BROKEN  posted to slack-webhook at 127.0.0.1:{server.port}/…\n"
    assert err == ""
    assert [path.name for path in Path(broken).iterdir()] == ["journal"]


def test_teams_gets_a_card_at_the_url_of_a_variable(
    held: str, server: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TEAMS_URL", url(server))
    assert main(["report", held, "--to", "teams-webhook", "env:TEAMS_URL"]) == 0

    (attachment,) = payload(server)["attachments"]
    assert attachment["content"]["body"][0]["inlines"][0]["text"].startswith("HELD: shop in")
    assert attachment["content"]["actions"] == []


@pytest.mark.parametrize(("which", "code"), [("held", 4), ("broken", 1)])
def test_a_message_that_is_refused_is_told_and_hides_no_code(
    which: str, code: int, server: Loopback, request: pytest.FixtureRequest, capsys: Captured
) -> None:
    echo = f"no_service at {url(server)} {SECRET.split('/')[-1]} \x1b[31m{'x' * 5_000}".encode()
    server.answering = lambda _: (404, (), [echo])

    assert main(["report", request.getfixturevalue(which), "--to", "slack-webhook", url(server)]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"brownout: no message for slack-webhook at 127.0.0.1:{server.port}/…: HTTP 404: no_service")
    assert err.endswith(f"x. The drill itself is {which.upper()}.\n")
    assert not any(part in err for part in SECRET.split("/"))
    assert ("\x1b" in err, len(err) < 500) == (False, True)


def test_a_redirect_is_not_followed(broken: str, server: Loopback, capsys: Captured) -> None:
    server.answering = lambda _: (307, (("location", f"{server.url}/elsewhere"),), [])

    assert main(["report", broken, "--to", "slack-webhook", url(server)]) == 1
    assert "HTTP 307. The drill" in capsys.readouterr().err
    assert len(server.seen) == 1


def test_nobody_there_is_told_without_the_url(held: str, capsys: Captured) -> None:
    with socket.socket() as bound:  # and nobody listens
        bound.bind(("127.0.0.1", 0))
        place = f"http://user:pa55w0rd@127.0.0.1:{bound.getsockname()[1]}/{SECRET}"
        assert main(["report", held, "--to", "teams-webhook", place]) == 4

    err = capsys.readouterr().err
    assert "no connection: " in err
    assert SECRET not in err
    assert "pa55w0rd" not in err


def test_one_that_never_answers_is_given_up(held: str, monkeypatch: pytest.MonkeyPatch, capsys: Captured) -> None:
    monkeypatch.setattr(posting, "_PATIENCE", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        place = f"http://127.0.0.1:{silent.getsockname()[1]}/{SECRET}"
        assert main(["report", held, "--to", "slack-webhook", place]) == 4

    err = capsys.readouterr().err
    assert "no answer within 0.2 seconds" in err
    assert SECRET not in err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["--to", "slack-webhok", f"https://x/{SECRET}"],
            "did you mean 'slack-webhook'? allowed: slack-webhook",
        ),
        (["--to", f"https://x/{SECRET}", "slack-webhook"], "the first word must be the kind of webhook; allowed:"),
        (["--to", "slack-webhook", f"hooks.example/{SECRET}"], "the webhook is no URL; it must begin with https://"),
        (["--to", "slack-webhook", f"https://[{SECRET}"], "the webhook is no URL"),
        (["--to", "slack-webhook", "env:NOT_SET_ANYWHERE"], "the variable NOT_SET_ANYWHERE is not set, or empty"),
        (["--to", "slack-webhook", f"https://x/{SECRET}", "--link", "javascript:alert(1)"], "the link is no URL"),
        (["--to", "slack-webhook", f"https://x/{SECRET * 100}"], "and at most 2,000 characters"),
        (["--to", "slack-webhook", f"https://x/{SECRET}", "--json"], "posts a message and writes no report"),
        (["--link", LINK], "goes with --to alone"),
    ],
)
def test_what_cannot_be_meant_is_bad_input_and_repeats_no_secret(
    broken: str, words: list[str], message: str, capsys: Captured
) -> None:
    assert main(["report", broken, *words]) == 2

    err = " ".join(capsys.readouterr().err.split())
    assert message in err
    assert SECRET not in err
