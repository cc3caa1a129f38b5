"""Propose kind, short name and code of a unit from its name, as people write it in lists; pure except for the official codes."""

import re
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache

from doanso.lib import vietnamese
from doanso.units import official
from doanso.units.models import UnitKind
from doanso.units.official import Era, OfficialPlace

LONGEST_CODE = 60
_NOT_IN_CODES = re.compile(r"[^a-z0-9]+")
_SCHOOL_WORDS = r"thpt|thcs|tieu hoc|mam non|cao dang|dai hoc|trung cap|hoc vien|gdtx|gdnn"
_OFFICE_WORDS = (
    "khoi|co quan|cong an|quan su|benh vien|trung tam|cong ty|doanh nghiep|ngan hang|bo chi huy|ban chi huy|ban chqs"
)
_KINDS: tuple[tuple[re.Pattern[str], UnitKind], ...] = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"(chi doan|phan doan)\b", UnitKind.BRANCH),
        (r"(tinh doan|doan tinh|tinh$)", UnitKind.PROVINCE),
        (r"(thanh doan|doan thanh pho|thanh pho$|thi doan|quan doan|huyen doan)\b", UnitKind.CITY),
        (rf"((doan )?(truong\b|{_SCHOOL_WORDS})|lien chi doan)", UnitKind.SCHOOL),
        (rf"(doan )?({_OFFICE_WORDS})\b", UnitKind.OFFICE),
        (r"(doan phuong|phuong doan|phuong)\b", UnitKind.WARD),
        (r"(doan xa|xa doan|xa|doan thi tran|thi tran|doan dac khu|dac khu)\b", UnitKind.COMMUNE),
        (r"(khu pho|kp|ap|khom|to dan pho|tdp|thon|ban|lang|lop|to)\b", UnitKind.BRANCH),
        (r"(doan co so|co so doan|co so)\b", UnitKind.GRASSROOTS),
    )
)  # fmt: skip
_PREFIXES = re.compile(
    r"^(ban chấp hành\s+)?(liên chi đoàn|chi đoàn|phân đoàn|thành đoàn|tỉnh đoàn|đoàn cơ sở|đoàn)\s+", re.IGNORECASE
)
_REVERSED = re.compile(r"^(phường|xã|thị trấn)\s+đoàn\s+", re.IGNORECASE)
# A school without a name of its own stays "Trường THCS".
_SCHOOL = re.compile(r"^trường\s+(?=(thpt|thcs|tiểu học|mầm non|cao đẳng|đại học|trung cấp|th)\s+\S)", re.IGNORECASE)
_AREAS = {"khu pho": "kp", "to dan pho": "tdp"}


def proposed_kind(text: str) -> UnitKind | None:
    """Return the kind of unit that a name, or the cell of a column of kinds, states; None where it states none."""
    folded = vietnamese.fold(text)
    by_label = {vietnamese.fold(kind.label): kind for kind in UnitKind}
    if folded in by_label:
        return by_label[folded]
    return next((kind for pattern, kind in _KINDS if pattern.match(folded)), None)


def proposed_short_name(name: str) -> str:
    """Return the short name of a unit: without the words for its kind and without the unit above behind a comma."""
    first = " ".join(vietnamese.nfc(name).split()).split(",")[0].strip()
    bare = _SCHOOL.sub("", _PREFIXES.sub("", _REVERSED.sub(r"\1 ", first))).strip()
    short = bare or first
    return (short[:1].upper() + short[1:])[:80]


def committee_name(place: OfficialPlace) -> str:
    """Return the usual name of the Union's committee of a place: "Đoàn phường Đạo Thạnh", "Thành Đoàn Mỹ Tho"."""
    if place.kind == "tỉnh":
        return f"Tỉnh Đoàn {place.bare_name}"
    if place.kind == "thành phố":
        return f"Thành Đoàn {place.bare_name}"
    return f"Đoàn {place.name[:1].lower()}{place.name[1:]}"


def kind_of_place(place: OfficialPlace) -> UnitKind:
    """Return the kind of the Union's committee of a place."""
    if place.kind == "tỉnh":
        return UnitKind.PROVINCE
    if place.kind == "phường":
        return UnitKind.WARD
    return UnitKind.COMMUNE if len(place.code) == official.COMMUNE else UnitKind.CITY


@cache
def _communes_by_name(era: Era) -> dict[str, list[OfficialPlace]]:
    by_name: dict[str, list[OfficialPlace]] = {}
    for place in official.all_places(era):
        if len(place.code) == official.COMMUNE:
            by_name.setdefault(vietnamese.name_key(place.name), []).append(place)
    return by_name


def official_place(short_name: str, above: Iterable[str], on: date) -> OfficialPlace | None:
    """Return the ward or commune of that name on a day: within a place named in `above`, or, where these name none, the only one
    of its name."""
    era = official.era_of(on)
    found = _communes_by_name(era).get(vietnamese.name_key(short_name), [])
    names = {vietnamese.fold(proposed_short_name(name)) for name in above}
    inside = [place for place in found if names & _names_above(place)]
    candidates = inside if inside or names & _leading_names(era) else found
    return candidates[0] if len(candidates) == 1 else None


@cache
def _leading_names(era: Era) -> frozenset[str]:
    """Return the folded names of all provinces and districts, with and without their kinds."""
    places = [place for place in official.all_places(era) if len(place.code) < official.COMMUNE]
    return frozenset(
        name for place in places for name in (vietnamese.fold(place.name), vietnamese.fold(place.bare_name))
    )


def _names_above(place: OfficialPlace) -> set[str]:
    names = {vietnamese.fold(name) for name in (place.district, place.province) if name}
    return names | {re.sub(r"^(thanh pho|thi xa|tinh|huyen|quan) ", "", name) for name in names}


def code_words(short_name: str) -> str:
    """Return a name as the last part of a code: "Khu phố 1" is kp1, "THPT Sông Tiền" is thpt-song-tien."""
    folded = f" {_NOT_IN_CODES.sub(' ', vietnamese.fold(short_name)).strip()} "
    for words, letters in _AREAS.items():
        folded = folded.replace(f" {words} ", f" {letters} ")
    folded = re.sub(r"\b(kp|tdp|ap|khom|thon|to) 0*(\d+)\b", r"\1\2", folded)
    return "-".join(folded.split())


def proposed_code(
    *, short_name: str, kind: str, parent_code: str, above: Iterable[str], on: date, taken: Collection[str]
) -> str:
    """Return a free code: the official one of a ward or commune, the parent's with the name of a branch, else the name.

    `above` are the names of the units above, `taken` the codes that are used.
    """
    if kind in {UnitKind.WARD, UnitKind.COMMUNE, UnitKind.GRASSROOTS}:
        place = official_place(short_name, above, on)
        if place is not None and place.code not in taken:
            return place.code
    words = code_words(short_name) or "don-vi"
    base = f"{parent_code}-{words}" if kind == UnitKind.BRANCH else words
    base = base[: LONGEST_CODE - 4].strip("-")
    code, number = base, 2
    while code in taken:
        code, number = f"{base}-{number}", number + 1
    return code
