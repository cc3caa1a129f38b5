"""The one server this program speaks to: it asks what to sign by a secret, and brings each signature back."""

import base64
import http.client
import json
import ssl
from typing import Any
from urllib.parse import urlsplit

from doanso_sign.checks import Distrusted, Run, listed, read_run

LARGEST_FILE = 80 << 20
LARGEST_RUN = 480 << 20
LARGEST_ANSWER = 256 << 10
TIMEOUT = 30


class Upstream:
    """The configured server. No redirect is followed and no other address is ever asked."""

    def __init__(self, address: str) -> None:
        parts = urlsplit(address)
        if parts.username or parts.query or parts.fragment or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("the server's address is scheme, host and port only")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost")):
            raise ValueError("the server must speak https")
        self.address = f"{parts.scheme}://{parts.netloc}"
        self._parts = parts

    def _ask(self, method: str, path: str, secret: str, body: bytes | None, most: int) -> bytes:
        host, port = self._parts.hostname or "", self._parts.port
        connection: http.client.HTTPConnection
        if self._parts.scheme == "https":
            context = ssl.create_default_context()
            connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT, context=context)
        else:
            connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT)
        headers = {"Authorization": f"DoanSoSign {secret}", "Accept": "application/json, application/pdf"}
        if body is not None:
            headers["Content-Type"] = "application/json"
        try:
            connection.request(method, f"/api/v1/signing/session{path}", body, headers)
            answer = connection.getresponse()
            content = answer.read(most + 1)
        except (OSError, http.client.HTTPException) as error:
            raise Distrusted("Không kết nối được với máy chủ Đoàn Số. Kiểm tra mạng rồi thử lại.") from error
        finally:
            connection.close()
        if answer.status != 200 or len(content) > most:
            raise Distrusted(_said(content) or "Máy chủ không nhận lần ký này. Bấm ký lại từ trang Đoàn Số.")
        return content

    def fetch(self, secret: str) -> Run:
        """What a secret asks to sign, looked at from all sides."""
        payload = _object(self._ask("GET", "", secret, None, LARGEST_ANSWER))
        files: list[bytes] = []
        for file_entry in listed(payload):
            room = min(LARGEST_FILE, LARGEST_RUN - sum(map(len, files)))
            files.append(self._ask("GET", f"/file?task={file_entry['task']}", secret, None, room))
        return read_run(payload, files, self.address)

    def bring(self, secret: str, task: str, signature: bytes) -> None:
        """Hand the signature of one file over."""
        body = json.dumps({"task": task, "signature": base64.b64encode(signature).decode()}).encode()
        self._ask("POST", "/signature", secret, body, LARGEST_ANSWER)


def _object(content: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(content)
    except ValueError as error:
        raise Distrusted("Máy chủ trả lời không đúng dạng.") from error
    if not isinstance(payload, dict):
        raise Distrusted("Máy chủ trả lời không đúng dạng.")
    return payload


def _said(content: bytes) -> str:
    try:
        payload = json.loads(content[:LARGEST_ANSWER])["message"]
    except (ValueError, KeyError, TypeError):
        return ""
    return payload[:400] if isinstance(payload, str) else ""
