"""Forms as clients send them, and whatever else may come."""

from __future__ import annotations

import httpx
from hypothesis import given
from hypothesis import strategies as st

from brownout.dialects.multipart import Form, Upload, form_of
from brownout.exchange import Request

FORM = "multipart/form-data; boundary=b"


def request(body: bytes, content_type: str = FORM) -> Request:
    return Request("POST", "api.openai.com", "/v1/files", headers={"content-type": content_type}, body=body)


def sent(data: dict[str, str], name: str, content: bytes) -> Form:
    """A form through a real client's encoder."""
    made = httpx.Request("POST", "http://localhost/", data=data, files={"file": (name, content, "text/x")})
    return form_of(request(made.read(), made.headers["content-type"]))


@given(content=st.binary(max_size=300), purpose=st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_what_a_client_encodes_comes_back(content: bytes, purpose: str) -> None:
    form = sent({"purpose": purpose}, "a b.txt", content)
    assert form.texts == {"purpose": purpose}
    assert form.files == (Upload("file", "a b.txt", "text/x", content),)


@given(body=st.binary(max_size=200), content_type=st.text(max_size=40))
def test_no_body_and_no_content_type_is_too_strange(body: bytes, content_type: str) -> None:
    for named in (content_type, FORM):
        assert isinstance(form_of(request(body, named)), Form)
        assert isinstance(form_of(request(b"--b\r\n" + body + b"\r\n--b--", named)), Form)


def test_a_body_that_is_no_form_has_no_fields() -> None:
    assert form_of(request(b'{"a": 1}', "application/json")) == Form()
    assert form_of(request(b"--b\r\n", "multipart/form-data")) == Form()


def test_a_torn_form_has_what_came() -> None:
    body = b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--b\r\nContent-Disposition: form-data; na'
    assert form_of(request(body)) == Form({"a": "1"})
