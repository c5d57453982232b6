"""The parts of mitmproxy that the edge hangs on: when one moves, this says so before anything subtle breaks."""

from __future__ import annotations

import inspect

from mitmproxy.addons.proxyserver import Proxyserver
from mitmproxy.proxy import events
from mitmproxy.proxy.layer import Layer
from mitmproxy.proxy.layers import http
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
