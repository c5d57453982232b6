"""The few questions: each has a default, and what no profile can hold is refused in words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from brownout.scaffold.draft import Draft
from brownout.scaffold.questions import MOST_TRIES, Unfit, asked, where_the_words_are
from brownout.scaffold.request import Opening, Request
from brownout.scaffold.start import Start

DRAFT = Draft("shop", Start(("node", "a.js"), "package.json"), Request("/ask", {"text": "{{ message }}"}))


def typing(*answers: str | None) -> Callable[[str, str], str]:
    """Types these answers, one after the other; None takes the default."""
    left = list(answers)

    def ask(question: str, default: str) -> str:
        answer = left.pop(0)
        return default if answer is None else answer

    return ask


def noting(ask: Callable[[str, str], str]) -> tuple[Callable[[str, str], str], list[str]]:
    """The same, and the questions that were put."""
    questions: list[str] = []

    def noted(question: str, default: str) -> str:
        questions.append(question)
        return ask(question, default)

    return noted, questions


def test_taking_every_default_changes_nothing() -> None:
    assert asked(DRAFT, ("python",), typing(None, None, None)) == DRAFT
    assert where_the_words_are(DRAFT, typing(None)) == DRAFT


def test_what_is_typed_is_what_is_written() -> None:
    answers = ("python app.py --port 5000", "http://127.0.0.1:5000/", '/chat {"q": "{{ message }}", "n": 1}')
    draft = asked(DRAFT, (".venv/bin/python",), typing(*answers))

    assert draft.start is not None
    assert draft.start.command == (".venv/bin/python", "app.py", "--port", "{port}")
    assert (draft.url, draft.request) == ("http://127.0.0.1:5000", Request("/chat", {"q": "{{ message }}", "n": 1}))
    assert where_the_words_are(DRAFT, typing("sse: delta")).reply == {"sse": "delta"}


def test_a_path_may_hold_what_a_step_before_answers() -> None:
    body = '{"text": "{{ message }}"}'
    for typed in (f"POST /session/{{{{ sid }}}}/message {body}", f"/session/{{sid}}/message {body}"):
        request = asked(DRAFT, ("python",), typing(None, None, typed)).request
        assert request == Request(
            "/session/{{ sid }}/message", {"text": "{{ message }}"}, opening=Opening("/session", "sid")
        )
    known = replace(request, opening=Opening("/session/", "sid", body={"language": "en"}))
    draft = replace(DRAFT, request=known)
    assert asked(draft, ("python",), typing(None, None, f"/session/{{sid}}/message  {body}")).request == known


def test_an_application_that_runs_already_has_a_url_and_no_start() -> None:
    draft = asked(DRAFT, ("python",), typing("-", "http://127.0.0.1:5000", None))

    assert (draft.start, draft.url) == (None, "http://127.0.0.1:5000")


@pytest.mark.parametrize(
    ("before", "answer", "good", "after", "word"),
    [
        ((), "a | b", None, (None, None), "takes a shell"),
        (("-",), "", "http://127.0.0.1:5000", (None,), "is needed"),
        ((None,), "127.0.0.1:80", None, (None,), "http://127.0.0.1:{port}"),
        ((None, None), "/chat {", None, (), "is no JSON"),
        ((None, None), "", None, (), "is no JSON"),
        ((None, None), '/chat {"text": "hello"}', None, (), "{{ message }}"),
        ((None, None), '/chat/{{ a }}/{{ b }} {"text": "{{ message }}"}', None, (), "'a' is undefined"),
        ((None, None), '/chat {"text": "{{ message }}", "id": "{{ sid }}"}', None, (), "'sid' is undefined"),
        ((None, None), '/chat/{{ a {"text": "{{ message }}"}', None, (), "is no JSON"),
        ((None, None), 'chat {"text": "{{ message }}"}', None, (), "begins with /"),
        ((None, None), '/chat {"text": "{{ message }} {% if"}', None, (), "cannot be filled in"),
    ],
)
def test_what_no_profile_can_hold_is_asked_again_with_the_reason(
    before: tuple[str | None, ...], answer: str, good: str | None, after: tuple[str | None, ...], word: str
) -> None:
    ask, questions = noting(typing(*before, answer, good, *after))
    asked(DRAFT, ("python",), ask)

    reason, _, question = questions[len(before) + 1].partition("\n")
    assert word in reason
    assert question == questions[len(before)]


def test_nobody_is_asked_for_ever() -> None:
    ask, questions = noting(lambda question, default: "a | b")
    with pytest.raises(Unfit, match="takes a shell"):
        asked(DRAFT, ("python",), ask)

    assert len(questions) == MOST_TRIES


def test_the_fields_of_a_form_are_an_object() -> None:
    form = replace(DRAFT, request=Request("/chat", {"text": "{{ message }}"}, "form"))

    ask, questions = noting(typing(None, None, '/chat ["{{ message }}"]', None))
    asked(form, ("python",), ask)

    assert "object" in questions[3]


@pytest.mark.parametrize("answer", ["", "reply", "jsn: reply", "json: [", "- a"])
def test_a_place_that_is_none_is_asked_again(answer: str) -> None:
    ask, questions = noting(typing(answer, "json: text"))

    assert where_the_words_are(DRAFT, ask).reply == {"json": "text"}
    assert "says no place" in questions[1]
