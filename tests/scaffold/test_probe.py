"""Questions to an application, one after the other, until an answer is understood."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from brownout.drill.ports import free_port
from brownout.scaffold.probe import ask, ask_all, question
from brownout.scaffold.request import Opening, Request

WORDS = {"message": "{{ message }}"}


class _Application(BaseHTTPRequestHandler):
    asked: list[tuple[str, str, bytes]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append((self.path, self.headers["Content-Type"], body))
        status, headers, said = {
            "/chat/": (200, {"Content-Type": "application/json"}, '{"reply": "You said: hello [end of answer]"}'),
            "/chat": (307, {"Location": "/chat/"}, ""),
            "/session": (201, {"Content-Type": "application/json"}, '{"data": {"session_id": "s-1"}}'),
            "/session/s-1/say": (200, {"Content-Type": "application/json"}, '{"reply": "hello [end of answer]"}'),
            "/vague": (200, {"Content-Type": "application/json"}, '{"reply": "hm"}'),
        }.get(self.path, (404, {}, ""))
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(said.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    _Application.asked = []
    with ThreadingHTTPServer(("127.0.0.1", 0), _Application) as made:
        thread = threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield made
        made.shutdown()
        thread.join()


def url_of(server: ThreadingHTTPServer) -> str:
    return f"http://127.0.0.1:{server.server_port}"


def test_asking_ends_with_the_answer_that_is_understood_and_a_path_that_is_missing_is_asked_once(
    server: ThreadingHTTPServer,
) -> None:
    requests = (
        Request("/gone", WORDS),
        Request("/gone", {"text": "{{ message }}"}),
        Request("/vague", WORDS),
        Request("/vague", WORDS),
        Request("/chat", WORDS),
        Request("/vague", {"text": "{{ message }}"}),
    )
    answers = ask_all(url_of(server), requests, lambda last: False)

    assert [path for path, _, _ in _Application.asked] == ["/gone", "/vague", "/chat", "/chat/"]
    assert [came.status for came in answers] == [200, 200, 404]
    assert answers[0].request == Request("/chat/", WORDS)  # where it was led to, and will be asked again
    assert answers[0].reply == {"json": "reply"}
    assert [came.reply for came in answers[1:]] == [None, None]


def test_who_is_told_what_came_last_may_end_it(server: ThreadingHTTPServer) -> None:
    answers = ask_all(
        url_of(server),
        (Request("/vague", WORDS), Request("/chat", WORDS)),
        lambda last: last is not None and last.taken,
    )

    assert [came.request.path for came in answers] == ["/vague"]


def test_a_question_bears_a_canary_of_its_own_in_the_form_that_is_wanted(server: ThreadingHTTPServer) -> None:
    first, second = ask(url_of(server), Request("/a", WORDS), 0), ask(url_of(server), Request("/a", WORDS, "form"), 1)

    assert first.canary != second.canary == question(1)["canary"]
    (_, plain, body), (_, form, fields) = _Application.asked
    assert (plain, form) == ("application/json", "application/x-www-form-urlencoded")
    assert first.canary in json.loads(body)["message"]
    assert second.canary.encode() in fields


def test_an_application_that_is_gone_gives_no_answer_and_the_reason() -> None:
    came = ask(f"http://127.0.0.1:{free_port()}", Request("/chat", WORDS), 0)

    assert (came.status, came.taken, came.reply) == (0, False, None)
    assert "POST /chat" in came.in_words
    assert "refused" in came.in_words


def test_a_request_that_cannot_be_filled_in_is_not_sent_and_the_reason_is_told(server: ThreadingHTTPServer) -> None:
    came = ask(url_of(server), Request("/chat", {**WORDS, "template": "Answer {{ question }}"}), 0)

    assert "'question' is undefined" in came.in_words
    assert not _Application.asked


def test_a_path_is_filled_in_by_what_the_step_before_it_answers(server: ThreadingHTTPServer) -> None:
    request = Request("/session/{{ sid }}/say", WORDS, opening=Opening("/session", "sid", body={"language": "en"}))
    came = ask(url_of(server), request, 0)

    assert [(path, json.loads(body)) for path, _, body in _Application.asked] == [
        ("/session", {"language": "en"}),
        ("/session/s-1/say", {"message": question(0)["message"]}),
    ]
    assert came.reply == {"json": "reply"}
    assert came.request.path == request.path
    assert came.request.opening == Opening("/session", "sid", "data.session_id", {"language": "en"})


@pytest.mark.parametrize(
    ("path", "word"), [("/chat/", "and nothing in it sounds like user_id"), ("/gone", "POST /gone {}: HTTP 404")]
)
def test_where_the_step_before_fails_nothing_is_asked_and_that_is_told(
    path: str, word: str, server: ThreadingHTTPServer
) -> None:
    came = ask(url_of(server), Request(f"{path}/{{{{ user_id }}}}", WORDS, opening=Opening(path, "user_id")), 0)

    assert len(_Application.asked) == 1
    assert (came.status, came.reply) == (0, None)
    assert word in came.in_words
