"""Certificates with a flaw, for the connections on which one is to be shown."""

from __future__ import annotations

import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from mitmproxy import certs, ctx
from mitmproxy.proxy.context import Context
from OpenSSL import SSL

from brownout.edge.job import Job
from brownout.effects import Flaw

_DAY = datetime.timedelta(days=1)
_STRANGER = "Unknown Issuing CA"
_OTHER_HOST = "wrong.host.invalid"  # https://www.rfc-editor.org/rfc/rfc6761#section-6.4
_SHOWN = b"write certificate"
_SPOKEN = (b"h2", b"http/1.1")


def handshake(context: Context, flaw: Flaw, job: Job) -> SSL.Connection:
    """The proxy's side of a TLS handshake that shows such a certificate; the job learns when it went out."""
    certificate, key = flawed(context, flaw)
    # A context of its own: a client that resumes a session which it has from another one sees no certificate.
    settings = SSL.Context(SSL.TLS_SERVER_METHOD)
    settings.use_certificate(certificate)
    settings.use_privatekey(key)
    settings.set_alpn_select_callback(_choose)

    def progress(connection: SSL.Connection, where: int, result: int) -> None:
        if _SHOWN in connection.get_state_string():
            job.shown, job.how = True, "written"

    settings.set_info_callback(progress)
    connection = SSL.Connection(settings)
    connection.set_accept_state()
    return connection


def _choose(connection: SSL.Connection, offered: list[bytes]) -> Any:
    """HTTP's version in the client's order, as on every other connection through the proxy."""
    return next((name for name in offered if name in _SPOKEN), SSL.NO_OVERLAPPING_PROTOCOLS)


def flawed(context: Context, flaw: Flaw) -> tuple[x509.Certificate, Any]:
    """A certificate for the host that a client wants, with this flaw, and its private key."""
    tls = ctx.master.addons.get("tlsconfig")
    sound: certs.Cert = tls.get_cert(context).cert
    store = tls.certstore
    issuer, signing_key = store.default_ca._cert.subject, store.default_privatekey
    if flaw == "unknown_issuer":
        issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _STRANGER)])
        signing_key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.datetime.now(datetime.UTC)
    ends = now - _DAY if flaw == "expired" else now + 90 * _DAY
    subject, names = sound._cert.subject, x509.SubjectAlternativeName(sound.altnames)
    if flaw == "wrong_host":
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, _OTHER_HOST)])
        names = x509.SubjectAlternativeName([x509.DNSName(_OTHER_HOST)])
    builder = (
        x509.CertificateBuilder()
        .issuer_name(issuer)
        .subject_name(subject)
        .public_key(store.default_privatekey.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - 91 * _DAY)
        .not_valid_after(ends)
        .add_extension(names, critical=False)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(signing_key.public_key()), critical=False)
    )
    return builder.sign(signing_key, hashes.SHA256()), store.default_privatekey
