"""A load stays with the application under test, whatever its templates come to."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from brownout.load.destinations import flaw_of_header, is_whole, refuse_astray, sound_headers

APP = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    "path", ["/ask", "ask", "/a//b", "http://127.0.0.1:8000/x", "http://localhost:8000/x", "ws://127.0.0.1:8000/ws", ""]
)
def test_what_is_the_applications_own_is_gone_to(path: str) -> None:
    assert refuse_astray(APP, "{{ path }}", path) == path


@pytest.mark.parametrize(
    "path",
    [
        "//example.com/x",
        "/\\example.com/x",
        "\\\\example.com",
        "http://example.com/x",
        "http://127.0.0.1:8001/x",
        "https://127.0.0.1:8000/x",
        "HTTP://EXAMPLE.COM/x",
        "http://127.0.0.1:8000@example.com/",
        "http://127.0.0.1:8000\\@example.com/",
        "http://127.0.0.1.example.com:8000/",
        "file:///etc/passwd",
        "http://[",
        "/" + "a" * 70_000,
    ],
)
def test_what_leads_elsewhere_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match=r"leads off the application|another host|longer than"):
        refuse_astray(APP, "{{ path }}", path)


def test_another_address_is_gone_to_where_the_profile_itself_says_it() -> None:
    assert refuse_astray(APP, "http://127.0.0.1:9000/{{ user }}", "http://127.0.0.1:9000/1")
    with pytest.raises(ValueError, match="leads off"):
        refuse_astray(APP, "http://127.0.0.1:9000{{ user }}/", "http://127.0.0.1:90001/")


PIECES = st.lists(
    st.sampled_from(["/", "\\", "//", "http:", "https://", "@", "example.com", "127.0.0.1", ":80", "?", "#", " ", "\t"])
)


@given(PIECES.map("".join) | st.text(max_size=20))
def test_no_value_leads_a_request_off_the_application(path: str) -> None:
    try:
        filled = refuse_astray(APP, "{{ path }}", path)
    except ValueError:
        return
    url = filled if is_whole(filled) else f"{APP}/{filled.lstrip('/')}"  # as a user of a journey asks
    try:
        sent = requests.Request("GET", url).prepare().url
    except (requests.RequestException, ValueError):
        return
    assert urlsplit(str(sent)).netloc == "127.0.0.1:8000"


TOKENS = st.text("aZ0-_", min_size=1, max_size=5)


VALUES = TOKENS | st.text(st.characters(codec="latin-1"), max_size=4)


@given(TOKENS | st.text(max_size=10), VALUES | st.text(max_size=10))
def test_headers_that_pass_can_be_sent(name: str, value: str) -> None:
    if flaw_of_header(name, value) is None:
        value.encode("latin-1")
        requests.Request("GET", APP, headers={name: value}).prepare()


@pytest.mark.parametrize(
    "headers", [{"a": "b\r\nc: d"}, {"a": "b\0"}, {"a": "日本"}, {"": "b"}, {"a:b": "c"}, {"a": "b "}]
)
def test_headers_that_no_client_sends_are_refused(headers: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="header"):
        sound_headers(headers)
