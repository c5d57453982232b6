"""The parts of mitmproxy that the edge hangs on: when one moves, this says so before anything subtle breaks."""

from __future__ import annotations

import inspect

from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.addons.tlsconfig import TlsConfig
from mitmproxy.certs import CertStore
from mitmproxy.proxy import events
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers import http
from mitmproxy.proxy.layers.http import _http1
from mitmproxy.proxy.layers.http._http1 import Http1Connection
from mitmproxy.proxy.layers.http._http2 import Http2Server
from mitmproxy.proxy.server import ConnectionHandler

from brownout.proxy import compat, waiting


def test_streams_are_made_where_we_make_ours() -> None:
    assert "self.streams[stream_id]" in inspect.getsource(http.HttpLayer.make_stream)
    assert list(inspect.signature(http.HttpLayer.make_stream).parameters) == ["self", "stream_id"]


def test_a_stream_has_the_states_that_we_replace() -> None:
    for name in ("state_consume_request_body", "handle_protocol_error", "make_server_connection", "handle_event"):
        assert callable(getattr(http.HttpStream, name))
    assert "request_body_buf" in inspect.getsource(http.HttpStream.__init__)


def test_a_paused_layer_queues_what_comes_in() -> None:
    assert "_paused_event_queue" in inspect.getsource(Layer.handle_event)


def test_a_command_about_nobodys_connection_is_left_alone_and_can_be_answered() -> None:
    source = inspect.getsource(ConnectionHandler.server_event)

    assert "command.connection not in self.transports" in source
    assert "async with self._server_event_lock:" in source
    assert "await" not in source.partition("async with self._server_event_lock:")[2].replace("`await`", "")
    assert issubclass(waiting.TickCompleted, events.CommandCompleted)


def test_connections_are_kept_by_client_id_with_their_transports() -> None:
    assert "self.connections[connection_id] = handler" in inspect.getsource(Proxyserver.register_connection)
    assert "max_conns" in inspect.getsource(ConnectionHandler.__init__)
    assert "self.transports" in inspect.getsource(ConnectionHandler.__init__)


def test_closing_and_cancelling_have_a_code_in_this_version() -> None:
    assert compat.close_without_answer(1).code is not None
    assert compat.stop_asking(1).code is not None


def test_the_tunnel_asks_for_its_layer_and_takes_a_refusal() -> None:
    assert "layer.NextLayer(self.context)" in inspect.getsource(http.HttpStream.handle_connect_regular)
    assert "200 <= self.flow.response.status_code < 300" in inspect.getsource(http.HttpStream.handle_connect_finish)


def test_a_certificate_of_our_own_is_kept() -> None:
    source = inspect.getsource(TlsConfig.tls_start_client)

    assert "if tls_start.ssl_conn is not None:\n            return" in source
    assert list(inspect.signature(TlsConfig.get_cert).parameters) == ["self", "conn_context"]
    assert {"default_ca", "default_privatekey"} <= set(CertStore.__annotations__)


def test_frames_are_written_by_hyper_h2() -> None:
    assert "h2_conn" in Http2Server.__annotations__ or "h2_conn" in inspect.getsource(Http2Server.__mro__[1])
    assert list(inspect.signature(Http2Server.is_closed).parameters) == ["self", "stream_id"]


def test_bodies_are_read_and_ended_where_we_add_trailers() -> None:
    source = inspect.getsource(Http1Connection.read_body)

    assert "self.body_reader(self.buf)" in source
    assert "ReceiveHttp(self.ReceiveEndOfMessage(self.stream_id))" in source
    assert "ChunkedReader()" in inspect.getsource(_http1.make_body_reader)
    assert "maybe_extract_lines" in inspect.getsource(http.Http1Client.read_headers)
    for kind in (http.Http1Client, http.Http1Server):
        assert "self.mark_done" in inspect.getsource(kind.send)


def test_a_connection_to_a_platform_is_the_last_layer_of_its_stack() -> None:
    assert "conn.context.layers[-1]" in inspect.getsource(http.HttpLayer._handle_event)
    assert "self.child_layer = Http1Client(self.context)" in inspect.getsource(http.HttpClient._handle_event)
    assert "self.connections[context.server] = stack[0]" in inspect.getsource(http.HttpLayer.get_connection)


def test_an_upgraded_stream_hands_its_connection_to_a_layer_below() -> None:
    source = inspect.getsource(http.HttpStream.flow_done)

    assert "self.child_layer = websocket.WebsocketLayer(self.context, self.flow)" in source
    assert "self._handle_event = self.passthrough" in source
    assert "self.child_layer.handle_event(event)" in inspect.getsource(http.HttpStream.passthrough)
    assert "self.flow.websocket = WebSocketData()" in inspect.getsource(http.HttpStream.send_response)


def test_a_timer_comes_back_to_the_stream_that_asked_for_it() -> None:
    assert "isinstance(command, commands.RequestWakeup)" in inspect.getsource(http.HttpLayer.event_to_child)
