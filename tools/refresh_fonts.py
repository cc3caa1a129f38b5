"""Rebuild, from npm, the font files of official documents (`doanso/official_form/fonts/`).

The package contains the family in pieces, one per group of letters, packed for browsers; typst needs one plain file per style.
The manifest beside the files is the source: change the version in it, run this script (it needs `npm`), review the difference,
commit. The same version gives the same bytes. The script is not used when the product is built, tested or served.
"""

import hashlib
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from fontTools.merge import Merger, Options
from fontTools.ttLib import TTFont

from tools.refresh_vendor import fetch

FOLDER = Path(__file__).resolve().parent.parent / "doanso" / "official_form" / "fonts"
# Hinting for low-resolution screens: pieces have different ones, which cannot be joined, and paper needs none.
HINTING = ("fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH", "gasp", "DSIG", "meta")
# Seconds since 1904: 2020-01-01. A fixed date, so that every run gives the same bytes.
MADE = 3660681600


def without_hinting(path: Path, scratch: Path) -> str:
    """Return one piece unpacked, without hinting."""
    font = TTFont(path)
    for table in HINTING:
        if table in font:
            del font[table]
    for name in font["glyf"].keys():  # noqa: SIM118 - the table is no dictionary
        glyph = font["glyf"][name]
        glyph.expand(font["glyf"])
        if hasattr(glyph, "program"):
            glyph.program.fromBytecode(b"")
    font.flavor = None
    target = scratch / f"{path.stem}.ttf"
    font.save(target)
    return str(target)


def joined(package: Path, style: str, subsets: list[str], scratch: Path) -> TTFont:
    """Join the pieces of one style to one font with the family's names."""
    pieces = [without_hinting(package / "files" / f"tinos-{subset}-{style}.woff", scratch) for subset in subsets]
    font = Merger(options=Options(drop_tables=list(HINTING))).merge(pieces)
    font["head"].created = font["head"].modified = MADE
    font.recalcTimestamp = False
    return font


def letters(fonts: list[TTFont]) -> str:
    """Return the code points present in every style, as ranges: "20-7e a0-ff …"."""
    shared = sorted(set.intersection(*(set(font.getBestCmap()) for font in fonts)))
    ranges: list[list[int]] = []
    for code in shared:
        if ranges and code == ranges[-1][1] + 1:
            ranges[-1][1] = code
        else:
            ranges.append([code, code])
    return " ".join(f"{first:x}-{last:x}" if first != last else f"{first:x}" for first, last in ranges)


def refresh(folder: Path) -> None:
    """Fetch the version in the manifest, and write the files, their hashes and their code points."""
    path = folder / "manifest.json"
    manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    fonts = []
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        package = fetch(manifest["name"], manifest["version"], scratch)
        for file in manifest["files"]:
            if "style" in file:
                font = joined(package, file["style"], manifest["subsets"], scratch)
                font.save(folder / file["path"], reorderTables=True)
                fonts.append(font)
            else:
                (folder / file["path"]).write_bytes((package / file["from"]).read_bytes())
            data = (folder / file["path"]).read_bytes()
            file["sha256"] = hashlib.sha256(data).hexdigest()
            print(f"{len(data):>8}  {file['path']}")
        manifest["letters"] = letters(fonts)
    path.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    refresh(FOLDER)
    sys.exit(0)
