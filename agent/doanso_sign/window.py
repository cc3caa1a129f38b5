"""The page on this machine that says what will be signed and asks for the PIN; reachable from this machine's browser only."""

import errno
import json
import secrets
import socket
import sys
import threading
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from doanso_sign.checks import Distrusted, Run, Sheet
from doanso_sign.keys import Keys, NotHere
from doanso_sign.upstream import Upstream

HERE = "127.0.0.1"
LARGEST_BODY = 4096
# Windows says EACCES of a port that another program holds for itself alone.
_TAKEN = {errno.EADDRINUSE, errno.EACCES} if sys.platform == "win32" else {errno.EADDRINUSE}
STATIC = Path(__file__).parent / "static"
PAGES = {
    "/sign": ("sign.html", "text/html; charset=utf-8"),
    "/sign.js": ("sign.js", "text/javascript; charset=utf-8"),
    "/sign.css": ("sign.css", "text/css; charset=utf-8"),
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Desk:
    """The one run on the desk, one file or several that are signed in one go. A new one puts the old one away."""

    def __init__(self, upstream: Upstream, keys: Keys) -> None:
        self._upstream = upstream
        self._keys = keys
        self._lock = threading.Lock()
        # Its name, its secret, what it is, and which of its files are signed and brought already.
        self._held: tuple[str, str, Run, set[str]] | None = None

    def open(self, secret: str) -> dict[str, Any]:
        """Fetch what a secret stands for and lay it out."""
        run = self._upstream.fetch(secret)
        self._keys.require(run.certificate)
        with self._lock:
            name = secrets.token_urlsafe(16)
            self._held = (name, secret, run, set())
        return {
            "run": name,
            "signer": run.signer,
            "serial": run.serial,
            "valid_until": run.valid_until,
            "legal_force": run.legal_force,
            "server": self._upstream.address,
            "files": [
                {"task": one.task, "title": one.title, "number": one.number, "digest": one.digest} for one in run.sheets
            ],
        }

    def file(self, name: str, task: str) -> bytes:
        """A file of the run on the desk, as it will be signed."""
        for one in self._of(name)[1].sheets:
            if one.task == task:
                return one.file
        raise Distrusted("Không có tệp này.")

    def sign(self, name: str, pin: str) -> dict[str, Any]:
        """Sign what is on the desk and bring it back, one file after the other; then the desk is empty.

        Where that breaks off, the same again goes on with the files that are left.
        """
        secret, run, brought = self._of(name)
        left: list[Sheet] = [one for one in run.sheets if one.task not in brought]
        signatures = self._keys.sign(run.certificate, [one.to_sign for one in left], pin)
        for one, signature in zip(left, signatures, strict=True):
            try:
                self._upstream.bring(secret, one.task, signature)
            except Distrusted as problem:
                done, whole = len(brought), len(run.sheets)
                raise Distrusted(f"{problem} (đã ký {done}/{whole} tệp)" if whole > 1 else str(problem)) from problem
            brought.add(one.task)
        with self._lock:
            self._held = None
        return {"done": True, "back": run.back}

    def _of(self, name: str) -> tuple[str, Run, set[str]]:
        with self._lock:
            if self._held is None or not secrets.compare_digest(self._held[0], name):
                raise Distrusted("Việc ký này đã xong hoặc đã hết hạn. Bấm ký lại từ trang Đoàn Số.")
            return self._held[1:]


class Window(BaseHTTPRequestHandler):
    """Answers this machine's browser and nobody else."""

    server: "Server"
    protocol_version = "HTTP/1.1"
    timeout = 30

    def log_message(self, *_arguments: object) -> None:
        """Nothing of what is asked is written down."""

    def do_GET(self) -> None:
        """The page, its two files, and the files on the desk."""
        if not self._is_for_us():
            return
        path, _mark, query = self.path.partition("?")
        if path in PAGES and not query:
            name, media = PAGES[path]
            self._answer(HTTPStatus.OK, (STATIC / name).read_bytes(), media)
        elif path == "/file" and self._is_ours():
            try:
                name, _dot, task = query.partition(".")
                content = self.server.desk.file(name, task)
            except Distrusted as problem:
                self._tell(HTTPStatus.NOT_FOUND, {"problem": str(problem)})
            else:
                self._answer(HTTPStatus.OK, content, "application/pdf", policy="frame-ancestors 'none'")
        else:
            self._tell(HTTPStatus.NOT_FOUND, {"problem": "Không có trang này."})

    def do_POST(self) -> None:
        """Lay a run out; sign it."""
        if not self._is_for_us():
            return
        # Only our own page may ask: no other site, whatever it knows.
        if self.headers.get("Origin") != self.server.origin or not self._is_ours():
            self._tell(HTTPStatus.FORBIDDEN, {"problem": "Trang web khác không được dùng chương trình này."})
            return
        payload = self._body()
        if payload is None:
            return
        try:
            if self.path == "/open":
                self._tell(HTTPStatus.OK, self.server.desk.open(_word(payload, "secret")))
            elif self.path == "/confirm":
                self._tell(HTTPStatus.OK, self.server.desk.sign(_word(payload, "run"), _word(payload, "pin")))
            else:
                self._tell(HTTPStatus.NOT_FOUND, {"problem": "Không có trang này."})
        except (Distrusted, NotHere) as problem:
            self._tell(HTTPStatus.UNPROCESSABLE_ENTITY, {"problem": str(problem)})

    def _is_for_us(self) -> bool:
        # A name that somebody points here (DNS rebinding) is not ours.
        if self.headers.get_all("Host") == [f"{HERE}:{self.server.server_port}"]:
            return True
        self.close_connection = True
        self._tell(HTTPStatus.MISDIRECTED_REQUEST, {"problem": "Địa chỉ không đúng."})
        return False

    def _is_ours(self) -> bool:
        return self.headers.get("Sec-Fetch-Site", "same-origin") == "same-origin"

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > LARGEST_BODY or self.headers.get("Transfer-Encoding"):
            self.close_connection = True
            self._tell(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, {"problem": "Yêu cầu quá dài."})
            return None
        content = self.rfile.read(int(length))
        try:
            payload = json.loads(content)
        except ValueError:
            payload = None
        if self.headers.get("Content-Type") != "application/json" or not isinstance(payload, dict):
            self._tell(HTTPStatus.BAD_REQUEST, {"problem": "Yêu cầu không đúng dạng."})
            return None
        return payload

    def _tell(self, status: HTTPStatus, payload: dict[str, Any]) -> None:
        self._answer(status, json.dumps(payload, ensure_ascii=False).encode(), "application/json")

    def _answer(self, status: HTTPStatus, content: bytes, media: str, policy: str = POLICY) -> None:
        self.send_response(status)
        for name, value in (
            ("Content-Type", media),
            ("Content-Length", str(len(content))),
            ("Content-Security-Policy", policy),
            ("X-Content-Type-Options", "nosniff"),
            ("X-Frame-Options", "DENY"),
            ("Referrer-Policy", "no-referrer"),
            ("Cross-Origin-Opener-Policy", "same-origin"),
            ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


def _word(payload: dict[str, Any], key: str) -> str:
    value = payload.get(key)
    if not isinstance(value, str) or not 1 <= len(value) <= 200 or not value.isprintable():
        raise Distrusted("Yêu cầu không đúng dạng.")
    return value


class PortTaken(RuntimeError):
    """Another program listens where this one should."""


class Server(ThreadingHTTPServer):
    """Listens on this machine's own address only."""

    daemon_threads = True
    # What connections of the last run left behind keeps no new one from its port. On Windows the same would let another
    # program listen beside us.
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int, desk: Desk) -> None:
        try:
            super().__init__((HERE, port), Window)
        except OSError as problem:
            if problem.errno not in _TAKEN:
                raise
            raise PortTaken(
                f"Cổng {port} trên máy này đang có chương trình khác dùng, thường là doanso-sign đã chạy sẵn ở cửa sổ khác. "
                "Hãy dùng luôn chương trình đó, hoặc tắt nó rồi chạy lại."
            ) from problem
        self.desk = desk
        self.origin = f"http://{HERE}:{self.server_port}"

    def server_bind(self) -> None:
        """On Windows nobody else may take the port while we listen, whatever they ask for."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        super().server_bind()
