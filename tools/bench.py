"""`./dev bench [NAME ...] [--json] [--quick]`: run benches and print one line per figure.

With `--json` each line is an object with the keys of `KEYS`; without it, a readable line. `--quick` uses small sizes, to check
that a bench still runs. The exit code is 1 when a figure misses its target. A bench is a program of `bench/` which prints such
objects; it runs in a process of its own, so that memory is measured separately.
"""

import argparse
import importlib
import json
import subprocess
import sys
from typing import Any

KEYS = ("bench", "metric", "value", "unit", "reference", "ratio", "target", "ok")
# Name -> module, and the name of the module's small sizes.
BENCHES = {
    "import": ("bench.import_lists", "QUICK_ROWS"),
    "checkin": ("bench.checkin", "QUICK_CHECK_INS"),
    "dashboard": ("bench.dashboard", "QUICK_SIZES"),
    "duplicates": ("bench.duplicates", "QUICK_PERSONS"),
    "pages": ("bench.pages", "QUICK_MOMENT"),
    "places": ("bench.places", "QUICK_ADDRESSES"),
    "phone": ("bench.phone", "QUICK_RECORDS"),
    "report": ("bench.report", "QUICK_SIZES"),
    "search": ("bench.search", "QUICK_PEOPLE"),
    "sign": ("bench.sign", "QUICK_PAPERS"),
    "support": ("bench.support", "QUICK_HELPS"),
    "sync": ("bench.sync", "QUICK_SIZES"),
    "ledger": ("bench.ledger", "QUICK_MEMBERS"),
    "verify": ("bench.verify", "QUICK_FILES"),
    "documents": ("bench.documents", "QUICK_DOCUMENTS"),
}


def arguments(name: str, quick: bool) -> list[str]:
    """Return the arguments of the bench's program: none, or its small sizes."""
    module, sizes = BENCHES[name]
    if not quick:
        return []
    options = getattr(importlib.import_module(module), sizes)
    return [str(size) for size in (options if isinstance(options, tuple) else (options,))]


def figure(line: str) -> dict[str, Any]:
    """Return a printed line as an object with every key, in order."""
    printed = json.loads(line)
    return {key: printed.get(key) for key in KEYS}


def readable(entry: dict[str, Any]) -> str:
    """Return a figure as text."""
    mark = {True: "ok", False: "MISSED"}.get(entry["ok"], "")
    target = "" if entry["target"] is None else f"target {entry['target']}"
    reference = "" if entry["reference"] is None else f"against {entry['reference']}: {entry['ratio']}"
    measured = f"{entry['bench']:10} {entry['metric']:42} {entry['value']:>12} {entry['unit']:14}"
    return f"{measured} {target:16} {mark:7} {reference}".rstrip()


def main(words: list[str]) -> int:
    """Run the named benches, or all; return the exit code."""
    parser = argparse.ArgumentParser(prog="./dev bench")
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of: {', '.join(BENCHES)}")
    parser.add_argument("--json", action="store_true", help="one JSON object per line")
    parser.add_argument("--quick", action="store_true", help="small sizes")
    chosen = parser.parse_args(words)
    if unknown := [name for name in chosen.names if name not in BENCHES]:
        print(f"Unknown: {', '.join(unknown)}. There are: {', '.join(BENCHES)}", file=sys.stderr)
        return 2
    code = 0
    for name in chosen.names or BENCHES:
        command = [sys.executable, "-m", BENCHES[name][0], *arguments(name, chosen.quick)]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
            for line in process.stdout or ():
                entry = figure(line)
                print(json.dumps(entry, ensure_ascii=False) if chosen.json else readable(entry), flush=True)
                code = code or int(entry["ok"] is False)
        if process.returncode:
            print(f"{name} broke off with code {process.returncode}.", file=sys.stderr)
            code = 1
    return code
