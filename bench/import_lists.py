"""Measure how fast a list of members is compared and applied, and how much memory that takes.

Runs in a process of its own on an empty SQLite database in a temporary folder: `python -m bench.import_lists [ROWS]`. CPU
seconds are those of this process and of the parser it starts; memory is the peak of both together.
"""

import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from bench.names import full_name

DEFAULT_ROWS = 100_000
QUICK_ROWS = 5_000
WARDS, BRANCHES = 17, 8
_PREPARE = "--prepare"


def write_list(path: Path, rows: int) -> None:
    """Write a list of the whole city, as a program exports it: 11 columns, all filled."""
    import xlsxwriter

    pick = random.Random(2023)
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True})
    sheet = book.add_worksheet("Đoàn viên")
    heads = (
        "STT|Họ và tên|Ngày sinh|Giới tính|Số CCCD|SĐT|Email|Địa chỉ|Đoàn cơ sở|Chi đoàn|Số thẻ đoàn|Ngày vào Đoàn"
    ).split("|")
    for place, head in enumerate(heads):
        sheet.write_string(0, place, head)
    for number in range(1, rows + 1):
        male, year = pick.random() < 0.5, pick.randrange(1994, 2008)
        century = (0 if year < 2000 else 2) + (0 if male else 1)
        ward = number % WARDS
        cells = (
            full_name(pick),
            f"{pick.randrange(1, 29):02}/{pick.randrange(1, 13):02}/{year}",
            "Nam" if male else "Nữ",
            f"082{century}{year % 100:02}{number:06}",
            f"09{number:08}",
            f"dv{number}@example.vn",
            f"{pick.randrange(1, 400)} Lê Lợi, khu phố {number % BRANCHES + 1}",
            f"Phường {ward + 1}",
            f"Chi đoàn Khu phố {number // WARDS % BRANCHES + 1}",
            f"8215{number:07}",
            f"26/03/{year + 16}" if year + 16 <= 2023 else "",
        )
        sheet.write_number(number, 0, number)
        for place, cell in enumerate(cells, 1):
            sheet.write_string(number, place, cell)
    book.close()


def _grow_units() -> None:
    from datetime import date

    from doanso.access.models import Role, RoleAssignment
    from doanso.accounts.models import User
    from doanso.lib import clock
    from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath

    began = date(2020, 1, 1)

    def unit(code: str, kind: str, name: str, short: str, above: list[Unit]) -> Unit:
        unit = Unit.objects.create(code=code, kind=kind, since=began)
        UnitName.objects.create(unit=unit, name=name, short_name=short, sort_key=short, since=began)
        if above:
            UnitLink.objects.create(unit=unit, parent=above[0], since=began)
        for depth, ancestor in enumerate([unit, *above]):
            UnitPath.objects.create(ancestor=ancestor, unit=unit, depth=depth, since=began)
        return unit

    city = unit("my-tho", UnitKind.CITY, "Thành Đoàn Mỹ Tho", "Mỹ Tho", [])
    for ward in range(1, WARDS + 1):
        grassroots = unit(f"p{ward}", UnitKind.GRASSROOTS, f"Đoàn Phường {ward}", f"Phường {ward}", [city])
        for branch in range(1, BRANCHES + 1):
            name = f"Chi đoàn Khu phố {branch}, Phường {ward}"
            unit(f"p{ward}-kp{branch}", UnitKind.BRANCH, name, f"Khu phố {branch}", [grassroots, city])
    officer = User.objects.create(username="officer", display_name="Officer", created_at=clock.now())
    RoleAssignment.objects.create(user=officer, role=Role.CITY_OFFICER, unit=city, since=began)


def _prepare(path: Path, rows: int) -> None:
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    _grow_units()
    write_list(path, rows)


def _cpu() -> float:
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


class _Memory(threading.Thread):
    """The peak memory of this process and the parser together, in MB.

    On a busy machine it samples many times per step, so the cost of sampling is reported (`cpu`) and excluded from the figure.
    """

    def __init__(self) -> None:
        super().__init__(daemon=True)
        self.peak = 0.0
        self.cpu = 0.0
        self._done = threading.Event()

    def run(self) -> None:
        while not self._done.wait(0.05):
            self.peak = max(self.peak, self._now())
            self.cpu = time.thread_time()

    def stop(self) -> float:
        self._done.set()
        self.join()
        return self.peak

    @staticmethod
    def _now() -> float:
        ids = ["self"]
        for task in Path("/proc/self/task").iterdir():
            try:
                ids += (task / "children").read_text().split()
            except OSError:
                continue
        pages = 0
        for process_id in ids:
            try:
                pages += int(Path(f"/proc/{process_id}/statm").read_text().split()[1])
            except OSError:
                continue
        return pages * resource.getpagesize() / (1 << 20)


def measure(rows: int) -> list[dict[str, Any]]:
    """Return the figures of one import of that many rows."""
    folder = tempfile.TemporaryDirectory(prefix="doanso-bench-")
    os.environ["DOANSO_DATA"] = folder.name
    os.environ["DJANGO_SETTINGS_MODULE"] = "doanso.settings"
    os.environ.pop("DATABASE_URL", None)
    path = Path(folder.name) / "list.xlsx"
    # Another process prepares the data: its memory is not the importer's.
    subprocess.run([sys.executable, "-m", "bench.import_lists", _PREPARE, str(path), str(rows)], check=True)

    import django

    django.setup()
    from doanso.accounts.models import User
    from doanso.imports import actions, comparison
    from doanso.units.models import Unit

    officer, city = User.objects.get(), Unit.objects.get(code="my-tho")

    memory_of_both = _Memory()
    memory_of_both.start()
    began, wall = _cpu(), time.monotonic()
    with path.open("rb") as source:
        job = actions.start_import(actor=officer, kind="members", unit=city, source=source, name=path.name, wake=False)
    comparison.compare_import(job.pk)
    job.refresh_from_db()
    compared = _cpu()
    actions.apply_import(actor=officer, job=job, skip_rejected=True, wake=False)
    actions.finish_applying(job.pk)
    ended = _cpu()
    job.refresh_from_db()
    if job.created_count != rows:
        raise SystemExit(
            f"{job.created_count} of {rows} rows were written: {job.state}, {job.rejected_count} rejected."
        )
    memory = memory_of_both.stop()
    speed = rows / (ended - began - memory_of_both.cpu)
    print(
        f"compare {compared - began:.1f} CPU-s, apply {ended - compared:.1f} CPU-s, of both {memory_of_both.cpu:.1f} CPU-s"
        f" for looking at memory, {time.monotonic() - wall:.1f} s in all",
        file=sys.stderr,
    )
    folder.cleanup()
    return [
        {
            "metric": "rows_per_cpu_second",
            "value": round(speed),
            "unit": "rows/CPU-s",
            "target": 2000,
            "ok": speed >= 2000,
        },
        {"metric": "peak_memory", "value": round(memory), "unit": "MB", "target": 250, "ok": memory <= 250},
    ]


if __name__ == "__main__" and sys.argv[1:2] == [_PREPARE]:
    _prepare(Path(sys.argv[2]), int(sys.argv[3]))
elif __name__ == "__main__":
    for figure in measure(int(sys.argv[1]) if len(sys.argv) > 1 else DEFAULT_ROWS):
        print(json.dumps({"bench": "import", **figure}))
