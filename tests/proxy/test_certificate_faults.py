"""Certificates with a flaw, as OpenSSL sees them."""

from __future__ import annotations

import datetime
import ssl
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from support.proxies import ProxyProcess, one_phase, running_proxy, wait_until
from support.tunnels import HOST, context_for, struck, tunnel
from support.upstreams import json_reply, raw_upstream
from support.wire import chat_body, read_to_end

from brownout.mistakes import DISTRUST

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with (
        raw_upstream(json_reply(b"{}")) as platform,
        running_proxy(tmp_path_factory.mktemp("proxy"), platform.url) as running,
    ):
        yield running


@pytest.mark.parametrize(
    ("flaw", "code", "words"),
    [
        ("expired", 10, "certificate has expired"),
        ("wrong_host", 62, "Hostname mismatch"),
        ("unknown_issuer", 20, "unable to get local issuer certificate"),
    ],
)
def test_openssl_finds_the_flaw_of_the_certificate(proxy: ProxyProcess, flaw: str, code: int, words: str) -> None:
    def act() -> None:
        with tunnel(proxy) as plain, pytest.raises(ssl.SSLCertVerificationError, match=words) as raised:
            context_for(proxy).wrap_socket(plain, server_hostname=HOST)
        assert raised.value.verify_code == code

    row = struck(proxy, act, "certificate_expired", flaw=flaw)

    assert (row["how"], row["delivered"], row["end"]) == ("written", True, "client_left")


def test_an_expired_certificate_is_properly_signed_and_for_that_host(proxy: ProxyProcess) -> None:
    shown = []

    def act() -> None:
        with (
            tunnel(proxy) as plain,
            context_for(proxy, verify=False).wrap_socket(plain, server_hostname=HOST) as secured,
        ):
            shown.append(x509.load_der_x509_certificate(secured.getpeercert(binary_form=True) or b""))
            body = chat_body()
            head = f"POST /v1/chat/completions HTTP/1.1\r\nhost: {HOST}\r\ncontent-length: {len(body)}\r\n\r\n"
            secured.sendall(head.encode() + body)
            assert read_to_end(secured).status == 200

    row = struck(proxy, act, "certificate_expired")

    authority = x509.load_pem_x509_certificate(Path(proxy.ca).read_bytes())
    shown[0].verify_directly_issued_by(authority)
    assert shown[0].not_valid_after_utc < datetime.datetime.now(datetime.UTC)
    names = shown[0].extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert HOST in names.get_values_for_type(x509.DNSName)
    assert (row["delivered"], row["end"]) == (True, "complete")  # who does not look is served


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_client_that_resumes_a_session_sees_the_certificate_too(proxy: ProxyProcess, version: ssl.TLSVersion) -> None:
    context = context_for(proxy)
    context.maximum_version = version

    def visit(session: ssl.SSLSession | None = None) -> tuple[ssl.SSLSession | None, bool | None]:
        with (
            tunnel(proxy) as plain,
            context.wrap_socket(plain, server_hostname=HOST, session=session) as secured,
        ):
            secured.sendall(f"GET /v1/models HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
            assert read_to_end(secured).status == 200
            return secured.session, secured.session_reused

    proxy.play()
    session, _ = visit()
    assert visit(session)[1]  # on a healthy platform no certificate is sent then

    def act() -> None:
        with pytest.raises(ssl.SSLCertVerificationError, match="has expired"):
            visit(session)

    assert struck(proxy, act, "certificate_expired")["delivered"]


def test_a_client_that_does_not_know_the_ca_is_noted_and_one_that_a_rule_misled_is_not(proxy: ProxyProcess) -> None:
    def notes() -> list[str]:
        return [row["detail"] for row in proxy.rows("process") if row["event"] == "note"]

    def act() -> None:
        with tunnel(proxy) as plain, pytest.raises(ssl.SSLCertVerificationError):
            context_for(proxy).wrap_socket(plain, server_hostname=HOST)

    struck(proxy, act, "certificate_expired", flaw="expired")
    assert notes() == []

    proxy.control(op="scenario", scenario=one_phase(), speed=1.0, zero=time.monotonic())
    with tunnel(proxy):
        pass  # who only looks whether the proxy is there says nothing of certificates
    with tunnel(proxy) as plain, pytest.raises(ssl.SSLCertVerificationError):
        ssl.create_default_context().wrap_socket(plain, server_hostname=HOST)

    (note,) = wait_until(notes)
    assert note == f"{DISTRUST} for {HOST} (unknown ca)"
