"""The commands of `./dev`. Each takes the following words and returns an exit code.

Every command takes its data folder from `--data DIR` or `DOANSO_DATA`; the default is `var/` in the repository.
"""

import importlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

COMMANDS = {
    "demo": "make a sample committee and serve it  [--moment planning|running|closing|reorganised] [--port N] [--fresh]",
    "run": "serve this installation: web and worker  [--host H] [--port N]",
    "test": "the tests, on SQLite and on PostgreSQL  [--all|--ci|--failed] [--cost] [pytest's own words]",
    "lint": "style, types, templates, import contracts, translations, migrations",
    "fmt": "put the style right",
    "check": "lint, and that migrations and the deploy settings are complete",
    "bench": "measure  [NAME ...] [--json] [--quick]",
    "faults": "kill the server under load, and see that nothing is lost  sync [--engine sqlite|postgres] [--kills N]",
    "doanso": "one command of the product, such as: ./dev doanso progress --programme my-tho-2023",
}


def usage() -> str:
    """Return the usage text."""
    lines = [f"  {name:8} {text}" for name, text in COMMANDS.items()]
    return "\n".join(["./dev COMMAND [--data DIR] ...", "", *lines])


def take_data(words: list[str]) -> list[str]:
    """Set `DOANSO_DATA` to the absolute path in `--data`; return the other words."""
    rest: list[str] = []
    option = os.environ.get("DOANSO_DATA", "")
    waiting = iter(words)
    for word in waiting:
        if word == "--data":
            option = next(waiting, "")
            if not option:
                raise SystemExit("--data needs a folder.")
        elif word.startswith("--data="):
            option = word.removeprefix("--data=")
        else:
            rest.append(word)
    os.environ["DOANSO_DATA"] = str(Path(option or ROOT / "var").resolve())
    return rest


def doanso(*words: str) -> int:
    """Run one command of the product as its own process, in the caller's folder."""
    return subprocess.run([sys.executable, "-m", "doanso", *words], check=False).returncode


def replace_process(module: str, words: list[str]) -> int:
    """Replace this process by another program, so that it gets Ctrl-C and signals directly."""
    return os.execv(sys.executable, [sys.executable, "-m", module, *words])


def _demo(words: list[str]) -> int:
    return replace_process("doanso", ["demo", *words])


def _doanso(words: list[str]) -> int:
    return replace_process("doanso", words)


def _in_root(module: str, words: list[str]) -> int:
    os.chdir(ROOT)
    return int(importlib.import_module(module).main(words))


def main(arguments: list[str]) -> int:
    """Run the command that the first word names."""
    words = take_data(arguments)
    if not words or words[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0
    command, rest = words[0], words[1:]
    if command not in COMMANDS:
        print(f"There is no command '{command}'.\n\n{usage()}", file=sys.stderr)
        return 2
    if command in {"demo", "run", "doanso", "test", "bench", "faults"}:
        from tools import messages

        messages.compile_stale(ROOT / "doanso")
    own = {"demo": _demo, "doanso": _doanso}
    if command in own:
        return own[command](rest)
    return _in_root("tools.serve" if command == "run" else f"tools.{command}", rest)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
