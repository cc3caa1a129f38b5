"""Read services from a TOML file into plain values; refuse with the invalid entry."""

from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse


@dataclass(frozen=True, slots=True)
class CodeAndName:
    """A stage or an obstacle."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class ServicePlan:
    """A service with its ladder, lowest stage first."""

    code: str
    name: str
    short_name: str
    icon: str
    guide: str
    by_member: bool
    steps: tuple[str, ...]
    minutes: int | None
    stages: tuple[CodeAndName, ...]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The whole file, in its order."""

    services: tuple[ServicePlan, ...]
    obstacles: tuple[CodeAndName, ...]


def _code_and_name(entry: TomlTable) -> CodeAndName:
    result = CodeAndName(code=entry.code("code", 40), name=entry.text("name", 120))
    entry.finish()
    return result


def _service(entry: TomlTable) -> ServicePlan:
    stages = tuple(_code_and_name(below) for below in entry.tables("rung", f"{entry.location}, {_('stage')}"))
    toml_tables.refuse_duplicate_codes(entry.location, [stage.code for stage in stages])
    if stages[0].code != "none" or len(stages) < 2:
        raise refuse(entry.location, _("the lowest stage has the code “none”, and at least one stage stands above it."))
    plan = ServicePlan(
        code=entry.code("code", 40),
        name=entry.text("name", 120),
        short_name=entry.text("short_name", 40),
        icon=entry.code("icon", 40),
        guide=entry.text("guide", 1000, required=False),
        by_member=entry.flag("by_member", default=True),
        steps=entry.texts("steps", 300),
        minutes=entry.integer("minutes", 0, 240, default=0) or None,
        stages=stages,
    )
    entry.finish()
    return plan


def read(path: Path) -> Catalogue:
    """Return the services of that file; raise `Refused` naming the entry and what to change."""
    entry = toml_tables.read_toml(path)
    catalogue = Catalogue(
        services=tuple(_service(below) for below in entry.tables("service", _("service"))),
        obstacles=tuple(_code_and_name(below) for below in entry.tables("obstacle", _("obstacle"), required=False)),
    )
    toml_tables.refuse_duplicate_codes(entry.location, [service.code for service in catalogue.services])
    toml_tables.refuse_duplicate_codes(entry.location, [obstacle.code for obstacle in catalogue.obstacles])
    entry.finish()
    return catalogue
