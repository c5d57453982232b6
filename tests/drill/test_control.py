"""The client of the control channel, against the proxy's real one."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.proxies import TOKEN, ProxyProcess, running_proxy

from brownout.drill.control import Control
from brownout.drill.ports import free_port
from brownout.errors import HarnessError


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    rule = {"fault": "server_error", "on": "openai.chat"}
    with running_proxy(tmp_path_factory.mktemp("control"), None, rule, zero=None) as process:
        yield process


def test_orders_are_carried_out(proxy: ProxyProcess) -> None:
    control = Control(proxy.control_port, TOKEN)

    assert control.stats()["phase"] is None
    control.begin(time.monotonic() - 1)
    assert control.stats()["phase"] == "outage"
    control.release()
    control.phase("outage")
    assert control.stats()["exchanges"] == 0


def test_a_refusal_says_what_the_proxy_said(proxy: ProxyProcess) -> None:
    with pytest.raises(HarnessError, match="no phase 'elsewhere' in test; there are: outage"):
        Control(proxy.control_port, TOKEN).phase("elsewhere")


def test_a_wrong_token_is_refused(proxy: ProxyProcess) -> None:
    with pytest.raises(HarnessError, match="token"):
        Control(proxy.control_port, "wrong").stats()


def test_no_proxy_of_the_environment_is_asked(proxy: ProxyProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, nowhere)

    assert "exchanges" in Control(proxy.control_port, TOKEN).stats()


def test_a_proxy_that_is_gone_is_named_by_its_port(tmp_path: Path) -> None:
    port = free_port()

    with pytest.raises(HarnessError, match=f"port {port} does not answer"):
        Control(port, TOKEN).stats()
