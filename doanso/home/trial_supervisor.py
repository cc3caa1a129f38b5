"""The trial copy beside an installation: a demo in a folder of its own, built and served by the supervisor of `./dev run`.

Standard library only. The web process starts and ends nothing: it writes a request into the folder `trial/` below the data folder
and reads the state there. The copy has its own database, keys, port and cookie names, and none of the installation's secrets.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from doanso.home.serving import SUPERVISED, port_is_free
from doanso.home.start_demo import FOREIGN
from doanso.lib.parent_death import end_with_parent
from doanso.setup import trial_folder
from doanso.setup.trial_folder import BUILDING, FAILED, OPEN, READY, REMOVE, REMOVING

OFFERED = "DOANSO_TRIAL_OFFERED"
"""Set for the web process of an installation whose supervisor can open a trial copy."""
IS_TRIAL = "DOANSO_TRIAL"
"""Set for the processes of the trial copy."""
ADDRESS = "DOANSO_TRIAL_ADDRESS"
"""Where people reach the trial copy through a proxy with TLS, such as https://thu.example.vn; empty without one."""
DEMO_COMMAND = ("-m", "doanso", "demo")
_STOP_WITHIN = 12
_PORTS = 20
# Secrets and addresses of the real installation, also those that a demo would ignore.
_KEPT_BACK = (
    *(OFFERED, SUPERVISED, "DOANSO_BEHIND_PROXY", "DOANSO_ORIGINS", "DOANSO_TOKEN_MODULE", "DOANSO_TOKEN_PIN"),
    ADDRESS,
    *FOREIGN,
)
_STORE = "S3_"
"""Prefix of the variables that name a store of files and its keys."""


def _proxy_settings() -> dict[str, str]:
    """Return the settings with which the copy answers through the proxy; none where it is reached by its port."""
    address = os.environ.get(ADDRESS, "").rstrip("/")
    host = urlsplit(address).netloc
    if not host:
        return {}
    hosts = [name for name in os.environ.get("DOANSO_HOSTS", "localhost,127.0.0.1").split(",") if name]
    return {
        "DOANSO_HOSTS": ",".join([*hosts, host.partition(":")[0]]),
        "DOANSO_ORIGINS": address,
        "DOANSO_BEHIND_PROXY": "1",
    }


class TrialSupervisor:
    """Builds, serves and removes the trial copy of one installation; `advance` is called some times a second."""

    def __init__(self, data: Path, host: str, port: int, command: Sequence[str] = DEMO_COMMAND) -> None:
        self._data, self._folder = data, data / trial_folder.FOLDER
        self._host, self._first_port = host, port + 1
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._port = 0
        self._state = ""
        self._kill_at = self._looked_at = 0.0
        state = trial_folder.read_state(data).get("state")
        if state in (BUILDING, READY):
            self._open()
        elif state == REMOVING:
            self._begin_removing()

    def environment(self, environment: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the installation's own processes."""
        return {**environment, OFFERED: "1"}

    def advance(self) -> None:
        """Carry out a request, and notice that the copy answers or has ended; never waits."""
        if self._state == REMOVING:
            self._go_on_removing()
            return
        request = trial_folder.take_request(self._data)
        if request == OPEN and self._process is None:
            self._open()
        elif request == REMOVE:
            self._begin_removing()
        elif self._process is not None and time.monotonic() - self._looked_at > 1:
            self._looked_at = time.monotonic()
            self._look()

    def end(self) -> None:
        """End the copy's processes and keep its data; it is opened again at the next start."""
        if self._process is not None:
            self._process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(_STOP_WITHIN)
            self._kill()

    def _note(self, state: str) -> None:
        """Keep the state; where it cannot be written, as on a full disk, the installation beside it goes on all the same."""
        self._state = state
        values = {"state": state, "port": self._port, "since": time.time()}
        try:
            trial_folder.write_atomically(self._folder / "state.json", json.dumps(values))
        except OSError as error:
            sys.stderr.write(f"The state of the trial copy cannot be written: {error}\n")

    def _open(self) -> None:
        ports = range(self._first_port, self._first_port + _PORTS)
        self._port = next((port for port in ports if port_is_free(self._host, port)), 0)
        if not self._port:
            self._note(FAILED)
            return
        self._note(BUILDING)
        try:
            self._start()
        except OSError as error:
            sys.stderr.write(f"The trial copy cannot start: {error}\n")
            self._note(FAILED)

    def _start(self) -> None:
        environment = {
            name: value for name, value in os.environ.items() if name not in _KEPT_BACK and not name.startswith(_STORE)
        }
        copy = str(self._folder / trial_folder.COPY)
        words = ["--data", copy, "--host", self._host, "--port", str(self._port)]
        with os.fdopen(os.open(self._folder / "log", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as log:
            # Nothing in the words comes from a request.
            self._process = subprocess.Popen(  # noqa: S603
                [sys.executable, *self._command, *words],
                env=environment | _proxy_settings() | {IS_TRIAL: "1", "DOANSO_DATA": copy},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                # The supervisor has one thread, so code between fork and exec is safe.
                preexec_fn=partial(end_with_parent, os.getpid()),  # noqa: PLW1509
            )

    def _look(self) -> None:
        assert self._process is not None  # noqa: S101 -- checked by the caller
        if self._process.poll() is not None:
            self._kill()
            self._note(FAILED)
        elif self._state == BUILDING and self._is_built() and not port_is_free(self._host, self._port):
            self._note(READY)

    def _is_built(self) -> bool:
        """Return whether the copy is there; another program may have taken its port while it was built."""
        return (self._folder / trial_folder.COPY / trial_folder.SIGN_INS).exists()

    def _begin_removing(self) -> None:
        self._note(REMOVING)
        if self._process is not None:
            self._process.terminate()
        self._kill_at = time.monotonic() + _STOP_WITHIN

    def _go_on_removing(self) -> None:
        if self._process is not None:
            if self._process.poll() is None and time.monotonic() < self._kill_at:
                return
            self._kill()
        # It holds invented data alone. A file that appears meanwhile is removed in the next round.
        if self._folder.is_symlink():
            # Whatever an operator's link leads to stays.
            self._folder.unlink(missing_ok=True)
        shutil.rmtree(self._folder, ignore_errors=True)
        if not self._folder.exists():
            self._state = ""

    def _kill(self) -> None:
        """Kill what is left of the copy's processes."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()
            self._process = None
