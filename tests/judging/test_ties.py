"""Calls that carry no canary, tied to the question for which the platform made what they name."""

from __future__ import annotations

from typing import Any

from support.journals import Handwritten

A, B = "bo-aaaaaaaaaaaa", "bo-bbbbbbbbbbbb"


def _post(drill: Handwritten, t: float, path: str, canary: str | None = None, made: str = "", **more: Any) -> None:
    drill.exchange(t, canary, service="openai.x", path=path, made=[made] if made else [], **more)


def _get(drill: Handwritten, t: float, path: str, **more: Any) -> None:
    drill.exchange(t, None, service="openai.x", path=path, method="GET", **more)


def _canaries(drill: Handwritten) -> list[str | None]:
    return [row["canary"] for row in drill.record().rows("SELECT canary FROM exchange ORDER BY t, id")]


def test_the_polls_of_a_background_response_belong_to_its_question(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/responses", A, "resp_a")
    _post(drill, 2, "/v1/responses", B, "resp_b")
    _get(drill, 3, "/v1/responses/resp_a")
    _get(drill, 4, "/v1/responses/resp_b")
    _post(drill, 5, "/v1/responses/resp_a/cancel")

    assert _canaries(drill) == [A, B, A, B, A]


def test_a_call_says_whether_it_was_tied(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/responses", A, "resp_a")
    _get(drill, 3, "/v1/responses/resp_a")

    tied = [row["tied"] for row in drill.record().rows("SELECT tied FROM exchange ORDER BY t")]

    assert tied == [False, True]


def test_of_a_file_a_batch_and_of_a_batch_its_results(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/files", A, "file-in")
    _post(drill, 2, "/v1/batches", None, "batch_1", names=["file-in"])
    _get(drill, 3, "/v1/batches/batch_1")
    _get(drill, 4, "/v1/batches/batch_1", made=["file-out"])
    _get(drill, 5, "/v1/files/file-out/content")

    assert _canaries(drill) == [A] * 5


def test_a_run_belongs_to_what_was_said_last_in_its_thread(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/threads", None, "thread_1")
    _post(drill, 2, "/v1/threads/thread_1/messages", A, "msg_1")
    _post(drill, 3, "/v1/threads/thread_1/runs", None, "run_1")
    _get(drill, 4, "/v1/threads/thread_1/runs/run_1")
    _post(drill, 5, "/v1/threads/thread_1/messages", B, "msg_2")
    _post(drill, 6, "/v1/threads/thread_1/runs", None, "run_2")
    _get(drill, 7, "/v1/threads/thread_1/runs/run_2")
    _get(drill, 8, "/v1/threads/thread_1/runs/run_1")

    assert _canaries(drill) == [None, A, A, A, B, B, B, A]


def test_who_looks_at_a_conversation_long_after_its_question_is_over_is_nobody(drill: Handwritten) -> None:
    _post(drill, 1, "/v3/directline/conversations", None, "conv_1")
    drill.ask(2, canary=A, duration=2.0)
    _post(drill, 2, "/v3/directline/conversations/conv_1/activities", A)
    _get(drill, 3, "/v3/directline/conversations/conv_1/activities")
    _get(drill, 9, "/v3/directline/conversations/conv_1/activities")

    assert _canaries(drill) == [None, A, A, None]


def test_a_conversation_that_is_named_in_a_body_counts_as_one_in_a_path(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/conversations", None, "conv_1")
    _post(drill, 2, "/v1/responses", A, "resp_1", names=["conv_1"])
    _get(drill, 3, "/v1/conversations/conv_1/items")

    assert _canaries(drill) == [None, A, A]


def test_a_name_of_google_ends_in_its_id(drill: Handwritten) -> None:
    _post(drill, 1, "/upload/v1beta/files", A, "abc123")
    _get(drill, 2, "/v1beta/files/abc123")
    _get(drill, 3, "/v1beta/files/abc123:download")

    assert _canaries(drill) == [A, A, A]


def test_an_id_that_two_questions_were_given_belongs_to_neither(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/responses", A, "resp_x")
    _post(drill, 2, "/v1/responses", B, "resp_x")
    _get(drill, 3, "/v1/responses/resp_x")

    assert _canaries(drill) == [A, B, None]


def test_what_names_nothing_that_was_made_stays_nobodys(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/responses", A, "resp_a")
    _get(drill, 2, "/v1/models")
    _get(drill, 3, "/v1/responses/resp_unknown")
    _post(drill, 4, "/v1/chat/completions")

    assert _canaries(drill) == [A, None, None, None]


def test_a_place_that_everybody_calls_ties_nobody(drill: Handwritten) -> None:
    _post(drill, 1, "/v25.0/106540352242922/messages", A, "wamid.1")
    _post(drill, 2, "/v25.0/106540352242922/messages")

    assert _canaries(drill) == [A, None]


def test_a_journal_that_names_no_ids_is_read_as_it_is(drill: Handwritten) -> None:
    _post(drill, 1, "/v1/responses", A, made="")
    _get(drill, 2, "/v1/responses/resp_a")

    record = drill.record()

    assert record.value("SELECT count(*) FROM exchange WHERE tied") == 0
    assert record.value("SELECT count(*) FROM exchange WHERE canary IS NULL") == 1
