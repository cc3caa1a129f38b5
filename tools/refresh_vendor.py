"""Fetch, from npm, every vendored front-end file in `doanso/static/vendor/`, of the phone, and of the tools.

The manifest in each folder is the source: change a version or the list of icons in it, run this script (it needs `npm`), review
the difference, commit. The script is not used when the product is built, tested or served.
"""

import hashlib
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

TOOLS = Path(__file__).resolve().parent
# Files that a visitor's browser loads, and files that only tests and tools use.
MINIFIER = "terser@5.51.4"
"""Minifies modules that npm packages hold unminified; the same version gives the same bytes."""
_BARE_IMPORT = re.compile(r"""(\bfrom|\bimport)\s*(["'])([\w@][^"']*)\2""")
FOLDERS = [
    TOOLS.parent / "doanso" / "static" / "vendor",
    TOOLS.parent / "doanso" / "phone" / "vendor",
    TOOLS / "vendor",
]
MIT = """The MIT License (MIT)

{copyright}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
"""


def fetch(name: str, version: str, folder: Path) -> Path:
    """Unpack one release of an npm package and return its folder."""
    packed = subprocess.run(
        ["npm", "pack", "--silent", f"{name}@{version}"], cwd=folder, check=True, capture_output=True, text=True
    )
    target = folder / packed.stdout.strip().removesuffix(".tgz")
    with tarfile.open(folder / packed.stdout.strip()) as archive:
        archive.extractall(target, filter="data")
    return target / "package"


def without_source_map(text: str) -> str:
    """Remove the reference to a source map: it is not shipped, and the static files' manifest refuses a missing one."""
    return re.sub(r"\n?(/\*# sourceMappingURL=.*?\*/|//# sourceMappingURL=\S*)\s*$", "\n", text)


def sprite(package: Path, icons: list[str]) -> str:
    """Return one SVG file with a symbol per icon; stroke and size come from the `.icon` class of its use."""
    symbols = []
    for icon in sorted(icons):
        svg = (package / "icons" / "outline" / f"{icon}.svg").read_text(encoding="utf-8")
        body = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        if body is None:
            raise SystemExit(f"{icon}: no drawing found")
        shapes = re.sub(r'<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*/>', "", body[1])
        symbols.append(f'<symbol id="{icon}" viewBox="0 0 24 24">{re.sub(r"\s*\n\s*", "", shapes)}</symbol>')
    return '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"


def module(source: Path, path: str, modules: dict[str, str]) -> str:
    """Return a minified module, with imports by name turned into relative paths to the other vendored modules."""
    words = ["npm", "exec", "--yes", "--package", MINIFIER, "--", "terser", str(source), "--module", "-c", "-m"]
    small = subprocess.run(words, check=True, capture_output=True, text=True).stdout
    up = "../" * path.count("/")

    def relative(match: re.Match[str]) -> str:
        if match[3] not in modules:
            raise SystemExit(f"{path}: imports {match[3]}, which is not among the vendored modules")
        return f"{match[1]}{match[2]}{up}{modules[match[3]]}{match[2]}"

    return _BARE_IMPORT.sub(relative, small) + "\n"


def content(package: Path, entry: dict[str, Any], file: dict[str, str], modules: dict[str, str]) -> bytes:
    """Return the bytes of one file of the manifest."""
    if file["from"] == "(sprite)":
        return sprite(package, entry["icons"]).encode()
    if file["from"] == "(licence)":
        return MIT.format(copyright=entry["copyright"]).encode()
    if modules.get(entry["name"]) == file["path"]:
        return module(package / file["from"], file["path"], modules).encode()
    raw = (package / file["from"]).read_bytes()
    return without_source_map(raw.decode()).encode() if file["path"].endswith((".css", ".js")) else raw


def refresh(folder: Path) -> None:
    """Fetch the files of one manifest, and write their hashes into it."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    # Packages of one module each, by the name under which others import them.
    modules = {
        package_entry["name"]: package_entry["files"][0]["path"]
        for package_entry in manifest["packages"]
        if package_entry.get("is_module")
    }
    with tempfile.TemporaryDirectory() as scratch:
        for entry in manifest["packages"]:
            package = fetch(entry["name"], entry["version"], Path(scratch))
            for file in entry["files"]:
                data = content(package, entry, file, modules)
                target = folder / file["path"]
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(data)
                file["sha256"] = hashlib.sha256(data).hexdigest()
                print(f"{len(data):>8}  {file['path']}")
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def main() -> int:
    """Refresh the named folders, or all; return the exit code."""
    for folder in [Path(word).resolve() for word in sys.argv[1:]] or FOLDERS:
        refresh(folder)
    return 0


if __name__ == "__main__":
    sys.exit(main())
