"""Cells of the list of people helped, in normal form."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext as _

from doanso.adoption.models import Service
from doanso.imports.ports import Cell, Finding, RawRow
from doanso.lib import business_words, clock, dates, names, phone, vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.support import rules
from doanso.support.support_list.services import MARK, names_of

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_NOTHING = {"", "-", "--", "–", "—", ".", "..", "...", "…", "/"}
_NO = re.compile(r"(?:0|n|no|false|khong|ko|k|kg|chua|tu choi)(?: .*)?")
_DENIED = re.compile(r"\b(?:khong|ko|k|chua|tu choi|hen|huy)\b")
_YES = re.compile(r"(?:x+|v+|c|y|yes|true|co|roi|da|ok|dong y|da .+|co .+|dat|xong|\d+)")
_TICKS = re.compile("[✓✔☑√✅×]")
_BLANKS = re.compile("[☐□▢]")
_PARTS = re.compile(r"[,;/+&\n•]|\s-\s|\s–\s|\bvà\b", re.IGNORECASE)
_HELPERS = re.compile(r"[,;+&\n]|\s/\s|\s-\s|\s–\s|\bvà\b", re.IGNORECASE)
_YOUTH = re.compile(
    r"\b(?:doan vien|dvtn|dv|thanh nien|bi thu (?:chi )?doan|bt (?:chi )?doan|hoi lhtn|sinh vien|hoc sinh)\b"
)
_OFFICIAL = re.compile(
    r"\b(?:khu pho|kp|ap|khom|truong|to truong|to pho|hoi|phu nu|hpn|ccb|cuu chien binh|mttq|mat tran|cong an|can bo|cb"
    r"|chi bo|nong dan|nct|nguoi cao tuoi|ubnd|cong chuc)\b"
)
_ROLE = re.compile(r"\([^)]*\)|^\s*(?:đ/c|đc|đồng chí|anh|chị|cô|chú|bác|ông|bà|em)\s*[.:]?\s+", re.IGNORECASE)
_TITLED = re.compile(
    r"(?:hộ |gia đình )?(?:anh|chị|cô|chú|bác|ông|bà|dì|dượng|cậu|mợ|thím|em|đ/c|đồng chí)[.:]? |(?:hộ|gia đình) "
    r"|(?:anh|chi|ong|bac) ",
    re.IGNORECASE,
)
_ROLE_WORDS = re.compile(
    r"^(?:trưởng (?:khu phố|kp|ấp)|tổ trưởng|cán bộ|đoàn viên|đvtn|đv|bí thư chi đoàn|bí thư đoàn|hội phụ nữ|hội ccb)\b"
    r"[\s:.-]*(?:(?:khu phố|kp|ấp)\s*\d+\s*)?",
    re.IGNORECASE,
)

_DITTO = re.compile(r"n t|nt|nhu tren|nhu (?:dong|hang) tren|giong tren|tuong tu|ditto")
_DITTO_SIGNS = re.compile(r"//+|″+|〃+|\"+|''+|“|”|,,")
_NOBODY = re.compile(
    r"0|n|no|none|k|kg|ko|khong|chua"
    r"|(?:k|kg|ko|khong|chua)(?: co| co ai| ai| co nguoi| di cung| ai di cung| co ai di cung| di chung)"
    r"|(?:di )?(?:1|mot) minh|(?:1|mot) nguoi|tu di"
)
"""Words for nobody in a column of helpers."""
_NO_NAME = re.compile(
    r"(?:không|chưa|hổng|hông)\b.*|(?:k|ko|kg|khong|chua)(?: (?:nho|biet|ro|co|ai|ten|ghi|di|thay|hoi|xac dinh)\b.*)?"
)
"""“Khổng Tú” is a name: the tone decides, and without tones the next word."""
_MARKS = frozenset("x xx v c y ok có co yes true roi rồi da đã dong đồng ai mình minh".split())
_OFFICE = (
    r"chi đoàn|chi bộ|chi hội|liên chi|đoàn (?:xã|phường|trường|ấp|khu phố|thanh niên|tncs|cơ sở)|ban nhân dân|ban chấp hành"
    r"|bch|ubnd|ủy ban|uỷ ban|mttq|mặt trận|tổ công nghệ|tổ cnscđ|đội hình|đội tình nguyện|câu lạc bộ|clb"
)
_POST = (
    r"(?:phó )?trưởng (?:khu phố|kp|ấp|khóm|ban)|tổ trưởng|tổ phó|(?:phó )?bí thư|bt|cán bộ|cb|công chức|đoàn viên|đvtn|đv"
    r"|thanh niên|tình nguyện viên|hội lhtn|hội|phụ nữ|hpn|ccb|cựu chiến binh|công an|ca|nông dân|người cao tuổi|nct"
    r"|khu phố|kp|ấp|khóm|tổ dân phố|tdp|tổ|xã|phường|khu vực|chủ tịch|phó|số cộng đồng|cộng đồng|nhân dân|\d+"
)


_UNIT = re.compile(rf"(?:{_OFFICE})\b.*")
_BARE_UNIT = re.compile(rf"(?:{vietnamese.fold(_OFFICE)})\b.*")
_POSTS = re.compile(rf"(?:(?:{_OFFICE}|{_POST})\b\W*)+")
_BARE_POSTS = re.compile(rf"(?:(?:{vietnamese.fold(_OFFICE)}|{vietnamese.fold(_POST)})\b\W*)+")
"""A unit or a post is nobody's name; tones are considered, because Trương Công An is a person."""


@dataclass(slots=True)
class SupportRowFindings:
    """Problems and warnings of one row."""

    problems: list[Finding] = field(default_factory=list)
    warnings: list[Finding] = field(default_factory=list)

    def refuse(self, column: str, problem: Problem) -> None:
        self.problems.append(Finding(column, problem.code, problem.message))

    def warn(self, column: str, code: str, message: str) -> None:
        self.warnings.append(Finding(column, code, message))


def text(cell: Cell) -> str:
    """Return a cell as text, whole numbers without a fraction."""
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    return " ".join(vietnamese.nfc(str(cell)).split())


def fold_words(typed: str) -> str:
    """Return the folded text, only letters and digits."""
    return _NOT_WORDS.sub(" ", vietnamese.fold(typed)).strip()


_SHORT_WORDS = {"tk": "tai khoan", "nh": "ngan hang", "dk": "dang ky", "tknh": "tai khoan ngan hang"}


def _service_words(typed: str) -> str:
    return " ".join(_SHORT_WORDS.get(word, word) for word in fold_words(typed).split())


def yes_or_no(cell: Cell) -> bool | None:
    """Return yes or no; None where nothing is written or the text means neither, as in "có/không" and "có?"."""
    if isinstance(cell, bool):
        return cell
    if isinstance(cell, datetime):
        return True
    if isinstance(cell, int | float):
        return cell > 0
    typed = text(cell)
    folded = fold_words(typed)
    if "?" in typed or not (folded or _TICKS.search(typed) or _BLANKS.search(typed)):
        return None
    if _NO.fullmatch(folded):
        return False
    if _DENIED.search(folded):
        return None
    if _TICKS.search(typed):
        return True
    if _BLANKS.search(typed):
        return None if folded else False
    if folded.startswith("co ") and not typed.isascii() and not typed.lower().startswith("có"):
        return None  # “Cô Ba” is a person's name.
    return True if _YES.fullmatch(folded) else None


def is_unclear(cell: Cell) -> bool:
    """Return whether the cell holds a text that means neither yes nor no."""
    return yes_or_no(cell) is None and text(cell) not in _NOTHING


def _whole_name(row: RawRow) -> str:
    cells = row.cells
    typed = text(cells.get("name"))
    if not typed:
        typed = f"{text(cells.get('family_name'))} {text(cells.get('given_name'))}".strip()
    elif cells.get("given_name") is not None and "family_name" not in cells:
        typed = f"{typed} {text(cells.get('given_name'))}"
    return typed


def read_receiver(row: RawRow, findings: SupportRowFindings) -> tuple[str, str]:
    """Return the person's and the shop's name, empty without one. A list may name a shop in the column of names."""
    typed, shop = _whole_name(row), _shop(text(row.cells.get("shop")), findings)
    kind_text = text(row.cells.get("receiver"))
    kind, by_name = business_words.kind_of(kind_text), business_words.kind_by_name(typed)
    if not shop and kind.value == "business":
        if kind.doubtful:
            message = _("“%(kind)s” was taken as a shop; write “Cửa hàng” or “Hộ dân”.")
            findings.warn("receiver", "kind_doubtful", message % {"kind": kind_text[:40]})
        return "", _shop(typed, findings)
    if not shop and by_name.value == "business":
        if kind.value == "resident":
            message = _("The name is that of a shop and the column of kinds says resident; correct one of them.")
            findings.refuse("receiver", Problem("kind_contradicts", message))
        else:
            message = _("“%(name)s” was taken as a shop by its first words. If it is a person, correct the name.")
            findings.warn("name", "taken_as_shop", message % {"name": typed[:60]})
        return "", _shop(typed, findings)
    if typed and (kind.value == "resident" and kind.doubtful):
        message = _("“%(kind)s” was taken as a resident; write “Cửa hàng” or “Hộ dân”.")
        findings.warn("receiver", "kind_doubtful", message % {"kind": kind_text[:40]})
    if typed and shop:
        message = _("The shop was helped; the name and the birth of its owner, “%(name)s”, are not kept.")
        findings.warn("name", "owner_not_kept", message % {"name": typed[:60]})
    if typed and not shop and not by_name.doubtful and _TITLED.match(typed):
        message = _(
            "“%(name)s” begins with a title, which was kept in the name; write the full name of the person alone."
        )
        findings.warn("name", "name_titled", message % {"name": typed[:60]})
    if typed and not shop and by_name.doubtful:
        message = _("“%(name)s” was taken as a person, though a shop is named in it. If the shop was helped, say so.")
        findings.warn("name", "perhaps_shop", message % {"name": typed[:60]})
    return _person(row, typed, findings) if typed else "", shop


def _person(row: RawRow, typed: str, findings: SupportRowFindings) -> str:
    name = _checked_name("name", typed, 120, findings)
    split = not text(row.cells.get("name")) and text(row.cells.get("family_name"))
    if not findings.problems and (names.seems_cut(name) or (split and not text(row.cells.get("given_name")))):
        findings.warn("name", "given_name_missing", _("The given name seems to be missing; check the name."))
    return name


def _checked_name(column: str, typed: str, longest: int, findings: SupportRowFindings) -> str:
    if not typed.isascii() and vietnamese.has_legacy_font(typed):
        message = _("The name was typed in an old font (VNI or TCVN3); convert the file to Unicode first.")
        findings.refuse(column, Problem("name_legacy_font", message))
        return typed[:longest]
    name = vietnamese.tidy_name(typed)
    problem = names.person_problem(name, column) if column == "name" else rules.name_problem(name, column)
    if problem is not None:
        if problem.code == "name_digits":
            problem = Problem("name_digits", _("A name holds no digits; check whether the columns have slipped."))
        findings.refuse(column, problem)
    elif vietnamese.has_invisible(typed):
        message = _("Letters that cannot be seen were taken out of the name; check that it is whole.")
        findings.warn(column, "name_invisible", message)
    return "".join(letter for letter in name if letter.isprintable())[:longest]


def _shop(typed: str, findings: SupportRowFindings) -> str:
    """Return the name on the shop's sign, as written."""
    if not typed or (yes_or_no(typed) is not None and len(fold_words(typed).split()) < 3):
        return ""  # a mark that the shop was helped, not its owner
    typed = vietnamese.without_invisible(typed)
    problem = rules.name_problem(typed, "shop")
    if problem is None and business_words.is_sign_alone(typed):
        message = _("“%(name)s” is no shop's name; write what stands on its sign, or its owner's name behind it.")
        problem = Problem("shop_unnamed", message % {"name": typed[:40]})
    if problem is not None:
        findings.refuse("shop", problem)
    return "".join(letter for letter in typed if letter.isprintable())[:160]


def read_birth(row: RawRow, findings: SupportRowFindings) -> tuple[str, str | int]:
    """Return the gender where the list states it, and the birth as a whole date (ISO) or a year; empty where unknown."""
    cells, gender = row.cells, "" if row.sex == "both" else row.sex
    column, cell = "birth", cells.get("birth")
    sides = {sex: cells.get(f"birth_{sex}") for sex in ("male", "female") if _filled(cells.get(f"birth_{sex}"))}
    # Without a digit it is only a mark, and the year is in a column of its own.
    dated = [sex for sex, side in sides.items() if any(letter.isdigit() for letter in text(side))]
    if len(sides) == 2 and dated:
        if not both_births(row):
            message = _("Both “Nam” and “Nữ” are filled in for one person; leave only the one that is right.")
            findings.refuse("birth", Problem("both_sexes", message))
        return "", ""
    if len(sides) == 2 or row.sex == "both":
        findings.warn("gender", "gender_unknown", _("Both “Nam” and “Nữ” are ticked; the gender was left open."))
    elif sides:
        [gender] = sides
    if dated:
        column, cell = f"birth_{dated[0]}", sides[dated[0]]
    gender_word = fold_words(text(cells.get("gender")))
    if gender_word in {"nam", "nu"}:
        written = "male" if gender_word == "nam" else "female"
        if gender and gender != written:
            message = _("The column of gender and the column under “Nam” or “Nữ” differ; the gender was left open.")
            findings.warn("gender", "gender_differs", message)
        gender = "" if gender and gender != written else written
    if cell is None or not text(cell).strip("-–—. /0"):
        return gender, ""
    try:
        birth = dates.parse_birth(cell, keep_sure=True)
    except Refused as refused:
        findings.refuse(column, refused.problem)
        return gender, ""
    for doubt in birth.warnings:
        findings.warn(column, doubt.code, doubt.message)
    if clock.today().year - birth.year > 120:
        findings.refuse(column, Problem("birth_year", _("Nobody is that old; check the year of birth.")))
    return gender, birth.date.isoformat() if birth.date is not None else birth.year


def both_births(row: RawRow) -> dict[str, str | int]:
    """Return the birth (ISO, or the year) under each of Nam and Nữ where both hold one, for a question."""
    births = {}
    for sex in ("male", "female"):
        cell = row.cells.get(f"birth_{sex}")
        try:
            birth = dates.parse_birth(cell, keep_sure=True)
        except Refused:
            return {}
        if clock.today().year - birth.year > 120:
            return {}
        births[sex] = birth.date.isoformat() if birth.date is not None else birth.year
    return births


def _filled(cell: Cell) -> bool:
    return text(cell) not in _NOTHING and text(cell) != "0"


def read_phone(cell: Cell, findings: SupportRowFindings) -> str:
    """Return the phone in normal form; an invalid one is left out with a warning."""
    if cell is None or not text(cell):
        return ""
    try:
        number = phone.normalise(cell if isinstance(cell, int | float) else text(cell))
    except Refused as refused:
        findings.warn("phone", refused.problem.code, refused.problem.message)
        return ""
    for warning in number.warnings:
        findings.warn("phone", warning.code, warning.message)
    return number.value


def read_day(column: str, cell: Cell, findings: SupportRowFindings) -> date | None:
    """Return the day of the support."""
    if cell is None or not text(cell):
        return None
    try:
        day = dates.parse_day(cell if isinstance(cell, datetime | int | float) else text(cell))
    except Refused as refused:
        findings.refuse(column, refused.problem)
        return None
    problem = rules.day_problem(day, clock.today())
    if problem is not None:
        findings.refuse(column, Problem(problem.code, problem.message))
        return None
    return day


@dataclass(frozen=True, slots=True)
class NamedHelper:
    """A helper's name and kind; empty where the list does not state them."""

    name: str
    kind: str


def read_helpers(first: Cell, second: Cell, findings: SupportRowFindings) -> tuple[NamedHelper, NamedHelper]:
    """Return helper and second helper, from two columns or two names in one. Words for nobody, marks and units are no names."""
    parts = [part.strip() for part in _HELPERS.split(text(first)) if part.strip()] or [""]
    parts = parts if len(parts) == 1 else [part for part in parts if not _nobody(part)] or [""]
    along = "" if _nobody(text(second)) else text(second)
    apart = bool(along)
    if len(parts) > 2 or (len(parts) > 1 and along):
        message = _("Only the first two names of those who helped are kept.")
        findings.warn("helper", "helpers_many", message)
    if not along and len(parts) > 1:
        along = parts[1]
    helper = _helper("helper", "" if _nobody(parts[0]) else parts[0], rules.YOUTH, findings)
    # A helper in a column beside the helper's is of the other kind, unless the list states otherwise.
    other = _helper("second", along, rules.OFFICIAL if apart else rules.YOUTH, findings, alone=apart)
    if rules.same_helper(helper.name, other.name):
        message = _("Who helped and who came along are one and the same; it was counted as one person, not as a pair.")
        findings.warn("second", "same_helper", message)
        other = NamedHelper("", "")
    return helper, other


def _nobody(typed: str) -> bool:
    if typed in _NOTHING:
        return True
    return _NOBODY.fullmatch(fold_words(typed)) is not None and not typed.lower().startswith("khổng")  # a family's name


def _is_ditto(typed: str) -> bool:
    return _DITTO.fullmatch(fold_words(typed)) is not None or _DITTO_SIGNS.fullmatch(typed) is not None


def _is_named(typed: str, *, alone: bool) -> bool:
    """Return whether this is a person's name; `alone`: of two words or more, unless a title or a post marks a person."""
    typed = "".join(letter for letter in typed if letter.isprintable())
    spelled = vietnamese.canonical_tones(typed).lower().strip(" .,:;-–()")
    bare, folded = typed.isascii(), fold_words(typed)
    if not any(letter.isalpha() for letter in typed) or spelled in _MARKS or _is_ditto(typed):
        return False
    if _NO_NAME.fullmatch(spelled) or (spelled.split()[0].isascii() and _NO_NAME.fullmatch(folded)):
        return False
    if (_BARE_UNIT if bare else _UNIT).match(spelled) or (_BARE_POSTS if bare else _POSTS).fullmatch(spelled):
        return False
    if " " in folded:
        return True
    return not alone and (vietnamese.is_syllable(spelled) or len(folded) > 3)


def _helper(column: str, typed: str, usual: str, findings: SupportRowFindings, *, alone: bool = False) -> NamedHelper:
    if not typed:
        return NamedHelper("", "")
    folded = fold_words(typed)
    kind = rules.YOUTH if _YOUTH.search(folded) else rules.OFFICIAL if _OFFICIAL.search(folded) else usual
    bare = _without_title(typed)
    bare = _ROLE_WORDS.sub("", bare).strip(" .,:-")
    if not _is_named(typed, alone=alone) or not (bare and _is_named(bare, alone=False)):
        _warn_unnamed(column, typed, findings)
        return NamedHelper("", "")
    return NamedHelper(_checked_name(column, bare, 120, findings), kind)


def _warn_unnamed(column: str, typed: str, findings: SupportRowFindings) -> None:
    if _is_ditto(typed):
        message = _("“%(text)s” was not filled in from the row above; write the name in every row.")
    elif column == "helper":
        message = _("“%(text)s” is nobody's name; write the name of who helped.")
    else:
        message = _("“%(text)s” is nobody's name, and nobody was counted as coming along; write the companion's name.")
    findings.warn(column, "helper_missing" if column == "helper" else "second_unnamed", message % {"text": typed[:40]})


def _without_title(typed: str) -> str:
    return _ROLE.sub(" ", typed).strip()


def without_title(name: str) -> str:
    """Return a name without its title: “Chị Lê Hoa” is Lê Hoa."""
    return _without_title(name) if " " in name else name


def read_guardian(cell: Cell, findings: SupportRowFindings) -> str:
    """Return the guardian who consented for a child."""
    typed = text(cell)
    if not _filled(cell) or yes_or_no(cell) is False:
        return ""
    return _checked_name("guardian", typed, 120, findings)


def read_short(column: str, cell: Cell, longest: int, findings: SupportRowFindings) -> str:
    """Return a text without invisible characters; one that is too long is cut with a warning."""
    typed = "".join(letter for letter in text(cell) if letter.isprintable())
    if len(typed) > longest:
        message = _("Only the first %(count)d letters were kept.")
        findings.warn(column, "text_cut", message % {"count": longest})
    return typed[:longest]


class Services:
    """Services by the names that lists use."""

    def __init__(self, services: Iterable[Service]) -> None:
        self._by_words: dict[str, str] = {}
        self.names: dict[str, str] = {}
        for service in services:
            self.names[service.pk] = service.short_name
            for name in names_of(service):
                self._by_words.setdefault(_service_words(name), service.pk)

    def find(self, typed: str) -> str:
        """Return the service that these words mean: by the whole text, or the longest name in it; empty for none."""
        folded = _service_words(typed)
        if folded in self._by_words:
            return self._by_words[folded]
        held = [name for name in self._by_words if f" {name} " in f" {folded} "]
        return self._by_words[max(held, key=len)] if held else ""

    def read(self, row: RawRow, day: date | None, findings: SupportRowFindings) -> list[tuple[str, date]]:
        """Return each service with its day: from the column of services, from marks in columns of their own, or from
        the group or sheet of the row.
        """
        day_by_service: dict[str, date | None] = {}
        for part in _PARTS.split(text(row.cells.get("service"))):
            if not fold_words(part):
                continue
            code = self.find(part)
            if code:
                day_by_service.setdefault(code, day)
            else:
                message = _("“%(text)s” is none of the services: %(names)s.")
                values = {"text": part.strip()[:60], "names": ", ".join(self.names.values())}
                findings.refuse("service", Problem("service_unknown", message % values))
        for code in self.names:
            cell = row.cells.get(f"{MARK}{code}")
            if isinstance(cell, datetime):
                day_by_service[code] = read_day(f"{MARK}{code}", cell, findings)
            elif yes_or_no(cell):
                day_by_service.setdefault(code, day)
            elif is_unclear(cell):
                message = _(
                    "“%(text)s” says neither yes nor no for “%(service)s”; it was not counted. Write “x” or leave it empty."
                )
                values = {"text": text(cell)[:40], "service": self.names[code]}
                findings.warn(f"{MARK}{code}", "mark_unclear", message % values)
        if not day_by_service and not findings.problems:
            around = self.find(row.group) or self.find(row.sheet)
            if around:
                day_by_service[around] = day
        if not day_by_service and not findings.problems:
            message = _("Say with which service: write it in the column “Dịch vụ”, or mark the service's own column.")
            findings.refuse("service", Problem("service_missing", message))
        dated = [(code, when) for code, when in day_by_service.items() if when is not None]
        if len(dated) < len(day_by_service) and not any(
            finding.column in {"day", MARK} for finding in findings.problems
        ):
            message = _("The day of the help is missing; write it in the column “Ngày hỗ trợ”.")
            findings.refuse("day", Problem("day_missing", message))
        return dated


def purposes(cells: Mapping[str, Cell], findings: SupportRowFindings) -> tuple[bool | None, list[str]]:
    """Return whether the person consented to being recorded, and to which purposes; an unclear cell becomes a question."""
    cell = cells.get("consent")
    agreed = yes_or_no(cell)
    number = isinstance(cell, int | float) and not isinstance(cell, bool)
    if agreed and (number or text(cell).isdigit()) and text(cell) != "1":
        agreed = None  # A number, or a list of purposes, is no yes.
    if agreed is None and (number or text(cell) not in _NOTHING):
        message = _("“%(text)s” says neither that the person agreed nor that they did not; write “x” or “không”.")
        findings.warn("consent", "consent_unclear", message % {"text": text(cell)[:40]})
    if is_unclear(cells.get("recheck")):
        message = _("“%(text)s” says neither yes nor no; nobody will be called back.")
        findings.warn("recheck", "mark_unclear", message % {"text": text(cells.get("recheck"))[:40]})
    return agreed, ["recheck"] if yes_or_no(cells.get("recheck")) else []
