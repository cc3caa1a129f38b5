"""The kinds of places with the criteria that the product ships, read from `places.toml`."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from doanso.lib.committee_files import committee_file
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable
from doanso.places.models import CriterionBasis, ThresholdKind

SEGMENTS, SECTIONS = "segments", "sections"
"""What a place of a kind is divided into: segments of a street with a house list, or sections of a market with stalls."""
MOST_CRITERIA = 30


@dataclass(frozen=True, slots=True)
class CriterionPlan:
    """A criterion as the file or the editor states it; `threshold` as in `Criterion`."""

    group: str
    title: str
    formula: str
    threshold_kind: str
    threshold: int = 1
    second_threshold: int | None = None
    help: str = ""
    parameters: Mapping[str, Any] | None = None
    evidence: str = ""
    basis: str = CriterionBasis.ASSUMED
    why: str = ""


@dataclass(frozen=True, slots=True)
class PlaceKind:
    """A kind of place. `recheck_months` is the time from a recognition to its re-check."""

    code: str
    name: str
    short_name: str
    icon: str
    parts: str
    recheck_months: int
    criteria: tuple[CriterionPlan, ...]

    @property
    def is_market(self) -> bool:
        """Return whether the place has stalls of traders instead of a house list."""
        return self.parts == SECTIONS


def kinds() -> tuple[PlaceKind, ...]:
    """Return all kinds in order, from the committee's own file in the data folder, else from the shipped one."""
    path = committee_file(Path(settings.ROOT) / "programmes" / "places.toml")
    return _read(path, path.stat().st_mtime_ns)


def kind_named(code: str) -> PlaceKind:
    """Return the kind with this code; raise Refused if there is none."""
    match = next((kind for kind in kinds() if kind.code == code), None)
    if match is None:
        message = _("Nobody knows a kind of place called “%(code)s”. Choose one from the list.") % {"code": code}
        raise Refused(Problem("place_kind_unknown", message, "kind"))
    return match


def kind_choices() -> list[tuple[str, str]]:
    """Return all kinds as choices of a form field."""
    return [(kind.code, kind.name) for kind in kinds()]


@lru_cache(maxsize=4)
def _read(path: Path, _changed: int) -> tuple[PlaceKind, ...]:
    table = toml_tables.read_toml(path)
    found = tuple(_kind(entry) for entry in table.tables("kind", _("kind of place")))
    toml_tables.refuse_duplicate_codes(table.location, [kind.code for kind in found])
    table.finish()
    return found


def _kind(entry: TomlTable) -> PlaceKind:
    location = f"{entry.location}, {_('criterion')}"
    kind = PlaceKind(
        code=entry.code("code", 40),
        name=entry.text("name", 80),
        short_name=entry.text("short_name", 30),
        icon=entry.code("icon", 40),
        parts=entry.choice("parts", (SEGMENTS, SECTIONS)),
        recheck_months=entry.integer("recheck_months", 1, 60, default=6),
        criteria=tuple(_criterion(below) for below in entry.tables("criterion", location)),
    )
    entry.finish()
    return kind


def _criterion(entry: TomlTable) -> CriterionPlan:
    threshold_kind = entry.choice("threshold_kind", tuple(ThresholdKind.values))
    most = 1000 if threshold_kind == ThresholdKind.SHARE else 1_000_000
    plan = CriterionPlan(
        group=entry.text("group", 120),
        title=entry.text("title", 200),
        help=entry.text("help", 1000, required=False),
        formula=entry.text("formula", 60),
        parameters=entry.table("parameters"),
        threshold_kind=threshold_kind,
        threshold=entry.integer("threshold", 1, most, default=1),
        second_threshold=entry.integer("second_threshold", 0, most, default=0) or None,
        evidence=entry.text("evidence", 300, required=False),
        basis=CriterionBasis.STATED if entry.flag("stated", default=False) else CriterionBasis.ASSUMED,
        why=entry.text("why", 500, required=False),
    )
    entry.finish()
    return plan
