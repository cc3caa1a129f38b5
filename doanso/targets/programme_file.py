"""Programme files in TOML, parsed into plain values or refused with the name of the wrong entry."""

from datetime import date
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse
from doanso.targets.models import Basis, IndicatorGroup, IndicatorKind
from doanso.targets.plans import (
    KEPT_PROGRAMME_CODES,
    IndicatorPlan,
    ProgrammePlan,
    days_problem,
    indicator_problem,
    is_share,
    largest_target,
)


def _indicator(entry: TomlTable, first_day: date, last_day: date) -> IndicatorPlan:
    kind = entry.choice("kind", IndicatorKind.values)
    basis = entry.choice("basis", Basis.values)
    plan = IndicatorPlan(
        code=entry.code("code"),
        title=entry.text("title", 160),
        short_title=entry.text("short_title", 60),
        kind=kind,
        group=entry.choice("group", IndicatorGroup.values),
        unit_of_count=entry.text("unit_of_count", 60),
        target=entry.integer("target", 1, largest_target(kind)),
        basis=basis,
        why=entry.text("why", 300, required=basis == Basis.ASSUMED),
        family=entry.code("family", 40, dotted=True),
        parameters=entry.table("parameters"),
        least_grade=entry.integer("least_grade", 0, 4, default=1),
        required_grade=entry.integer("required_grade", 0, 4, default=0),
        denominator=entry.code("denominator", 40, required=False, dotted=True),
        denominator_text=entry.text("denominator_text", 200, required=is_share(kind)),
        due=tuple(entry.days("due")),
    )
    problem = indicator_problem(plan, first_day, last_day)
    if problem is not None:
        raise refuse(entry.location, problem.message, problem.code)
    entry.finish()
    return plan


def read(path: Path) -> ProgrammePlan:
    """Return the programme of that file; raise `Refused` naming the entry and what to change."""
    return _programme(toml_tables.read_toml(path), path.parent)


def parse(name: str, content: bytes) -> ProgrammePlan:
    """Return the programme of an uploaded file; like `read`, but the file of services that it names is not beside it."""
    return _programme(toml_tables.parse_toml(name, content), None)


def _programme(entry: TomlTable, folder: Path | None) -> ProgrammePlan:
    code = entry.code("code")
    if code in KEPT_PROGRAMME_CODES:
        raise refuse(
            entry.location, _("“%(code)s” cannot be the code of a programme; choose another.") % {"code": code}
        )
    first_day, last_day = entry.day("first_day"), entry.day("last_day")
    if (problem := days_problem(first_day, last_day)) is not None:
        raise refuse(entry.location, f"“{problem.field}”: {problem.message}")
    services = entry.text("services", 200, required=False)
    indicators = tuple(_indicator(below, first_day, last_day) for below in entry.tables("indicator", _("indicator")))
    toml_tables.refuse_duplicate_codes(entry.location, [indicator.code for indicator in indicators])
    plan = ProgrammePlan(
        code=code,
        title=entry.text("title", 200),
        root=entry.code("root"),
        first_day=first_day,
        last_day=last_day,
        services=folder / services if services and folder is not None else None,
        indicators=indicators,
    )
    entry.finish()
    return plan
