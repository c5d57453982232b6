from __future__ import annotations

import io
import json
import socket
from urllib.parse import urljoin, urlsplit

import pytest
import requests
from support.loads import App

from brownout.load.browser import Session, send
from brownout.load.reading import Received
from brownout.load.scene import Outgoing
from brownout.load.shown_reply import ShownReply
from brownout.profile import Read

pytestmark = [pytest.mark.e2e, pytest.mark.starts]
SSE = Read(sse="delta", error="error")


def ask(app: App, mode: str, session: Session | None = None, read: Read | None = None) -> tuple[Received, ShownReply]:
    body = json.dumps({"conversation": mode, "text": "why?"}).encode()
    outgoing = Outgoing("POST", f"/{mode}/chat", {"Content-Type": "application/json"}, body)
    reply = ShownReply(read)
    received = send(session or Session(), outgoing, f"{app.url}{outgoing.path}", reply, 10.0)
    reply.close()
    return received, reply


def test_a_whole_answer(app: App) -> None:
    received, reply = ask(app, "whole")
    assert (received.ending, received.status, received.first_text) == ("whole", 200, None)
    assert received.headers["content-type"] == "application/json"
    assert reply.document["reply"].startswith("You said: why?")


def test_an_error_keeps_its_status_and_body(app: App) -> None:
    received, reply = ask(app, "broken")
    assert (received.ending, received.status) == ("whole", 500)
    assert b"Traceback" in reply.body


def test_the_first_text_of_a_stream_comes_before_its_end(app: App) -> None:
    received, reply = ask(app, "streams", read=SSE)
    assert received.ending == "whole"
    assert received.first_text is not None
    assert 0 < received.first_text < received.duration
    assert reply.text.startswith("You said: why?")


@pytest.mark.parametrize("mode", ["cuts", "short", "closes", "resets"])
def test_an_answer_that_breaks_off_is_cut_and_keeps_what_came(app: App, mode: str) -> None:
    received, reply = ask(app, mode, read=SSE)
    assert received.ending == "cut"
    assert received.status == (None if mode == "closes" else 200)
    assert (len(reply.body) > 0) == (mode != "closes")
    assert ("before any answer" if mode == "closes" else "before the end of the answer") in received.why


def test_where_nobody_listens_is_unreachable() -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}/"
        received = send(Session(), Outgoing("GET", "/", {}), url, ShownReply(None), 10.0)
    assert (received.ending, received.status, received.why) == (
        "unreachable",
        None,
        "no connection: connection refused",
    )


def test_a_request_that_cannot_be_made_is_unreachable_and_says_why() -> None:
    received = send(Session(), Outgoing("GET", "/", {"X": "a\nb"}), "http://127.0.0.1:1/", ShownReply(None), 10.0)
    assert received.ending == "unreachable"
    assert "no request that can be sent" in received.why


def test_a_user_keeps_cookies(app: App) -> None:
    session = Session()
    ask(app, "cookie", session)
    ask(app, "cookie", session)
    ask(app, "cookie")
    assert app.cookies[-3:] == [None, "user=7", None]


def test_redirects_are_followed_within_the_application_only(app: App) -> None:
    within = send(Session(), Outgoing("GET", "/within", {}), f"{app.url}/within", ShownReply(None), 10.0)
    elsewhere = send(Session(), Outgoing("GET", "/elsewhere", {}), f"{app.url}/elsewhere", ShownReply(None), 10.0)
    assert (within.status, elsewhere.status) == (200, 302)


def test_a_redirect_is_followed_on_a_connection_of_its_own(app: App) -> None:
    """The server closes the first one as it was asked to: whoever uses it again is sometimes cut off."""
    outgoing, url = Outgoing("GET", "/within", {}), f"{app.url}/within"
    statuses = {send(Session(), outgoing, url, ShownReply(None), 10.0).status for _ in range(50)}

    assert statuses == {200}


@pytest.mark.parametrize("target", ["http://[", "//example.com/", "/\\example.com", "file:///etc/passwd", "http:\\\\x"])
def test_whatever_a_redirect_names_is_no_other_host(target: str) -> None:
    answer = requests.Response()
    answer.status_code, answer.url, answer.headers["location"] = 302, "http://127.0.0.1:8000/ask", target
    answer.raw = io.BytesIO()

    leads = Session().get_redirect_target(answer)

    assert leads is None or urlsplit(urljoin(answer.url, leads)).netloc == "127.0.0.1:8000"
