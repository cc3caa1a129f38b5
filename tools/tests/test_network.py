"""A test reaches this machine and nothing else."""

import socket

import pytest

from tools.pytest_plugin import NetworkBlocked

pytestmark = pytest.mark.sqlite_only


def test_foreign_address_is_blocked():
    with socket.socket() as plug, pytest.raises(NetworkBlocked):
        plug.connect(("192.0.2.1", 80))


def test_foreign_name_is_blocked():
    with pytest.raises(NetworkBlocked):
        socket.create_connection(("example.org", 80))


def test_own_machine_is_reached():
    with socket.create_server(("127.0.0.1", 0)) as server:
        socket.create_connection(server.getsockname()).close()
