"""The road between a phone and the server, which a test can close, or on which it can lose an answer."""

import socket
import threading
from contextlib import suppress
from urllib.parse import urlsplit

PIECE = 65_536


class Gate:
    """A port of this machine that leads to the server while it is open.

    `lose` names the start of a request ("POST /api/v1/sync "): the next such request reaches the server, whose answer
    does not come back. `lost` counts them.
    """

    def __init__(self, server: str) -> None:
        address = urlsplit(server)
        self._there = (address.hostname or "localhost", address.port or 80)
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self.url = f"http://localhost:{self._listening.getsockname()[1]}"
        self.open = True
        self.lose = b""
        self.lost = 0
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        """From now on nobody gets through; what is on its way breaks off."""
        self.open = False
        for pair in self._pairs:
            _end(*pair)
        self._pairs.clear()

    def stop(self) -> None:
        """The test is over."""
        self.close()
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()

    def _serve(self) -> None:
        while True:
            try:
                phone, _address = self._listening.accept()
            except OSError:
                return
            if not self.open:
                _end(phone)
                continue
            try:
                server = socket.create_connection(self._there)
            except OSError:
                _end(phone)
                continue
            self._pairs.append((phone, server))
            swallow = threading.Event()
            threading.Thread(target=self._there_way, args=(phone, server, swallow), daemon=True).start()
            threading.Thread(target=self._back_way, args=(server, phone, swallow), daemon=True).start()

    def _there_way(self, phone: socket.socket, server: socket.socket, swallow: threading.Event) -> None:
        with suppress(OSError):
            while piece := phone.recv(PIECE):
                if self.lose and piece.startswith(self.lose):
                    self.lose = b""
                    swallow.set()
                server.sendall(piece)
        _end(phone, server)

    def _back_way(self, server: socket.socket, phone: socket.socket, swallow: threading.Event) -> None:
        with suppress(OSError):
            while piece := server.recv(PIECE):
                if swallow.is_set():
                    self.lost += 1
                    break
                phone.sendall(piece)
        _end(phone, server)


def _end(*ways: socket.socket) -> None:
    for connection in ways:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()
