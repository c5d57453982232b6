"""Free ports, taken ports, shared ports."""

from __future__ import annotations

import socket

import pytest

from brownout.drill.ports import LOOPBACK, free_port, is_free, require_free, shared_port
from brownout.errors import HarnessError


def test_a_free_port_can_be_listened_on() -> None:
    with socket.create_server((LOOPBACK, free_port())) as server:
        assert server.getsockname()[1] > 0


def test_a_port_somebody_listens_on_is_not_free() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        assert not is_free(server.getsockname()[1])


def test_a_taken_port_is_refused_with_its_number_and_what_to_do() -> None:
    with socket.create_server((LOOPBACK, 0)) as server:
        port = server.getsockname()[1]
        with pytest.raises(HarnessError, match=rf"port {port} on 127.0.0.1 is in use.*choose another with --port"):
            require_free(port, "choose another with --port")


def test_several_servers_can_share_a_held_port() -> None:
    with shared_port() as port:
        servers = [socket.create_server((LOOPBACK, port), reuse_port=True) for _ in range(3)]

    assert {server.getsockname()[1] for server in servers} == {port}
    for server in servers:
        server.close()


def test_the_holder_of_a_shared_port_takes_no_connections() -> None:
    with shared_port() as port, socket.socket() as client, pytest.raises(ConnectionRefusedError):
        client.connect((LOOPBACK, port))
