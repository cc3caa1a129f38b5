"""What to say at the door and what to warn of, per service: data shipped with the product."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib import toml_entries
from doanso.lib.toml_entries import Entry, refuse

SHIPPED = Path(__file__).resolve().parent / "texts" / "guides.toml"
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Guide:
    """Whom one helps with the service, sentences to say, and warnings against fraud."""

    to: tuple[str, ...]
    say: tuple[str, ...]
    beware: tuple[str, ...]


RECEIVERS = ("person", "business")


@lru_cache(maxsize=1)
def _shipped() -> tuple[Guide, dict[str, Guide]]:
    entry = toml_entries.read(SHIPPED)
    by_service = {}
    for below in entry.entries("service", _("service")):
        code = below.code("code", 40)
        by_service[code] = _read(below)
    general = _read(entry)
    return general, by_service


def _read(entry: Entry) -> Guide:
    to = entry.texts("to", 20)
    if not set(to) <= set(RECEIVERS):
        raise refuse(entry.where, _("“to” holds “person”, “business” or nothing."))
    guide = Guide(to, entry.texts("say", _LONGEST), entry.texts("beware", _LONGEST))
    entry.finish()
    return guide


def guide_to(service: str) -> Guide:
    """The guide to a service; one that has none of its own goes by the general one."""
    general, by_service = _shipped()
    return by_service.get(service, general)
