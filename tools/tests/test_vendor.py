"""Every vendored file is the one its manifest names, and none lies there unnamed."""

import hashlib
import json

import pytest

from tools.refresh_vendor import FOLDERS

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_vendored_files_match_their_manifest(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    named = {file["path"]: file["sha256"] for package in manifest["packages"] for file in package["files"]}
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert found == named


@pytest.mark.parametrize("folder", FOLDERS, ids=str)
def test_every_package_names_version_and_licence(folder):
    for package in json.loads((folder / "manifest.json").read_text(encoding="utf-8"))["packages"]:
        assert package["version"][0].isdigit(), package["name"]
        assert package["licence"], package["name"]
        assert any("LICENSE" in file["path"] for file in package["files"]), package["name"]
