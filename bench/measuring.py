"""What benches share: an installation with the small tree of the tests, a process and a data folder of its own, and figures."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import date
from typing import Any


def small_installation(today: date | None = None) -> Any:
    """Set up Django, migrate the empty data folder and return the small tree; the business day is `today` or the real one.

    Called before any module of the product is imported.
    """
    import django

    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    django.setup()
    from django.conf import settings
    from django.core.management import call_command

    from doanso.lib import clock
    from doanso.testing import grow_tree

    call_command("migrate", verbosity=0)
    if today is not None:
        settings.BUSINESS_DAY_FILE = settings.DATA / "business-day"
        clock.set_today(today)
    return grow_tree()


def measure_apart(
    module: str, *words: object, url: str = "", is_demo: bool = False, **variables: str
) -> list[dict[str, Any]]:
    """Return the figures that a bench's module prints in its last line when it is run with these words, in an empty data folder.

    `url` names the database of a server; without one the process uses SQLite. `is_demo` sets the settings of a demo, `variables`
    are further ones of the environment.
    """
    with tempfile.TemporaryDirectory(prefix="doanso-bench-") as folder:
        environment = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DOANSO_DEMO"}}
        environment |= {"DOANSO_DATA": folder, "DOANSO_DB_POOL": "0", "DJANGO_SETTINGS_MODULE": "doanso.settings"}
        environment |= {"DATABASE_URL": url} if url else {}
        environment |= {"DOANSO_DEMO": "1"} if is_demo else {}
        environment |= variables
        line = [sys.executable, "-m", module, *map(str, words)]
        done = subprocess.run(line, env=environment, stdout=subprocess.PIPE, check=True, text=True)
    return list(json.loads(done.stdout.splitlines()[-1]))


def figure(metric: str, value: float, unit: str, *, target: float | None = None) -> dict[str, Any]:
    """Return a figure, which is right up to its target; without one it is for information."""
    ok = None if target is None else value <= target
    return {"metric": metric, "value": round(value, 3), "unit": unit, "target": target, "ok": ok}


def middle(values: Sequence[float]) -> float:
    """Return the median, the upper one of two."""
    return sorted(values)[len(values) // 2]
