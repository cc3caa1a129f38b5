"""Reader of the file that says when a month's figures are due."""

from functools import lru_cache
from pathlib import Path

from doanso.lib.committee_files import committee_file
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable
from doanso.reports.rules.periods import Deadlines

SHIPPED = Path(__file__).resolve().parent / "deadlines.toml"


def deadlines() -> Deadlines:
    """Return the deadlines from the committee's own file in the data folder, else from the shipped one."""
    path = committee_file(SHIPPED)
    return _read(path, path.stat().st_mtime_ns)


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> Deadlines:
    entry = toml_tables.read_toml(path)
    parts = {name: TomlTable(f"{path.name}, {name}", entry.table(name)) for name in ("due", "remind")}
    due, remind = parts.values()
    read = Deadlines(
        branch=due.integer("branch", 0, 60),
        unit=due.integer("unit", 0, 60),
        root=due.integer("root", 0, 60),
        remind_before=remind.integer("before", 0, 30),
        returned=remind.integer("returned", 1, 30),
    )
    for part in (entry, *parts.values()):
        part.finish()
    return read
