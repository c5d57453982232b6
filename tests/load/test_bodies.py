"""What a request has for a body."""

from __future__ import annotations

from email.message import Message
from email.parser import BytesParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import pytest

from brownout.load.bodies import body_of, flaws, templates
from brownout.profile import Step

NAMES = {"message": "Grüße & Küsse = 1", "user": 3}


def step(**body: Any) -> Step:
    return Step.model_validate({"name": "ask", "post": "/ask", **body})


def parts(body: bytes | None, kind: str | None) -> dict[str, Message]:
    message = BytesParser().parsebytes(f"content-type: {kind}\r\n\r\n".encode() + (body or b""))
    return {
        str(part.get_param("name", header="content-disposition")): part
        for part in message.walk()
        if part.get_filename() or part.get_param("name", header="content-disposition")
    }


def test_a_form_is_sent_as_a_page_sends_it() -> None:
    body, kind = body_of(step(form={"text": "{{ message }}", "tag": ["a", "b"]}), NAMES, Path())

    assert kind == "application/x-www-form-urlencoded"
    assert parse_qs((body or b"").decode("ascii")) == {"text": ["Grüße & Küsse = 1"], "tag": ["a", "b"]}


def test_a_form_with_files_has_a_part_for_each(tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"\x89PNG")
    files = {"photo": {"file": "photo.png"}, "raw": {"file": "photo.png", "type": "application/x-raw"}}
    found = parts(*body_of(step(multipart={"text": "{{ message }}", **files}), NAMES, tmp_path))

    assert {name: part.get_content_type() for name, part in found.items()} == {
        "text": "text/plain",
        "photo": "image/png",
        "raw": "application/x-raw",
    }
    assert found["text"].get_payload(decode=True) == "Grüße & Küsse = 1".encode()
    assert (found["photo"].get_filename(), found["photo"].get_payload(decode=True)) == ("photo.png", b"\x89PNG")


def test_json_is_as_ever_and_nothing_is_nothing() -> None:
    assert body_of(step(json={"user": "{{ user }}"}), NAMES, Path()) == (b'{"user": "3"}', "application/json")
    assert body_of(step(), NAMES, Path()) == (None, None)


def test_templates_are_named_where_they_stand(tmp_path: Path) -> None:
    assert list(templates(step(form={"a": "{{ user }}"})))[1:] == [(("form",), {"a": "{{ user }}"})]
    both = step(multipart={"a": "{{ user }}", "b": {"file": "x"}})
    assert list(templates(both))[1:] == [(("multipart", "a"), "{{ user }}")]


def test_a_file_that_is_not_there_is_said_before_the_drill(tmp_path: Path) -> None:
    asks = step(multipart={"photo": {"file": "none.png"}})
    assert list(flaws(asks, tmp_path)) == [(("multipart", "photo"), f"no such file: {tmp_path / 'none.png'}")]
    with pytest.raises(ValueError, match="No such file"):
        body_of(asks, NAMES, tmp_path)
