"""The client connections that a rule strikes before there is a request on them: in the tunnel's or TLS's place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mitmproxy import http
from mitmproxy.connection import Client
from mitmproxy.proxy.context import Context
from mitmproxy.tls import TlsData

from brownout.deciding.carriers import INTERCEPT
from brownout.edge.job import Job
from brownout.effects import Certificate, Head, Send
from brownout.platforms import Provider
from brownout.proxy import certificates, sockets
from brownout.proxy.struck import StruckConnection
from brownout.terms import Ending, Via

if TYPE_CHECKING:
    from brownout.edge.ledger import Ledger

_NO_TUNNEL = "the call came without a tunnel (http://), so its connection was there already"


class Connections:
    """What was decided about each client's connections, until these are over."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._struck: dict[str, Job] = {}
        self._known: dict[str, set[str]] = {}  # client → the platforms it has connected to

    def tunnel(self, flow: http.HTTPFlow, provider: Provider) -> None:
        """A client asks for a tunnel to a platform (CONNECT): decide, and refuse it where that is the fault."""
        client, request = flow.client_conn, flow.request
        self._known.setdefault(client.id, set()).add(provider.name)
        job = self.ledger.connect(provider, request.host, request.port, INTERCEPT)
        if job is None:
            return
        if not job.injected:
            self.ledger.finish(job, "complete")
        elif isinstance(job.program[0], Head):
            self._refuse(flow, job, job.program[0])
        else:
            self._struck[client.id] = job

    def _refuse(self, flow: http.HTTPFlow, job: Job, head: Head) -> None:
        body = b"".join(effect.data for effect in job.program if isinstance(effect, Send))
        headers = [(name.encode("latin-1"), value.encode("latin-1")) for name, value in head.headers]
        flow.response = http.Response.make(head.status, body, headers)
        job.status, job.bytes = head.status, len(body)
        if sockets.unsent(flow.client_conn) is not None:
            job.shown, job.how = True, "written"
        self.ledger.finish(job, "complete")

    def without_tunnel(self, client: Client, provider: Provider, via: Via) -> None:
        """A call to a platform came on a connection that is open already: no fault of connections can strike it.

        Once for each client and platform, so that a rule which can do nothing here is seen to do nothing.
        """
        known = self._known.setdefault(client.id, set())
        if provider.name in known:
            return
        known.add(provider.name)
        job = self.ledger.connect(provider, provider.main_host, 443, via, method="")
        if job is not None:
            if job.rule is not None:
                job.skipped = job.skipped or _NO_TUNNEL
            self.ledger.finish(job, "complete")

    def layer(self, context: Context) -> StruckConnection | None:
        """What takes the place of TLS for this client; None where TLS is as ever."""
        job = self._struck.get(context.client.id)
        if job is None or isinstance(job.program[0], Certificate):
            return None
        return StruckConnection(context, job, self.ledger)

    def handshake(self, data: TlsData) -> None:
        """A TLS handshake with a client begins: show a flawed certificate where that is the fault."""
        job = self._struck.get(data.context.client.id)
        if job is not None and isinstance(job.program[0], Certificate):
            data.ssl_conn = certificates.handshake(data.context, job.program[0].flaw, job)

    def strikes(self, client: Client) -> bool:
        """Whether a rule strikes this client's connection."""
        return client.id in self._struck

    def settled(self, client: Client, end: Ending) -> None:
        """The handshake is over: ``complete``, or the client did not like it."""
        job = self._struck.pop(client.id, None)
        if job is not None:
            self.ledger.finish(job, end)

    def gone(self, client: Client) -> None:
        """The client's connection is closed: where nothing else settled it, the client left."""
        self._known.pop(client.id, None)
        self.settled(client, "client_left")
