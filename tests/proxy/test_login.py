"""People log in, are logged out, and log in again: the real SDK with tokens, through proxy and stand-in."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import openai
import pytest
from support.proxies import ProxyProcess, one_phase, running_proxy, wait_until
from support.standins import running_standin

from brownout.calls.caller import issued_at

LOGGED_OUT = {"fault": "auth_error", "on": "openai.*", "when": {"issued": "before"}, "reason": "logged_out"}


@pytest.fixture(scope="module", name="edge")
def edge_(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    folder: Path = tmp_path_factory.mktemp("login")
    with running_standin(folder / "standin") as url, running_proxy(folder / "proxy", url) as proxy:
        yield proxy


def trade_in(edge: ProxyProcess, *, as_form: bool = False, **asked: str) -> httpx.Response:
    """As a client of OAuth does, by form or by JSON."""
    url = f"{edge.url}/openai/oauth/token"
    said = {"grant_type": "refresh_token", "client_id": "app_test", **asked}
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.post(url, data=said) if as_form else client.post(url, json=said)


def models(edge: ProxyProcess, token: str) -> int:
    client = openai.OpenAI(base_url=f"{edge.url}/openai/v1", api_key=token, max_retries=0, timeout=30)
    with client:
        return len(client.models.list().data)


@pytest.mark.parametrize("as_form", [False, True])
def test_a_refresh_token_is_good_once(edge: ProxyProcess, as_form: bool) -> None:
    edge.play()
    first = trade_in(edge, as_form=as_form, refresh_token=f"rt_{as_form}").json()
    again = trade_in(edge, as_form=as_form, refresh_token=f"rt_{as_form}")
    rotated = trade_in(edge, as_form=as_form, refresh_token=first["refresh_token"])

    assert models(edge, first["access_token"])
    assert (again.status_code, again.json()["error"]["code"]) == (401, "refresh_token_reused")
    assert rotated.status_code == 200
    assert rotated.json()["access_token"] != first["access_token"]


@pytest.mark.parametrize(("grant", "names"), [("password", "grant_type"), ("refresh_token", "refresh_token")])
def test_a_request_that_is_none_is_refused_in_words(edge: ProxyProcess, grant: str, names: str) -> None:
    edge.play()
    refused = trade_in(edge, grant_type=grant)

    assert refused.status_code == 400
    assert names in refused.json()["error"]["message"]


def test_whoever_was_logged_out_is_let_in_after_a_new_login(edge: ProxyProcess) -> None:
    edge.play()
    before = trade_in(edge, refresh_token="rt_a").json()
    issued = issued_at(before["access_token"])
    assert issued is not None
    wait_until(lambda: time.time() > issued + 2)  # a token tells no more than the second
    edge.control(op="scenario", scenario=one_phase(LOGGED_OUT), speed=1.0, zero=time.monotonic())

    with pytest.raises(openai.AuthenticationError, match="token has been invalidated") as raised:
        models(edge, before["access_token"])
    after = trade_in(edge, refresh_token=before["refresh_token"]).json()

    assert raised.value.code == "token_invalidated"
    assert models(edge, after["access_token"])
    assert models(edge, "sk-test-0000")  # a key of an application says nothing of a time


def test_a_login_that_fails_says_so_in_its_own_words(edge: ProxyProcess) -> None:
    edge.play({"fault": "auth_error", "on": "openai.login", "reason": "expired"})
    expired = trade_in(edge, refresh_token="rt_b")
    edge.play({"fault": "server_error", "on": "openai.login"})
    failed = trade_in(edge, refresh_token="rt_b")

    assert (expired.status_code, expired.json()["error"]["code"]) == (401, "refresh_token_expired")
    assert failed.status_code == 500
    assert models(edge, "sk-test-0000")
