"""The kinds of partners and of undertakings, read from a TOML file."""

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from django.utils.translation import gettext as _

from doanso.lib.committee_files import committee_file
from doanso.lib.problems import Problem
from doanso.lib.schema import toml_tables

SHIPPED = Path(__file__).resolve().parent / "kinds.toml"
FILE = "partner-kinds.toml"
"""Name of the committee's own file in the data folder."""
OTHER = "other"
BANK, TELECOM, WALLET, PRODUCT_PROVIDER = "bank", "telecom", "wallet", "product-provider"
ECONOMIC_DIVISION, MARKET_BOARD = "economic-division", "market-board"
LONGEST_CODE = 40
_LONGEST_NAME = 60
_LONGEST_COUNT = 30


@dataclass(frozen=True, slots=True)
class PartnerKind:
    """A kind of partners; the parts of the product that need one kind name its code."""

    code: str
    name: str


@dataclass(frozen=True, slots=True)
class UndertakingKind:
    """A kind of undertakings, and the word for what is counted of it; empty where nothing usually is."""

    code: str
    name: str
    count: str


@dataclass(frozen=True, slots=True)
class PartnerKinds:
    """Both lists in their order."""

    partners: tuple[PartnerKind, ...]
    undertakings: tuple[UndertakingKind, ...]


def kinds() -> PartnerKinds:
    """Return the kinds of the committee's own file in the data folder, else of the shipped one."""
    path = committee_file(SHIPPED, FILE)
    return _read(path, path.stat().st_mtime_ns)


def kind_name(code: str) -> str:
    """Return the name of a kind of partners; its code, where the file no longer has it."""
    return next((kind.name for kind in kinds().partners if kind.code == code), code)


def undertaking_kind(code: str) -> UndertakingKind:
    """Return a kind of undertakings; one named by its code, where the file no longer has it."""
    return next((kind for kind in kinds().undertakings if kind.code == code), UndertakingKind(code, code, ""))


def kind_problem(code: str) -> Problem | None:
    """Return that the file has no such kind of partners."""
    if code in {kind.code for kind in kinds().partners}:
        return None
    return Problem("partner_kind_unknown", _("Choose what kind of partner it is."), "kind")


def undertaking_kind_problem(code: str) -> Problem | None:
    """Return that the file has no such kind of undertakings."""
    if code in {kind.code for kind in kinds().undertakings}:
        return None
    return Problem("undertaking_kind_unknown", _("Choose what it is about."), "kind")


@lru_cache(maxsize=2)
def _read(path: Path, _changed: int) -> PartnerKinds:
    source = toml_tables.read_toml(path)
    partners = []
    for entry in source.tables("partner", "partner"):
        partners.append(PartnerKind(entry.code("code", LONGEST_CODE), entry.text("name", _LONGEST_NAME)))
        entry.finish()
    undertakings = []
    for entry in source.tables("undertaking", "undertaking"):
        count = entry.text("count", _LONGEST_COUNT, required=False)
        undertakings.append(UndertakingKind(entry.code("code", LONGEST_CODE), entry.text("name", _LONGEST_NAME), count))
        entry.finish()
    source.finish()
    for codes in ([kind.code for kind in partners], [kind.code for kind in undertakings]):
        toml_tables.refuse_duplicate_codes(path.name, codes)
        if OTHER not in codes:
            raise toml_tables.refuse(path.name, _("the kind “other” is missing."))
    return PartnerKinds(tuple(partners), tuple(undertakings))
