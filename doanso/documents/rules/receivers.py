"""Read the lines of “Kính gửi” and “Nơi nhận”: the units of the tree that each of them means.

A line is the full name of a unit ("Đoàn Phường 5 (để phối hợp);") or names a group below the issuer ("21 cơ sở Đoàn trực thuộc
(t/h)", "Các Đoàn xã, phường", "BCH Đoàn các khu phố"). A group is certain only where every word of the line is understood, its
units are directly below the issuer, and the number that the line writes is theirs; otherwise a person decides.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from doanso.lib import vietnamese
from doanso.units.models import GRASSROOTS_KINDS, UnitKind
from doanso.units.proposals import proposed_kind
from doanso.units.queries import NamedUnit

DIRECT, FURTHER = "direct", "further"
"""Codes of the groups directly below the issuer and further below."""


@dataclass(frozen=True, slots=True)
class ReceiverGroup:
    """Units that are mostly chosen together."""

    code: str
    head: str
    units: list[NamedUnit]


class RecipientDoubt(StrEnum):
    """Why a person decides whether a line means its units."""

    NONE = ""
    COUNT = "count"
    LEVEL = "level"
    WORDS = "words"


@dataclass(frozen=True, slots=True)
class RecipientLine:
    """A line of recipients with the units that it means.

    `stated` is the number of units that it writes; `doubt` says what does not fit: that number, the level (no unit directly below
    is meant), or words that are not understood. Without units it names nobody in the tree.
    """

    text: str
    units: tuple[NamedUnit, ...] = ()
    stated: int | None = None
    doubt: RecipientDoubt = RecipientDoubt.NONE


type _IsMeant = Callable[[NamedUnit], bool]
type _Phrase = tuple[str, ...]

_BRACKETS = re.compile(r"\s*\(([^()]*)\)$")
"""What a line adds to a name in brackets: "(b/c)", "(để thực hiện)", "(21 đơn vị)"."""
_STATED = re.compile(r"(\d{1,3})(?:/\d{1,3})?")
_BETWEEN = re.compile(r"\s*[,;]\s*(?:và\s+)?|\s+và\s+")


def _kind_in_name(unit: NamedUnit) -> str:
    """Return the kind of a unit; of a plain “Cơ sở Đoàn” the one that its name says."""
    return (proposed_kind(unit.name) or unit.kind) if unit.kind == UnitKind.GRASSROOTS else unit.kind


def _of_kind(kind: UnitKind) -> _IsMeant:
    return lambda unit: _kind_in_name(unit) == kind


def _branch_of(area: str) -> _IsMeant:
    pattern = re.compile(rf"\b{area}\b")
    return lambda unit: unit.kind == UnitKind.BRANCH and pattern.search(vietnamese.name_key(unit.name)) is not None


def _is_grassroots(unit: NamedUnit) -> bool:
    return unit.kind in GRASSROOTS_KINDS


def _is_any(unit: NamedUnit) -> bool:
    return True


def _phrase(words: str) -> _Phrase:
    """Return the words of a phrase, spelt as `vietnamese.name_key` spells them."""
    return tuple(vietnamese.name_key(words).split())


def _phrases(*phrases: str) -> frozenset[_Phrase]:
    return frozenset(_phrase(words) for words in phrases)


def _all_meaning(is_meant: _IsMeant, *phrases: str) -> dict[_Phrase, _IsMeant]:
    """Return phrases that mean the same units."""
    return dict.fromkeys(_phrases(*phrases), is_meant)


# Groups by the words for them. A level is narrowed by the kinds and areas that stand beside it ("cơ sở Đoàn phường, xã").
_LEVELS = {
    **_all_meaning(_is_grassroots, "cơ sở Đoàn", "Đoàn cơ sở", "chi đoàn cơ sở"),
    **_all_meaning(_is_any, "đơn vị", "tổ chức Đoàn"),
}
_BRANCHES = _all_meaning(_of_kind(UnitKind.BRANCH), "chi đoàn")
_KINDS = {
    **_all_meaning(
        _of_kind(UnitKind.CITY), "thành Đoàn", "huyện Đoàn", "thị Đoàn", "quận Đoàn", "huyện", "quận", "thị"
    ),
    **_all_meaning(_of_kind(UnitKind.WARD), "phường"),
    **_all_meaning(_of_kind(UnitKind.COMMUNE), "xã", "thị trấn", "đặc khu"),
    **_all_meaning(_of_kind(UnitKind.SCHOOL), "trường", "trường học"),
    **_all_meaning(_of_kind(UnitKind.OFFICE), "cơ quan", "doanh nghiệp", "khối"),
}
_AREAS = {_phrase(area): _branch_of(area) for area in ("khu phố", "khóm", "ấp", "thôn", "tổ dân phố")}
_MANY = _phrases("các", "toàn thể", "tất cả", "trực thuộc")
_FILLERS = _phrases(
    *("Ban Chấp hành", "BCH", "Ban Thường vụ", "BTV", "Thường trực", "Đoàn", "Đoàn Thanh niên", "và", "cấp"),
    *("TNCS Hồ Chí Minh", "thuộc", "trong", "toàn", "trên địa bàn", "thành phố", "tỉnh"),
)
_OF_THE_UNION = _phrases("Đoàn", "Đoàn Thanh niên", "cơ sở Đoàn", "Đoàn cơ sở", "chi đoàn", "đơn vị", "tổ chức Đoàn")
_NOBODY = tuple(vietnamese.name_key(word) for word in ("như", "lưu"))
"""Beginnings of lines that name no receiver of their own: "Như trên", "Lưu: VP"."""
# Other organisations, and people, whose names hold words for a group: "UBND các phường", "Đoàn viên các chi đoàn".
_OTHERS = _phrases(
    *("UBND", "HĐND", "UBMTTQ", "Ủy ban", "Hội đồng", "Mặt trận", "Công đoàn", "Hội", "Đoàn thể", "đoàn viên"),
    *("Đảng ủy", "Thành ủy", "Tỉnh ủy", "Huyện ủy", "Chi bộ", "Sở", "Phòng"),
)
_PHRASES = _MANY.union(_FILLERS, _OTHERS, _LEVELS, _BRANCHES, _KINDS, _AREAS)
_LONGEST_PHRASE = max(len(phrase) for phrase in _PHRASES)
_LEFT_OUT = tuple(vietnamese.name_key(words) for words in ("trừ", "ngoại trừ", "không gồm"))


@dataclass(slots=True)
class _GroupWords:
    """What the words of a line say: phrases that are known, the number it states, and whether words are left."""

    phrases: list[_Phrase] = field(default_factory=list)
    stated: int | None = None
    has_unknown: bool = False


def read_recipient_lines(lines: Iterable[str], groups: Sequence[ReceiverGroup]) -> list[RecipientLine]:
    """Return the lines that name receivers, in their order; `groups` are the units of the tree as the issuer sees them.

    A name that several units have means none of them.
    """
    by_name: defaultdict[str, list[NamedUnit]] = defaultdict(list)
    for group in groups:
        for unit in group.units:
            by_name[vietnamese.name_key(unit.name)].append(unit)
    below = {group.code: group.units for group in groups if group.code in (DIRECT, FURTHER)}
    read: list[RecipientLine] = []
    for line in lines:
        text = line.strip().lstrip("-").rstrip(";.,").strip()
        if text and not vietnamese.name_key(text).startswith(_NOBODY):
            read.append(_read_line(text, by_name, below))
    return read


def units_named(lines: Iterable[RecipientLine]) -> list[NamedUnit]:
    """Return the units of all certain lines, each once, in the lines' order."""
    certain = {unit.code: unit for line in lines if not line.doubt for unit in line.units}
    return list(certain.values())


def _read_line(
    text: str, by_name: Mapping[str, list[NamedUnit]], below: Mapping[str, list[NamedUnit]]
) -> RecipientLine:
    bracket = _BRACKETS.search(text)
    name = text[: bracket.start()].strip() if bracket is not None else text
    if (unit := _unit_of(name, by_name)) is not None:
        return RecipientLine(text, (unit,))
    named = [_unit_of(part, by_name) for part in _BETWEEN.split(name)]
    if len(named) > 1 and all(named):
        return RecipientLine(text, tuple(unit for unit in named if unit is not None))
    return _read_group(text, name, vietnamese.name_key(bracket.group(1)) if bracket is not None else "", below)


def _unit_of(name: str, by_name: Mapping[str, list[NamedUnit]]) -> NamedUnit | None:
    units = by_name.get(vietnamese.name_key(name), [])
    return units[0] if len(units) == 1 else None


def _read_group(text: str, name: str, bracket: str, below: Mapping[str, list[NamedUnit]]) -> RecipientLine:
    words = _group_words(name)
    matchers = _matchers(words.phrases)
    if not matchers or not _speaks_of_many(words) or any(phrase in _OTHERS for phrase in words.phrases):
        return RecipientLine(text)
    is_of_the_union = any(phrase in _OF_THE_UNION for phrase in words.phrases)
    if words.has_unknown and not is_of_the_union:
        return RecipientLine(text)
    units, doubt = _meant(matchers, below.get(DIRECT, ())), RecipientDoubt.NONE
    if not units:
        units, doubt = _meant(matchers, below.get(FURTHER, ())), RecipientDoubt.LEVEL
    in_bracket = _STATED.match(bracket)
    stated = words.stated if in_bracket is None else int(in_bracket.group(1))
    if stated is not None and stated != len(units):
        doubt = RecipientDoubt.COUNT
    if words.has_unknown or not is_of_the_union or bracket.startswith(_LEFT_OUT):
        doubt = RecipientDoubt.WORDS
    return RecipientLine(text, tuple(units), stated, doubt) if units else RecipientLine(text)


def _group_words(name: str) -> _GroupWords:
    """Split a line into known phrases, the longest first."""
    words = re.sub(r"[,;:.–-]", " ", vietnamese.name_key(name)).split()
    result, index = _GroupWords(), 0
    while index < len(words):
        spans = (tuple(words[index : index + length]) for length in range(_LONGEST_PHRASE, 0, -1))
        phrase = next((span for span in spans if span in _PHRASES), None)
        if phrase is not None:
            result.phrases.append(phrase)
        elif index == 0 and (number := _STATED.fullmatch(words[0])) is not None:
            result.stated = int(number.group(1))
        else:
            result.has_unknown = True
        index += len(phrase) if phrase is not None else 1
    return result


def _matchers(phrases: Sequence[_Phrase]) -> list[_IsMeant]:
    """Return what the units of a group have: the kinds and areas that the words name, else the whole level."""

    def named_in(table: Mapping[_Phrase, _IsMeant]) -> list[_IsMeant]:
        return [table[phrase] for phrase in phrases if phrase in table]

    return [*(named_in(_KINDS) or named_in(_LEVELS)), *(named_in(_AREAS) or named_in(_BRANCHES))]


def _speaks_of_many(words: _GroupWords) -> bool:
    kinds = sum(phrase in _KINDS or phrase in _AREAS for phrase in words.phrases)
    return words.stated is not None or kinds > 1 or any(phrase in _MANY for phrase in words.phrases)


def _meant(matchers: Sequence[_IsMeant], units: Sequence[NamedUnit]) -> list[NamedUnit]:
    return [unit for unit in units if any(is_meant(unit) for is_meant in matchers)]
