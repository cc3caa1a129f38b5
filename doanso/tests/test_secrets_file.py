"""The file of an installation's keys: made once, read by all, and never made anew over a damaged one."""

import json
from pathlib import Path

import pytest

from doanso.secrets_file import keys_from, load_or_make


def test_it_is_made_once_for_its_owner_alone(tmp_path: Path) -> None:
    made = load_or_make(tmp_path / "data")
    assert load_or_make(tmp_path / "data") == made
    assert (tmp_path / "data" / "secrets.json").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"[]",
        b'"x"',
        b"\xff\xfe",
        b'{"secret_key": "x"}',
        b'{"secret_key": "x", "keys": {"current": "2", "keys": {}}}',
        b'{"secret_key": 5, "keys": {}}',
        b'{"secret_key": "x", "keys": {"current": [], "keys": {}, "lookup": "x"}}',
    ],
)
def test_a_damaged_one_stays_as_it_is_and_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "secrets.json"
    path.write_bytes(content)
    with pytest.raises(SystemExit, match=r"secrets\.json bị hỏng.*bản sao lưu"):
        load_or_make(tmp_path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("damaged", ["", "x", None, 5, "é" * 44, "A" * 42 + "==", ["A"]])
@pytest.mark.parametrize("part", ["keys.1", "lookup"])
def test_a_damaged_key_inside_a_readable_file_is_named(tmp_path: Path, part: str, damaged: object) -> None:
    stored = load_or_make(tmp_path)
    if part == "lookup":
        stored["keys"]["lookup"] = damaged
    else:
        stored["keys"]["keys"]["1"] = damaged
    (tmp_path / "secrets.json").write_text(json.dumps(stored))
    with pytest.raises(SystemExit, match=rf"secrets\.json bị hỏng .*mục “{part}”.*bản sao lưu"):
        load_or_make(tmp_path)
    with pytest.raises(SystemExit, match=rf"DOANSO_KEYS bị hỏng .*mục “{part}”.*kho bí mật"):
        keys_from(json.dumps(stored["keys"]), stored={})


def test_keys_of_a_secret_store_are_read_or_named(tmp_path: Path) -> None:
    stored = load_or_make(tmp_path)["keys"]
    assert keys_from(json.dumps(stored), stored={}) == keys_from(None, stored=stored) == stored
    for text in ("", "{", "[]", "{}"):
        with pytest.raises(SystemExit, match="DOANSO_KEYS bị hỏng"):
            keys_from(text, stored={})


def test_one_that_was_rotated_is_whole(tmp_path: Path) -> None:
    kept = load_or_make(tmp_path)
    kept["keys"]["keys"]["2"], kept["keys"]["current"] = kept["keys"]["keys"]["1"], "2"
    (tmp_path / "secrets.json").write_text(json.dumps(kept))
    assert load_or_make(tmp_path) == kept
