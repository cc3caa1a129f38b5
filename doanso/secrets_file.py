"""Secrets of one installation, generated once in its data folder and readable by its owner alone."""

import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any, NoReturn


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode("ascii")


def _damage(keys: Any) -> str:
    """Return the name of the part of `DOANSO_KEYS` that is missing or damaged; "" when all keys are 32 bytes in base64."""
    if not isinstance(keys, dict) or not isinstance(keys.get("keys"), dict):
        return "keys"
    for name, key in keys["keys"].items():
        if not _is_key(key):
            return f"keys.{name}"
        # The name stands before each value, in ASCII after a byte with its length.
        if not (name.isascii() and 0 < len(name) < 256):
            return "keys"
    if not isinstance(keys.get("current"), str) or keys["current"] not in keys["keys"]:
        return "current"
    return "" if _is_key(keys.get("lookup")) else "lookup"


def _is_key(key: Any) -> bool:
    try:
        return isinstance(key, str) and len(base64.b64decode(key, validate=True)) == 32
    except ValueError:
        return False


def _refuse(where: str, part: str, remedy: str) -> NoReturn:
    # The settings are not loaded yet, so the message is written in Vietnamese.
    what = f" (mục “{part}”)" if part else ""
    raise SystemExit(
        f"{where} bị hỏng hoặc thiếu nội dung{what}; hệ thống chưa khởi động và không mất dữ liệu. "
        f"{remedy}, rồi khởi động lại."
    )


def _read(path: Path) -> dict[str, Any]:
    """Return the secrets of the file; end the program with a message and code 1 where it is damaged. It is never regenerated."""
    remedy = "Hãy chép lại tệp secrets.json của hệ thống này từ bản sao lưu"
    try:
        read: Any = json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        _refuse(f"Tệp khóa {path}", "", remedy)
    if not isinstance(read, dict) or not isinstance(read.get("secret_key"), str) or not read["secret_key"]:
        _refuse(f"Tệp khóa {path}", "secret_key", remedy)
    if damage := _damage(read.get("keys")):
        _refuse(f"Tệp khóa {path}", damage, remedy)
    return read


def keys_from(text: str | None, *, stored: Any) -> dict[str, Any]:
    """Return the keys that the variable `DOANSO_KEYS` holds as JSON, or those of the file where it is not set.

    Ends the program with a message where the variable is damaged.
    """
    if text is None:
        return dict(stored)
    remedy = "Hãy đặt lại biến này đúng như trước, lấy từ kho bí mật hoặc bản sao lưu"
    try:
        keys: Any = json.loads(text)
    except ValueError:
        _refuse("Biến DOANSO_KEYS", "", remedy)
    if damage := _damage(keys):
        _refuse("Biến DOANSO_KEYS", damage, remedy)
    checked: dict[str, Any] = keys
    return checked


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
