"""The mitmproxy addon: puts brownout's stream in the place of mitmproxy's, and keeps the rest untouched."""

from __future__ import annotations

import asyncio
import secrets
from pathlib import Path

from mitmproxy import ctx, http
from mitmproxy.addonmanager import Loader
from mitmproxy.connection import Client
from mitmproxy.proxy import layer
from mitmproxy.proxy.layers import TCPLayer
from mitmproxy.proxy.layers.http import HttpLayer
from mitmproxy.proxy.server_hooks import ServerConnectionHookData
from mitmproxy.tls import TlsData

from brownout.edge.job import PASS_THROUGH, Job
from brownout.edge.ledger import Ledger
from brownout.journal import MemoryJournal, PartJournal, Writer
from brownout.keys_in_play import KeyNotes
from brownout.mistakes import DISTRUST
from brownout.orders import ProxyOrders
from brownout.proxy import turns, waiting
from brownout.proxy.again import Deliveries, SecondRequest
from brownout.proxy.closing import Closing
from brownout.proxy.connections import Connections
from brownout.proxy.control import ControlServer
from brownout.proxy.http_layer import FaultLayer
from brownout.proxy.routes import HTTPS, is_of_others, not_a_platform, not_let_through, read_request, route_of
from brownout.proxy.settings import host_patterns
from brownout.proxy.sockets import handler_of
from brownout.proxy.stream import FaultStream
from brownout.proxy.upstream import Unlimited, Upstream
from brownout.scenario import Scenario
from brownout.services import Catalogue
from brownout.tunnel import lets_through

OPTION = "brownout_orders"
_LAST_WORDS = 1.0  # seconds for streams to notice by themselves that their client has left
_ALERTS = ("unknown ca", "bad certificate", "certificate unknown")
"""What a client says that does not trust a certificate: https://www.rfc-editor.org/rfc/rfc8446#section-6.2."""


class Inject:
    """Load with ``-s proxy_addons/inject.py --set brownout_orders=FILE``, or let ``python -m brownout.proxy`` do it.

    ``lean``: mitmproxy's HTTP hooks are left out, because no other addon is there to hear them.
    """

    name = "brownout"
    ledger: Ledger
    control: ControlServer | None = None

    def __init__(self, orders: ProxyOrders | None = None, *, lean: bool = False) -> None:
        self.lean = lean
        FaultStream.inject = self  # mitmproxy has one master a process
        self.orders = orders
        self.journal: Writer = MemoryJournal()
        self.deliveries = Deliveries()
        if orders is not None:
            self._follow(orders)

    def _follow(self, orders: ProxyOrders) -> None:
        self.orders = orders
        keys = KeyNotes(orders.keys.path, orders.keys.secret) if orders.keys else KeyNotes()
        keys.note(orders.token)
        written = orders.journal
        self.journal = PartJournal(written, orders.name, keys.scrubbed) if written else MemoryJournal()
        scenario, standin = Scenario.model_validate(orders.scenario), orders.upstream is not None
        self.ledger = Ledger(scenario, orders.speed, self.journal, orders.hang_cap, standin, orders.most_active, keys)
        if orders.zero is not None:
            self.ledger.clock.begin(orders.zero)
        self.connections = Connections(self.ledger)
        self.upstream = Upstream(orders.upstream, orders.budget)
        self.passed: set[tuple[str, str]] = set()

    def catalogue(self) -> Catalogue:
        """The platforms of the scenario that is played. No property: mitmproxy reads those before orders come."""
        return self.ledger.scenario.catalogue

    def _intercept_all_platforms(self) -> None:
        """Have mitmproxy open up the connections to every platform of the scenario that is played now."""
        ctx.options.update(allow_hosts=host_patterns(self.catalogue()))

    def load(self, loader: Loader) -> None:
        """Declare the option that names the orders file."""
        if self.orders is None:
            loader.add_option(OPTION, str, "", "JSON file with a brownout proxy's orders")

    def configure(self, updated: set[str]) -> None:
        """Read the orders when mitmproxy was started by hand."""
        if OPTION in updated and getattr(ctx.options, OPTION):
            self._follow(ProxyOrders.model_validate_json(Path(getattr(ctx.options, OPTION)).read_bytes()))

    async def running(self) -> None:
        """Open the control channel, now that mitmproxy's loop runs."""
        if self.orders is None:
            raise RuntimeError(f"no orders: start with --set {OPTION}=FILE")
        token = self.orders.token or secrets.token_hex(16)
        self.control = ControlServer(self.ledger, token, self._intercept_all_platforms)
        await self.control.start(self.orders.host, self.orders.control_port)

    async def done(self) -> None:
        """Let everybody go, and close the control channel."""
        if self.control is not None:
            self.ledger.release()
            await self.control.stop()
        await self.deliveries.stop()

    async def brownout_wait(self, order: tuple[Job, float]) -> None:
        """A stream waits for its job or for time to pass: see ``waiting.WaitHook``."""
        await waiting.wait(order)

    async def brownout_again(self, order: SecondRequest) -> None:
        """A stream has its request delivered twice: see ``again.AgainHook``."""
        await self.deliveries.send(order)

    def client_connected(self, client: Client) -> None:
        """Lift mitmproxy's limit of five connections to one address for each client, and have it read fairly.

        An HTTP/2 client needs one upstream connection a stream; queueing them would look like a slow platform.
        """
        handler = handler_of(client)
        if handler is not None:
            handler.max_conns = Unlimited()
            turns.share(handler.transports[client].reader)

    def server_connected(self, data: ServerConnectionHookData) -> None:
        """A platform that floods one client leaves the others their turns, too."""
        handler = handler_of(data.client)
        if handler is not None:
            turns.share(handler.transports[data.server].reader)

    def http_connect(self, flow: http.HTTPFlow) -> None:
        """A client asks for a tunnel: note hosts that are no part of any platform. They are never opened up."""
        provider = self.catalogue().provider_of_host(flow.request.host)
        if provider is None:
            self._elsewhere(flow)
        else:
            self.connections.tunnel(flow, provider)

    def _lets_through(self, host: str) -> bool:
        """Whether the profile lets the application go to a host that is no platform's."""
        return self.orders is None or lets_through(self.orders.tunnel, host)

    def _elsewhere(self, flow: http.HTTPFlow) -> bool:
        """Note a host that is no part of the scenario. Whether the profile lets the application go there."""
        passes = self._lets_through(flow.request.host)
        self.ledger.other_host(flow.request.host, not passes)
        if not passes:
            flow.response = not_let_through(flow.request.host)
        return passes

    def client_disconnected(self, client: Client) -> None:
        """A client's connection is over, and so is every exchange on it, also one that was never told."""
        self.connections.gone(client)
        self.passed = {(id, host) for id, host in self.passed if id != client.id}
        left = [job for job in self.ledger.live if job.client == client.id]
        for job in left:
            job.leave()
        if left:
            asyncio.get_running_loop().call_later(_LAST_WORDS, self._forget, left)

    def _forget(self, left: list[Job]) -> None:
        for job in left:
            self.ledger.finish(job, "client_left")

    def tls_start_client(self, data: TlsData) -> None:
        """Before mitmproxy's own part chooses a certificate."""
        self.connections.handshake(data)

    def tls_established_client(self, data: TlsData) -> None:
        """The client has taken the proxy's certificate."""
        self.connections.settled(data.context.client, "complete")

    def tls_failed_client(self, data: TlsData) -> None:
        """The client did not take the certificate: because a rule spoilt it, or because it does not know our CA."""
        alert = next((words for words in _ALERTS if words in (data.conn.error or "")), None)
        if alert is not None and not self.connections.strikes(data.context.client):
            host = data.context.client.sni or (data.context.server.address or ("?",))[0]
            self.ledger.note(f"{DISTRUST} for {host} ({alert})")
        self.connections.settled(data.context.client, "client_left")

    def next_layer(self, nextlayer: layer.NextLayer) -> None:
        """Let mitmproxy choose, then make every HTTP layer one of ours."""
        struck = self.connections.layer(nextlayer.context)
        if struck is not None:
            nextlayer.layer = struck
            return
        ctx.master.addons.get("nextlayer").next_layer(nextlayer)
        host = (nextlayer.context.server.address or ("",))[0]
        if isinstance(nextlayer.layer, TCPLayer) and self.catalogue().provider_of_host(host) is not None:
            nextlayer.context.layers.remove(nextlayer.layer)
            nextlayer.layer = Closing(nextlayer.context)
        for each in nextlayer.context.layers:
            if type(each) is HttpLayer:
                each.__class__ = FaultLayer

    def admit(self, flow: http.HTTPFlow, body: bytes) -> Job | None:
        """The job for a request to a platform; None for anything else, which mitmproxy handles as ever."""
        route = route_of(flow.request, self._addressed_to_us(flow), self.catalogue(), self._name(flow))
        if route is None:
            return None
        self.connections.without_tunnel(flow.client_conn, route.provider, route.via)
        request = read_request(flow.request, route, body, self.catalogue())
        job = self.ledger.admit(request, route.provider, route.via, flow.request.http_version)
        job.client = flow.client_conn.id
        flow.metadata["brownout"] = job.rule.id if job.rule else ""
        if job.rule is not None and not self.lean:
            flow.marked, flow.comment = ":fire:", f"{job.rule.fault} by {job.rule.id}"
        return job

    def pass_by(self, flow: http.HTTPFlow) -> None:
        """No platform's: answer a misdirected client, stream everything else through."""
        ours = self._addressed_to_us(flow)
        if is_of_others(flow.request, ours, self.catalogue(), self._name(flow)):
            if self._elsewhere(flow):
                self.passed.add((flow.client_conn.id, flow.request.host))
        elif ours or flow.client_conn.tls_established:
            flow.response = not_a_platform(self.catalogue())
        else:
            self._elsewhere(flow)

    def server_connect(self, data: ServerConnectionHookData) -> None:
        """The one place that dials. What we opened, or is a platform's, reaches the platform and nobody else.

        But for what is somebody else's on a host that a platform shares: that goes to this very host.
        """
        host, port = address = (data.server.address or ("", 0))[:2]
        if (data.client.id, host) in self.passed and port == HTTPS:
            self.passed.discard((data.client.id, host))
            return
        ours = data.client.tls_established or self.catalogue().provider_of_host(host) is not None
        if ours and not self.upstream.may_reach(address):
            data.server.error = f"brownout connects to the stand-in alone, not to {host}"
            self.ledger.note(data.server.error)
        elif not (ours or self.upstream.is_standin(address) or self._lets_through(host)):
            data.server.error = f"the profile's tunnel lets nobody through to {host}"
            self.ledger.other_host(host, refused=True)

    def direct(self, request: http.Request, job: Job, spare: int = 0) -> str | None:
        """Point a request at the platform: the stand-in, or the real one within its budget. Returns what is wrong."""
        whole = job.program == PASS_THROUGH
        if job.exchange.call.upgrade and not (whole and self.lean):
            # Messages that are to be lost, doubled or shown must not depend on each other as compressed ones do.
            request.headers.pop("sec-websocket-extensions", None)
        return self.upstream.direct(request, job.exchange.call.request, whole, spare, self.catalogue())

    @staticmethod
    def _name(flow: http.HTTPFlow) -> str | None:
        """Whom the client asked for when it began TLS with us."""
        return flow.client_conn.sni if flow.client_conn.tls_established else None

    @staticmethod
    def _addressed_to_us(flow: http.HTTPFlow) -> bool:
        """Whether the client spoke to the proxy as to a web server: no CONNECT, no absolute URL. See ``stream``."""
        sockname = flow.client_conn.sockname
        if flow.client_conn.tls_established or sockname is None:
            return False
        return flow.request.port == sockname[1] and flow.request.host in ("localhost", sockname[0])
