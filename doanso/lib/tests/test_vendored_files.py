"""The front-end files we carry are the ones the manifest names, whole and unchanged."""

import hashlib
import json
import re
from pathlib import Path

import pytest

DOANSO = Path(__file__).resolve().parents[2]
VENDOR = DOANSO / "static" / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text(encoding="utf-8"))
FILES = [file for entry in MANIFEST["packages"] for file in entry["files"]]


@pytest.mark.parametrize("file", FILES, ids=[file["path"] for file in FILES])
def test_file_has_the_recorded_hash(file: dict[str, str]) -> None:
    assert hashlib.sha256((VENDOR / file["path"]).read_bytes()).hexdigest() == file["sha256"]


def test_every_file_is_listed() -> None:
    carried = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file()}
    assert carried == {file["path"] for file in FILES} | {"manifest.json"}


def test_every_package_names_version_and_licence() -> None:
    for entry in MANIFEST["packages"]:
        assert re.fullmatch(r"\d+\.\d+\.\d+", entry["version"]), entry["name"]
        assert entry["licence"] in {"MIT", "OFL-1.1", "0BSD", "Apache-2.0", "ISC", "BSD-2-Clause", "BSD-3-Clause"}, (
            entry["name"]
        )


def test_no_file_points_at_a_source_map_we_do_not_carry() -> None:
    for file in FILES:
        if file["path"].endswith((".css", ".js")):
            assert "sourceMappingURL" not in (VENDOR / file["path"]).read_text(encoding="utf-8")
