"""A server of this machine that passes for hosts of the internet, in a proxy that is told so before it starts."""

from __future__ import annotations

import json
import os
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from mitmproxy.certs import CertStore

_SITE = """
import asyncio, json, os, socket
import certifi

_hosts = json.loads(os.environ["TEST_HOSTS"])
_real = socket.getaddrinfo

def _getaddrinfo(host, port, *args, **kwargs):
    if host in _hosts and port == 443:
        host, port = "127.0.0.1", _hosts[host]
    elif host not in ("127.0.0.1", "localhost", "::1", None):
        raise OSError(f"a test asks for {host}")
    return _real(host, port, *args, **kwargs)

socket.getaddrinfo = _getaddrinfo
certifi.where = lambda: os.environ["TEST_CA"]
"""


class SharedHost:
    """What was asked of it: method, path, headers and body."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str, dict[str, str], bytes]] = []
        self.environ: dict[str, str] = {}


@contextmanager
def shared_host(folder: Path, *hosts: str) -> Iterator[SharedHost]:
    """A server with a certificate for these hosts; ``environ`` leads the next proxy there, and trusts it."""
    folder.mkdir(parents=True, exist_ok=True)
    store = CertStore.from_store(folder, "test", 2048)
    entry = store.get_cert(hosts[0], [x509.DNSName(host) for host in hosts], None)
    pem = folder / "server.pem"
    pem.write_bytes(entry.cert.to_pem() + _key(entry.privatekey))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    shared = SharedHost()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            shared.got.append((self.command, self.path, dict(self.headers), body))
            said = b'{"value": "the real one"}'
            self.send_response(200)
            self.send_header("content-length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)

        do_POST = do_GET

        def log_message(self, format: str, *args: object) -> None:
            pass

    (folder / "sitecustomize.py").write_text(_SITE)
    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        shared.environ = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(folder), os.environ.get("PYTHONPATH")))),
            "TEST_HOSTS": json.dumps(dict.fromkeys(hosts, server.server_port)),
            "TEST_CA": str(folder / "test-ca-cert.pem"),
        }
        yield shared
        server.shutdown()


def _key(key: object) -> bytes:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

    assert isinstance(key, RSAPrivateKey)
    plain = serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, plain)
