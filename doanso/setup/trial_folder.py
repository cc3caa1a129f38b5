"""Files by which the web process and the supervisor of `./dev run` speak about the trial copy. Standard library only."""

import json
import os
from pathlib import Path

FOLDER = "trial"
"""Below the data folder: `copy/` (the demo), `request`, `state.json`, `log`."""
COPY = "copy"
SIGN_INS = "sign-ins.json"
"""In the copy: the sign-ins that a demo prints; the same name as `home.demo_folder.SIGN_INS`."""
OPEN, REMOVE = "open", "remove"
BUILDING, READY, FAILED, REMOVING = "building", "ready", "failed", "removing"


def write_atomically(path: Path, text: str) -> None:
    """Write a small file so that a reader sees the old or the new one; it is its owner's alone."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.draft")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    draft.replace(path)


def read_state(data: Path) -> dict[str, object]:
    """Return the state that the supervisor wrote; empty where there is no trial copy."""
    try:
        return dict(json.loads((data / FOLDER / "state.json").read_text(encoding="utf-8")))
    except (OSError, ValueError):
        return {}


def write_request(data: Path, request: str) -> None:
    """Ask the supervisor to open or to remove the copy."""
    write_atomically(data / FOLDER / "request", request)


def waiting_request(data: Path) -> str:
    """Return the request that waits to be taken up; empty without one."""
    try:
        return (data / FOLDER / "request").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def take_request(data: Path) -> str:
    """Return the request that waits, and remove it; empty without one."""
    request = waiting_request(data)
    if request:
        (data / FOLDER / "request").unlink(missing_ok=True)
    return request
