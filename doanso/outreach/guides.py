"""Guides for the door by service, what to say and what to warn of: data shipped with the product."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.schema import toml_tables
from doanso.lib.schema.toml_tables import TomlTable, refuse

SHIPPED = Path(__file__).resolve().parent / "texts" / "guides.toml"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class DoorstepGuide:
    """Receivers of the service, sentences to say, and warnings against fraud."""

    to: tuple[str, ...]
    say: tuple[str, ...]
    beware: tuple[str, ...]


RECEIVERS = ("person", "business")


@lru_cache(maxsize=1)
def _shipped() -> tuple[DoorstepGuide, dict[str, DoorstepGuide]]:
    entry = toml_tables.read_toml(SHIPPED)
    by_service = {}
    for below in entry.tables("service", _("service")):
        code = below.code("code", 40)
        by_service[code] = _read(below)
    general = _read(entry)
    return general, by_service


def _read(entry: TomlTable) -> DoorstepGuide:
    to = entry.texts("to", 20)
    if not set(to) <= set(RECEIVERS):
        raise refuse(entry.location, _("“to” holds “person”, “business” or nothing."))
    guide = DoorstepGuide(to, entry.texts("say", _LONGEST), entry.texts("beware", _LONGEST))
    entry.finish()
    return guide


def guide_to(service: str) -> DoorstepGuide:
    """Return the guide to a service; a service without its own has the general one."""
    general, by_service = _shipped()
    return by_service.get(service, general)
