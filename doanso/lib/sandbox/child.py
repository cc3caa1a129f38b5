"""The first file that a sandboxed process runs; started by `doanso.lib.sandbox`, never imported by the product.

It gets one argument, a JSON object with the program, its arguments and its limits, and is `__main__` to the program, which may
import `load` and `open_nothing_more` from there. The program is imported before the limits are applied, so that its own modules
are read like any others; the untrusted file is read after.
"""

import importlib.util
import json
import resource
import signal
import sys
from pathlib import Path
from types import ModuleType
from typing import Any


def load(path: Path) -> ModuleType:
    """Return the module of this file: in isolated mode the product cannot be imported."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        raise ImportError(path)
    module = sys.modules[path.stem] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def open_nothing_more() -> None:
    """Keep open files and refuse to open anything else, be it a file or a connection."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, 0))


def take_limits(order: dict[str, Any]) -> None:
    """Have the kernel apply the limits to this process; none of them can be raised again."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    for limit, key in (
        (resource.RLIMIT_AS, "memory_bytes"),
        (resource.RLIMIT_CPU, "cpu_seconds"),
        (resource.RLIMIT_FSIZE, "file_bytes"),
        (resource.RLIMIT_NOFILE, "open_files"),
    ):
        resource.setrlimit(limit, (order[key], order[key]))


def main() -> None:
    """Load the program, apply the limits, run it."""
    order: dict[str, Any] = json.loads(sys.argv[1])
    parent_death = load(Path(__file__).parents[1] / "parent_death.py")
    parent_death.end_with_parent(order["parent"], signal.SIGKILL)
    if order["import_root"] is not None:
        sys.path.insert(0, order["import_root"])
    program = load(Path(order["program"]))
    take_limits(order)
    program.main(order["arguments"])
    sys.stdout.flush()


if __name__ == "__main__":
    main()
