"""Find titles, names of sheets and group rows that name another unit than the one a list is imported for.

A list of ward 5 that is imported for ward 4 would put its people into the branches of the same names, so the texts above and
between the people are compared with the tree. A ward's neighbourhoods are its own, with or without a branch. The addressee of a
letter and an officer's place of work do not identify the list's unit.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from doanso.lib import old_encodings, vietnamese
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

_WORD = re.compile(r"[a-z]+|\d+")
_SHORT = {
    "kp": ("khu", "pho"),
    "p": ("phuong",),
    "x": ("xa",),
    "tt": ("thi", "tran"),
    "cd": ("chi", "doan"),
    "dp": ("doan", "phuong"),
}
_LED_BY = (" chi doan co so ", " chi doan ", " doan ")
_KINDS = (
    " phuong ",
    " xa ",
    " thi tran ",
    " khu pho ",
    " ap ",
    " khom ",
    " thon ",
    " to dan pho ",
    " truong ",
    " lop ",
)
_WARD = re.compile(r" phuong \d+(?= )")
_AREA = re.compile(r" (?:khu pho|ap|khom|thon|to dan pho) \d+(?= )")
_BRANCH = re.compile(rf" chi doan(?={_AREA.pattern})")
_WARD_KINDS = (" phuong ", " xa ", " thi tran ")
_NOT_OF_THE_LIST = re.compile(
    r"\W*(?:kinh gui|noi nhan|tru so|dia chi|(?:so )?dien thoai|s?dt|tel|e-?mail|website|nguoi (?:lap|nhan|ky))\b"
)
_LABEL_ALONE = re.compile(rf"{_NOT_OF_THE_LIST.pattern}[\w ]*:?\s*")

_PLAIN_WORD = re.compile(r"[^\W\d_]+")
_NOT_IN_A_NAME = frozenset(
    """
    năm quý tháng tuần đợt ngày lần kỳ tham được đạt đề có chưa đã đang không và hoặc với của cho từ đến trên là
    theo trong tại về hội viên bch ban chi đội tổ cán trưởng thường phó nơi tiêu xuất ưu nhận sinh chuyển đăng khu
    ấp khóm thôn quận huyện tỉnh tp phường xã thị nhiệm giai thanh_niên thành_phố thành_đoàn thành_viên tình_nguyện
    tiên_tiến mới_kết danh_sách cộng_hòa cộng_hoà hoàn_thành làm nhập_ngũ khối nông_thôn thực_hiện kết_quả hỗ_trợ
    công_an dân_quân quản_lý văn_phòng báo_cáo kế_hoạch trích_ngang học vì giỏi đi đủ lớp dự gồm các vào trường số
    """.split()
)
"""Words that follow “xã” or “phường” in a title without being its name: “đoàn viên xã tham gia …”."""
_NO_NAME = {spelled for word in _NOT_IN_A_NAME for spelled in (word, vietnamese.fold(word))}
_FIGURES = {
    "một": 1, "hai": 2, "ba": 3, "bốn": 4, "tư": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9,
    "mười": 10, "mười một": 11, "mười hai": 12,
}  # fmt: skip
_FIGURE_OF = {spelled: value for word, value in _FIGURES.items() for spelled in (word, vietnamese.fold(word))}
_NUMBERED = re.compile(
    rf"\b(phường|phuong|p\.?)\s+({'|'.join(sorted(_FIGURE_OF, key=len, reverse=True))})(?=\s*(?:$|[^\w\s]|(\w+)\b))"
)
_SURNAMES = frozenset(
    "nguyễn trần lê phạm huỳnh hoàng võ vũ phan trương bùi đặng đỗ ngô hồ dương lý đinh mai cao lâm tô".split()
)


def _in_figures(match: re.Match[str]) -> str:
    """Return "phường 5" for "phường năm"; "phường năm 2023" and "phường Hai Bà Trưng" are unchanged."""
    following = match[3]
    if following is not None and following not in _NO_NAME:
        return match[0]
    return f"{match[1]} {_FIGURE_OF[match[2]]}"


def _key(text: str) -> str:
    """Return the words between single spaces, with one at each end; "KP 01" and "Khu phố 1" have the same key."""
    words: list[str] = []
    for word in _WORD.findall(vietnamese.fold(_NUMBERED.sub(_in_figures, vietnamese.nfc(text).lower()))):
        words += (str(int(word)),) if word.isdigit() else _SHORT.get(word, (word,))
    return f" {' '.join(words)} "


def _keys(named: Iterable[NamedUnit]) -> set[str]:
    keys = {_key(name) for unit in named for name in (unit.name, unit.short_name)}
    for led_by in _LED_BY:
        keys |= {f" {key.removeprefix(led_by)}" for key in keys if key.startswith(led_by)}
    return keys - {"  ", " "}


def names_a_ward(text: str) -> bool:
    """Return whether the text names a ward or a commune, as a heading above branches does."""
    key = _key(text)
    return any(kind in key for kind in _WARD_KINDS)


def _of_the_list(text: str) -> str:
    """Return the text without its lines that name an addressee or an officer's place of work."""
    return "\n".join(line for line in text.splitlines() if not _NOT_OF_THE_LIST.match(vietnamese.fold(line)))


def _as_shown(text: str) -> list[str]:
    """Return the text as a reader saw it; two texts where both old fonts give words."""
    return [old_encodings.decode(text, encoding) for encoding in sorted(old_encodings.encodings_of(text))] or [text]


def _spelling(word: str) -> list[str]:
    """Return the letters and marks of a word independently of the tone's place: “hòa” and “hoà” are equal."""
    return sorted(unicodedata.normalize("NFD", word))


class UnitMention(NamedTuple):
    """The unit that a text names: another unit, or a neighbourhood by a number that no unit is known to have. Both as written."""

    other: str = ""
    meant: str = ""
    """What the other unit is called in the tree; empty where it is not in it, or may be one of several."""
    unknown: str = ""


class OtherUnits:
    """The units other than the import's own and those above or below it, indexed by their names."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._own: set[str] | None = None
        self._others: dict[str, str] = {}
        self._bare: dict[str, NamedUnit] = {}
        self._itself: set[str] = set()
        self._is_branch = False
        self._known: dict[str, UnitMention] = {}

    def _look_up(self) -> set[str]:
        below = units.subtree(self._unit)
        self._is_branch = len(below) == 1
        own = [*units.ancestors(self._unit), *below]
        ids = {entry.id for entry in own}
        root = units.root_of(self._unit)
        areas = units.neighbourhoods_below(root)
        inside = {entry.id for entry in below}
        own_areas = {_key(entry.name) for entry in areas if entry.unit_id in inside}
        own_keys = _keys(own) | own_areas
        self._itself = {key for key in _keys(below) if key.startswith(_WARD_KINDS)}
        for entry in units.subtree(root):
            if entry.id not in ids:
                for key in filter(self._names_unit, _keys([entry]) - own_keys):
                    # A name that several units have is another unit's, though not a particular one's.
                    self._others[key] = "" if key in self._others else entry.name
                    bare = self._without_kind(key)
                    if len(bare.split()) > 1 and not any(bare in name for name in own_keys):
                        self._bare[bare] = entry
        if own_areas:
            # If the unit's own neighbourhoods were never recorded, those of others prove nothing.
            for area in areas:
                if area.unit_id not in ids and (key := _key(area.name)) not in own_keys and self._names_unit(key):
                    self._others.setdefault(key, "")
        return own_keys

    @staticmethod
    def _names_unit(key: str) -> bool:
        """Return whether the key names a unit in any text: “Phường 5” always does, “Văn phòng” may not."""
        return key.startswith((*_LED_BY, *_KINDS))

    @staticmethod
    def _without_kind(key: str) -> str:
        """Return the name of a ward or a commune without that word; empty for other units."""
        kind = next((kind for kind in _WARD_KINDS if key.startswith(kind)), None)
        return f" {key.removeprefix(kind)}" if kind else " "

    def named_in(self, text: str) -> UnitMention:
        """Return the mention in a text; all parts are empty where it names nothing, or only what is the import's own."""
        if text not in self._known:
            self._known[text] = self._first(self._named_in(shown) for shown in _as_shown(_of_the_list(text)))
        return self._known[text]

    def named_above(self, titles: Sequence[str]) -> Iterator[UnitMention]:
        """Yield the mention in each title or sheet's name; a name without its kind or outside the tree counts too."""
        shown: list[list[str]] = []
        label = False
        for title in titles:
            shown.append([] if label else _as_shown(_of_the_list(title)))
            label = _LABEL_ALONE.fullmatch(vietnamese.fold(title)) is not None
        keys = [_key(text) for texts in shown for text in texts]
        own = self._own_keys()
        # A title that names the unit itself may mention places elsewhere.
        is_own = any(own_key in key for key in keys for own_key in self._itself)
        for texts in shown:
            yield self._first(
                self._named_in(text) if self._named_in(text).other else self._named_freely(text, own, is_own)
                for text in texts
            )

    @staticmethod
    def _first(named_texts: Iterable[UnitMention]) -> UnitMention:
        names = list(named_texts)
        return next(
            (named for named in names if named.other), next((named for named in names if named.unknown), UnitMention())
        )

    def _own_keys(self) -> set[str]:
        if self._own is None:
            self._own = self._look_up()
        return self._own

    def _named_in(self, text: str) -> UnitMention:
        key = rest = _key(text)
        # Own names are cut out first, longer names before those they contain.
        own = (name_key for name_key in self._own_keys() if name_key in key and self._names_unit(name_key))
        for name_key in sorted(own, key=len, reverse=True):
            rest = rest.replace(name_key, " | ")
        other_keys = [name_key for name_key in self._others if name_key in rest]
        wards = [name_key for name_key in other_keys if name_key.startswith(_WARD_KINDS)]
        if wards:
            return UnitMention(other=text.strip(), meant=self._others[max(wards, key=len)])
        if _WARD.search(rest):
            return UnitMention(other=text.strip())
        if other_keys:
            return UnitMention(other=text.strip(), meant=self._others[max(other_keys, key=len)])
        if self._is_branch and _BRANCH.search(rest):
            return UnitMention(other=text.strip())
        return UnitMention(unknown=text.strip()) if _AREA.search(rest) else UnitMention()

    def _named_freely(self, text: str, own: set[str], is_own: bool) -> UnitMention:
        """Return a mention by a ward's name alone, or by a ward's word and a name that no unit of the tree has."""
        written = vietnamese.nfc(text)
        for bare, unit in self._bare.items():
            if bare in _key(text) and self._is_written(bare, unit, written.lower()):
                return UnitMention(other=text.strip(), meant=unit.name)
        if not is_own and any(self._is_elsewhere(name, own) for name in self._names_after_kind(written)):
            return UnitMention(other=text.strip())
        return self._named_in(text)

    @staticmethod
    def _is_written(bare: str, unit: NamedUnit, text: str) -> bool:
        """Return whether the name occurs in the text with its own diacritics or with none, and is not the end of a person's
        name.
        """
        words = _PLAIN_WORD.findall(text)
        plain = bare.split()
        of_unit = _PLAIN_WORD.findall(vietnamese.nfc(unit.name).lower())[-len(plain) :]
        for start in range(len(words) - len(plain) + 1):
            window = words[start : start + len(plain)]
            if window != plain and list(map(_spelling, window)) != list(map(_spelling, of_unit)):
                continue
            if not _SURNAMES.intersection(words[max(0, start - 2) : start]):
                return True
        return False

    @staticmethod
    def _names_after_kind(text: str) -> Iterator[str]:
        """Return names of two words or more, with capitals, after “xã”, “phường” or “thị trấn”, as keys."""
        for part in re.split(r"[^\w\s.]|\s[-–]\s|\n", text):
            words = _PLAIN_WORD.findall(part)
            no_name = _NO_NAME if text.isascii() else _NOT_IN_A_NAME
            low = [word.lower() for word in words]
            for place, word in enumerate(low):
                before = low[place - 1] if place else ""
                ward = word in {"phường", "phuong"} or (
                    word in {"xã", "xa"} and before not in {"thị", "thi", "tác", "tac"}
                )
                if not ward and not (word in {"trấn", "tran"} and before in {"thị", "thi"}):
                    continue
                first = place + 1 + (low[place + 1 : place + 2] in (["đoàn"], ["doan"]))
                name: list[str] = []
                for name_word, lower in zip(words[first:], low[first:], strict=True):
                    following = low[first + len(name) + 1 : first + len(name) + 2]
                    if not name_word[0].isupper() or {lower, "_".join([lower, *following])} & no_name:
                        break
                    name.append(lower)
                if len(name) > 1:
                    yield f" {' '.join(vietnamese.fold(name_word) for name_word in name)} "

    @staticmethod
    def _is_elsewhere(name: str, own: set[str]) -> bool:
        """Return whether no unit of the import's own subtree has that name, with any word before it."""
        return not any(
            name.startswith(bare) or bare.endswith(name) for bare in own if len(bare.split()) > 1
        ) and not any(name.startswith(OtherUnits._without_kind(key)) for key in own if key.startswith(_WARD_KINDS))
