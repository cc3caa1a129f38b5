"""Secrets of one installation, generated once in its data folder and readable by its owner alone."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _read(path: Path) -> dict[str, Any]:
    """Return the secrets of the file; end the program with a message and code 1 where it is damaged. It is never regenerated."""
    try:
        read: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if read["secret_key"] and read["keys"]["current"] in read["keys"]["keys"] and read["keys"]["lookup"]:
            return read
    except (UnicodeDecodeError, ValueError, KeyError, TypeError):
        pass
    # The settings are not loaded yet, so the message is written in Vietnamese.
    raise SystemExit(
        f"Tệp khóa {path} bị hỏng hoặc thiếu nội dung; hệ thống chưa khởi động và không mất dữ liệu. "
        "Hãy chép lại tệp secrets.json của hệ thống này từ bản sao lưu, rồi khởi động lại."
    )


def load_or_make(data: Path) -> dict[str, Any]:
    """Return the secrets in `data/secrets.json`, generating them when missing.

    Two processes that start together agree: the complete file is linked into place, and the second process reads the
    file of the first.
    """
    path = data / "secrets.json"
    try:
        return _read(path)
    except FileNotFoundError:
        data.mkdir(parents=True, exist_ok=True)
    made = {
        "secret_key": secrets.token_urlsafe(50),
        "keys": {"current": "1", "keys": {"1": _new_key()}, "lookup": _new_key()},
    }
    draft = data / f".secrets-{secrets.token_hex(8)}"
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(made, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        return _read(path)
    finally:
        draft.unlink()
    return made
