"""A unit's letterhead: as the unit set it, or as its name and level suggest."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from doanso.documents.models import Letterhead
from doanso.members import queries as members
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind
from doanso.units.queries import NamedUnit

_CITY_COMMITTEE = "Thành Đoàn "
_KINDS = ("Xã", "Phường")


@dataclass(frozen=True, slots=True)
class LetterheadValues:
    """A letterhead's values, set or suggested."""

    superior: str
    issuer: str
    symbol: str
    place: str
    authority: str
    post: str
    signer: str
    recipients: tuple[str, ...]
    to: tuple[str, ...] = ()


def all_units() -> QuerySet[Unit]:
    """Return all units, to be narrowed by a policy."""
    return Unit.objects.all()


def letterhead_of(unit: Unit) -> Letterhead | None:
    """Return the letterhead that the unit set."""
    return Letterhead.objects.filter(unit=unit).first()


def letterhead_values(unit: Unit, on: date) -> LetterheadValues:
    """Return the values of a unit's letterhead on a day."""
    suggested = suggested_letterhead(unit, on)
    letterhead = letterhead_of(unit)
    if letterhead is None:
        return suggested
    return LetterheadValues(
        superior=letterhead.superior,
        issuer=letterhead.issuer,
        symbol=letterhead.symbol,
        place=letterhead.place,
        authority=letterhead.authority,
        post=letterhead.post,
        signer=letterhead.signer,
        recipients=recipient_lines(letterhead.recipients),
        to=suggested.to,
    )


def recipient_lines(text: str) -> tuple[str, ...]:
    """Split a text into recipients, one per line."""
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def suggested_letterhead(unit: Unit, on: date) -> LetterheadValues:
    """Return the letterhead suggested by the unit's name, its level and its superior."""
    own = units.named_unit(unit, on)
    above = units.ancestors(unit, on)
    nearest = above[-1] if above else None
    is_city = unit.kind == UnitKind.CITY
    place = nearest if unit.kind == UnitKind.BRANCH and nearest is not None else own
    to = (_standing_committee(nearest),) if nearest is not None else ()
    return LetterheadValues(
        superior=nearest.name.upper() if nearest is not None else "",
        issuer=f"BCH {_as_committee(own.name)}".upper(),
        symbol="TĐTN" if is_city else "ĐTN",
        place=_as_place(place.short_name),
        authority="TM. BAN THƯỜNG VỤ" if is_city else "TM. BAN CHẤP HÀNH",
        post="BÍ THƯ",
        signer=members.secretary_name(unit, on),
        recipients=(
            *(f"{committee} (b/c)" for committee in to),
            "Lưu VP" if unit.kind != UnitKind.BRANCH else "Lưu chi đoàn",
        ),
        to=to,
    )


def _as_place(short_name: str) -> str:
    """Return the place of a date line: "Thới Sơn" for "Xã Thới Sơn"; "Phường 4" keeps its word, because a number alone is no
    place.
    """
    kind, _space, own = short_name.partition(" ")
    return own if kind in _KINDS and own and not own.isdecimal() else short_name


def _as_committee(name: str) -> str:
    """Return the issuing body: "Đoàn thành phố Mỹ Tho" for "Thành Đoàn Mỹ Tho"; other names stay."""
    return f"Đoàn thành phố {name.removeprefix(_CITY_COMMITTEE)}" if name.startswith(_CITY_COMMITTEE) else name


def _standing_committee(unit: NamedUnit) -> str:
    committee = "Ban Thường vụ" if unit.kind == UnitKind.CITY else "Ban Chấp hành"
    return f"{committee} {unit.name}"
