"""Which hosts that are no platform's an application may reach: as a profile says it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from brownout.tunnel import ANY, Tunnel, hosts_of, lets_through

HOSTS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,8}){0,3}", fullmatch=True)
_TUNNEL: TypeAdapter[Tunnel] = TypeAdapter(Tunnel)


@given(HOSTS)
def test_any_lets_everybody_through_and_none_nobody(host: str) -> None:
    assert lets_through(hosts_of("any"), host)
    assert not lets_through(hosts_of("none"), host)


@given(HOSTS)
def test_a_host_is_itself_in_any_case_and_with_a_last_dot(host: str) -> None:
    assert lets_through((host,), host)
    assert lets_through((host,), f"{host.upper()}.")
    assert not lets_through((host,), f"evil-{host}")


def test_globs_are_over_the_whole_name() -> None:
    assert lets_through(("*.internal",), "db.internal")
    assert not lets_through(("*.internal",), "db.internal.example.com")


@pytest.mark.parametrize("value", ["no", "nothing", ["none"], ["any", "db"], ["a b"], ["https://x"], 5])
def test_what_is_neither_is_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        _TUNNEL.validate_python(value)


def test_a_list_is_what_it_says() -> None:
    assert hosts_of(_TUNNEL.validate_python(["db.example.com", "*.internal"])) == ("db.example.com", "*.internal")
    assert hosts_of("any") == ANY
