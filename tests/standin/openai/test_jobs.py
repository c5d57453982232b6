"""What a batch's file may hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from brownout.standin.openai.jobs import MAX_LINES, read_lines


def test_lines_are_requests() -> None:
    lines, problems = read_lines(b'{"custom_id": "a", "body": {}}\n\n{"custom_id": "b", "body": {"k": 1}}')
    assert [line["custom_id"] for line in lines] == ["a", "b"]
    assert problems == ()


def test_what_is_wrong_is_told_by_line() -> None:
    _, problems = read_lines(b'{"custom_id": "a"}\n[]\n{"body": {}}\n')
    assert [(problem["line"], problem["code"]) for problem in problems] == [
        (1, "invalid_json_line"),
        (2, "invalid_json_line"),
        (3, "missing_required_parameter"),
    ]
    assert [problem["code"] for problem in read_lines(b"\n")[1]] == ["empty_file"]


def test_too_many_requests_are_refused() -> None:
    whole = b"\n".join(b'{"custom_id": "%d", "body": {}}' % number for number in range(MAX_LINES + 1))
    assert [problem["code"] for problem in read_lines(whole)[1]] == ["too_many_requests"]


@given(st.binary(max_size=200))
def test_no_file_is_too_strange(data: bytes) -> None:
    lines, problems = read_lines(data)
    assert lines or problems
