"""The program begins at once where it was stopped a moment ago, and says in plain words that its port is taken."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from doanso_sign.__main__ import main
from doanso_sign.keys import P12
from doanso_sign.upstream import Upstream
from doanso_sign.window import Desk, Server

pytestmark = pytest.mark.sqlite_only

SERVER = "http://127.0.0.1:1"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    path = tmp_path / "an.p12"
    path.write_bytes(b"never opened")
    return path


@contextmanager
def _running(port: int, key: Path) -> Iterator[Server]:
    server = Server(port, Desk(Upstream(SERVER), P12(str(key))))
    serving = threading.Thread(target=server.serve_forever, daemon=True)
    serving.start()
    try:
        yield server
    finally:
        server.shutdown()
        serving.join()
        server.server_close()


def _let_it_close_a_connection(port: int) -> None:
    """Who closes first keeps the address for a minute: another host's name is answered and put away."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("GET", "/sign", headers={"Host": "elsewhere"})
    assert connection.getresponse().read()
    connection.sock.recv(1)
    connection.close()


def test_it_begins_again_at_once_where_it_was_stopped(key):
    with _running(0, key) as first:
        port = first.server_port
        _let_it_close_a_connection(port)

    with _running(port, key) as again:
        assert again.origin == f"http://127.0.0.1:{port}"


def test_a_port_that_is_taken_is_said_with_what_to_do(key, capsys, tmp_path):
    with _running(0, key) as first:
        settings = ["--settings", str(tmp_path / "none.toml")]
        exit_code = main(["--server", SERVER, "--p12", str(key), "--port", str(first.server_port), *settings])

    assert exit_code == 1
    assert capsys.readouterr().err == (
        f"doanso-sign: Cổng {first.server_port} trên máy này đang có chương trình khác dùng, thường là doanso-sign đã chạy "
        "sẵn ở cửa sổ khác. Hãy dùng luôn chương trình đó, hoặc tắt nó rồi chạy lại.\n"
    )
