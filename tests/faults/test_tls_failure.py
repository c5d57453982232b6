"""A TLS handshake that fails."""

from __future__ import annotations

import ssl
from collections.abc import Callable

import pytest

from brownout.effects import Fin, Send
from brownout.faults import Fault, Strike

REASONS = {
    "handshake_failure": "HANDSHAKE_FAILURE",
    "internal_error": "INTERNAL_ERROR",
    "protocol_version": "PROTOCOL_VERSION",
    "unrecognized_name": "UNRECOGNIZED_NAME",
    "plain_http": "WRONG_VERSION_NUMBER",
}


@pytest.mark.parametrize("sends", REASONS)
def test_openssl_reads_what_comes_as_what_it_is_called(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], sends: str
) -> None:
    message, end = fault_for("tls_failure", sends=sends).program(strike_for())
    assert isinstance(message, Send)
    heard, said = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = ssl.create_default_context().wrap_bio(heard, said, server_hostname="api.openai.com")
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    heard.write(message.data)

    with pytest.raises(ssl.SSLError) as raised:
        client.do_handshake()

    assert REASONS[sends] in (raised.value.reason or "")
    assert end == Fin()


def test_an_alert_is_one_fatal_record(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("tls_failure").program(strike_for())[0] == Send(bytes.fromhex("15030300020228"))
