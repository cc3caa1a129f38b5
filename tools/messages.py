"""Compile the translations in Python, so that running the product needs no gettext."""

import os
from pathlib import Path

import polib


def compile_stale(root: Path) -> list[Path]:
    """Write a .mo beside each .po that has none or an older one; return the files written."""
    written = []
    for source in sorted(root.glob("**/locale/*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime_ns >= source.stat().st_mtime_ns:
            continue
        # Written aside and renamed, so that a server starting at the same moment never reads half a file.
        draft = target.with_suffix(f".mo.{os.getpid()}")
        polib.pofile(str(source)).save_as_mofile(str(draft))
        draft.replace(target)
        written.append(target)
    return written
