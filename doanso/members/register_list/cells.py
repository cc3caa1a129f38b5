"""Cells of the members' list in normal form."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext as _

from doanso.imports.ports import Cell, Finding, RawRow
from doanso.lib import citizen_id, dates, names, phone, vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.members import rules
from doanso.members.models import AbsenceReason, PostKind

_MALE = {"nam", "male", "m"}
_FEMALE = {"nu", "female", "f"}
_MARKS = {"x", "v", "1", "true", "co"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_NOTHING = {"", "-", "--", "...", "khong", "khong co", "chua co", "0"}
_GROWN_OUT_AT = 35

_OLD_CARD = re.compile(r"3[01]\d{7}")
"""Old cards of Tiền Giang and the next begin so; no mobile number is 030 or 031."""
_DRESS = re.compile(r"[\s.()'’-]")
_RUNS = re.compile(r"\+?\d(?:[ .-]?\d)*")

_YEAR_FIRST = re.compile(r"\d{4}[/.-]\d")
_REMARK = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\])\s*")
_TITLE = re.compile(
    r"(?:[đd][/.]c|đc|đ/chí|đồng chí|anh|chị)[.:]?\s+(?=\S+\s+\S)|(?:[đd][/.]c|đc)(?:[.:]\s*|\s+)", re.IGNORECASE
)
"""A form of address before a whole name: “Đ/c Lê An”, but neither “Anh Thư” nor “Đồng Chí Thanh”."""
_NEXT_PERSON = re.compile(r"\w\s*[,;/&+]\s*[^\W\d_]|\w\s+[-–]\s+[^\W\d_]|^\S+\s+\S.*\svà\s+\S+\s+\S", re.IGNORECASE)
"""One name after another; Và may be part of a name, so that it separates whole names only."""
_POSTS = tuple(
    (re.compile(pattern), kind)
    for pattern, kind in (
        (r"\b(?:pho|p) ?(?:bi thu|bt)\b", PostKind.DEPUTY),
        (r"\b(?:bi thu|bt)\b", PostKind.SECRETARY),
        (r"\b(?:thuong vu|(?:uv ?)?btv|uv ?tv)\b", PostKind.STANDING),
        (r"\b(?:chap hanh|(?:uv ?)?bch|uv|uy vien)\b", PostKind.COMMITTEE),
    )
)
_OTHER_OFFICE = re.compile(r"\b(?:doan vien|hoi|dang|chi bo|nguyen|cuu)\b")
"""No office, one of the Party or the youth association, or one that was left."""
_HIGHER = re.compile(
    r"(?<!chi )\bdoan (?:xa|phuong|thi|thanh|tp|p ?\d|quan|huyen|tinh|khoi|truong|truc thuoc)\b"
    r"|\b(?:xa|phuong|thi|thanh|quan|huyen|tinh|khoi|trung uong) ?(?:doan|uy)\b"
)
"""An office of a unit above the branch; “chi đoàn trường” is the branch itself."""
_OF_UNDIVIDED = re.compile(r"(?<!chi )\bdoan co so\b")
_RANKS = (PostKind.SECRETARY, PostKind.DEPUTY, PostKind.STANDING, PostKind.COMMITTEE)
_PLAIN_MEMBER = {"doan vien", "dv", "dvtn", "doan vien thanh nien", "doan vien chi doan"}
_JOINED_SHORT = re.compile(r"\b(uv|ủy viên|uỷ viên|p|phó)\s*[-–]\s*(?=btv|bch|bt\b|bí thư|ban )")
"""“UV-BTV” and “Phó - Bí thư” are one office; their dash parts nothing."""
_PARTS = re.compile(r"[,;/+\n–-]|\b(?:kiêm|nay là)\b")

PRESENT = "present"
"""The value of a cell that states that the member takes part."""
_PASSED = re.compile(r"\bchuyên\b")
"""Chuyên viên has nothing to do with chuyển, which folds to the same."""
_HERE = r"(?! .*\b(?:dia phuong|gan nha|trong (?:phuong|xa|thanh pho))\b)"
_STATUSES = tuple(
    (re.compile(pattern), status)
    for pattern, status in (
        (r"\bsinh hoat tam thoi\b", "temporary"),
        (r"\bkhong con sinh hoat\b", "left"),
        (rf"\b(?:hoc xa|du hoc|di hoc{_HERE})\b", AbsenceReason.STUDY),
        (r"\b(?:nghia vu|quan su|bo doi|nvqs|nhap ngu)\b", AbsenceReason.MILITARY),
        (rf"\b(?:lam (?:an )?xa|di lam{_HERE})\b", AbsenceReason.WORK),
        (r"\b(?:vang|di xa|ly do khac)\b", AbsenceReason.OTHER),
        (r"\btam thoi\b", "temporary"),
        (r"\bchuyen\b(?! (?:den|ve)(?:$| (?:tu|ngay|thang|nam)\b)| tu\b)", "left"),
        (r"\b(?:truong thanh|xoa ten|khai tru|thoi sinh hoat|het tuoi|qua doi|tu tran)\b", "left"),
        (r"(?:^|\bda )mat\b(?! (?:the|so|lien lac|dien thoai|sdt|giay)\b)", "left"),
    )
)
_DENIED = re.compile(r"\b(?:khong|chua|het(?! tuoi)|da ve|tro ve|cho)\b")
_OVER = re.compile(r"\b(?:da ve|tro ve|xuat ngu|hoan thanh nghia vu|hoan thanh nvqs)\b")
_PRESENT = re.compile(
    r"^(?:co mat|binh thuong)\b|\b(?:dang|van|con) sinh hoat\b|\bchuyen (?:den|ve)(?:$| (?:tu|ngay|thang|nam)\b)"
    r"|\bchuyen tu\b|\b(?:di lam|di hoc|sinh hoat|o) (?:tai|o|gan) (?:dia phuong|nha)\b"
)


@dataclass(slots=True)
class CellFindings:
    """Problems and warnings about one row, collected while its cells are read."""

    problems: list[Finding]
    warnings: list[Finding]

    def refuse(self, column: str, problem: Problem) -> None:
        self.problems.append(Finding(column, problem.code, problem.message))

    def warn(self, column: str, code: str, message: str) -> None:
        self.warnings.append(Finding(column, code, message))


def text(cell: Cell) -> str:
    """Return a cell as text; whole numbers have no fraction."""
    if cell is None:
        return ""
    if type(cell) is str:
        return cell.strip()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime):
        return f"{cell.day:02}/{cell.month:02}/{cell.year}"
    return str(cell).strip()


def read_name(row: RawRow, findings: CellFindings) -> str:
    """Return the full name, from its own column or from family and given name."""
    typed = _typed_name(row.cells, findings)
    if not typed:
        findings.refuse("name", Problem("name_missing", _("The name is missing.")))
        return ""
    if not typed.isascii() and vietnamese.has_legacy_font(typed):
        message = _("The name was typed in an old font (VNI or TCVN3); convert the file to Unicode first.")
        findings.refuse("name", Problem("name_legacy_font", message))
        return typed[:120]
    name, taken = _bare_name(vietnamese.tidy_name(typed))
    if (problem := _name_problem(name)) is not None:
        findings.refuse("name", problem)
        return "".join(letter for letter in name if letter.isprintable())[:120]
    if taken:
        message = _("“%(taken)s” is no part of a name and was taken off; “%(name)s” was kept. Check it.")
        shown = "".join(letter for letter in taken if letter.isprintable())[:40]
        findings.warn("name", "name_remark", message % {"taken": shown, "name": name})
    if _of_both_cases(name):
        message = _("“%(name)s” mixes capitals and small letters; check how the name is written.")
        findings.warn("name", "name_mixed_case", message % {"name": name})
    if " " not in name:
        findings.warn("name", "name_one_word", _("The name is a single word; check whether part of it is missing."))
    elif names.seems_cut(name) and not any(doubt.code == "given_name_missing" for doubt in findings.warnings):
        findings.warn("name", "given_name_missing", _("The given name seems to be missing; check the name."))
    if vietnamese.has_invisible(typed):
        message = _("Letters that cannot be seen were taken out of the name; check that it is whole.")
        findings.warn("name", "name_invisible", message)
    return name


def _typed_name(cells: Mapping[str, Cell], findings: CellFindings) -> str:
    typed = text(cells.get("name"))
    if not typed:
        family, given_name = text(cells.get("family_name")), text(cells.get("given_name"))
        if family and not given_name:
            message = _("Only the family and middle names are written; write the given name too.")
            findings.warn("given_name", "given_name_missing", message)
        return f"{family} {given_name}".strip()
    if cells.get("given_name") is not None and "family_name" not in cells:
        # "Họ và tên" beside "Tên": the first holds the family name alone.
        return f"{typed} {text(cells.get('given_name'))}"
    return typed


def _name_problem(name: str) -> Problem | None:
    problem = names.person_problem(name)
    if problem is not None and problem.code == "name_digits":
        return Problem("name_digits", _("A name holds no digits; check whether the columns have slipped."))
    if problem is None and name.startswith("#"):
        return Problem("name_error", _("This is an error of Excel (“#…”) and no name; type the name itself."))
    if problem is None and len(name) > 120:
        return Problem("name_too_long", _("A name has at most 120 letters."))
    if problem is None and _NEXT_PERSON.search(name):
        message = _("The cell seems to hold two people; write one person per row, and the name alone.")
        return Problem("name_two_people", message)
    return problem


def _bare_name(typed: str) -> tuple[str, str]:
    """Return the name without a form of address and remarks in brackets, and the removed text."""
    if not typed.startswith(("đ", "Đ", "d", "D", "a", "A", "c", "C")) and "(" not in typed and "[" not in typed:
        return typed, ""  # Shortcut for nearly every name of a long list.
    taken = []
    bare = typed
    if (title := _TITLE.match(bare)) is not None:
        taken.append(title[0].strip())
        bare = bare[title.end() :]
    taken += [remark.strip() for remark in _REMARK.findall(bare)]
    bare = vietnamese.tidy_name(_REMARK.sub(" ", bare))
    return (bare, " ".join(taken)) if taken and bare else (typed, "")


def _of_both_cases(name: str) -> bool:
    """Return whether one name mixes capitals and small letters: within a word, or a word in capitals beside one in small
    letters.
    """
    if name.istitle():
        return False
    words = [word for word in re.split(r"[\W\d_]+", name) if len(word) > 1]
    beside = any(word.isupper() for word in words) and any(word.islower() for word in words)
    return beside or any(_mixed(word) for word in words)


def _mixed(word: str) -> bool:
    return not word.isupper() and not word[1:].islower()


def read_birth(row: RawRow, findings: CellFindings) -> tuple[str, date | None, int | None]:
    """Return gender, birth date and year; a date under "Nam" or "Nữ" gives the gender too. Empty where both hold a birth."""
    sides = {sex: row.cells.get(f"birth_{sex}") for sex in ("male", "female")}
    sides = {sex: cell for sex, cell in sides.items() if vietnamese.fold(text(cell)) not in _NOTHING}
    dated = {sex: cell for sex, cell in sides.items() if vietnamese.fold(text(cell)) not in _MARKS}
    if len(sides) == 2 and dated:
        if not both_births(row):
            message = _("Both “Nam” and “Nữ” are filled in for one person; leave only the one that is right.")
            findings.refuse("birth", Problem("both_sexes", message))
        return "", None, None
    gender = _gender(row, sides, findings)
    column, typed = "birth", row.cells.get("birth")
    for sex, cell in dated.items():
        if typed is not None and text(typed) not in {"", "-", text(cell)}:
            message = _("The row holds two birth dates; “%(date)s” was taken. Check it.")
            findings.warn("birth", "birth_twice", message % {"date": text(cell)})
        column, typed = f"birth_{sex}", cell
    if typed is None or not text(typed).strip("-–—. /0"):
        findings.warn("birth", "birth_missing", _("The birth date is missing."))
        return gender, None, None
    try:
        birth = dates.parse_birth(typed, keep_sure=True)
    except Refused as refusal:
        findings.refuse(column, refusal.problem)
        return gender, None, None
    for doubt in birth.warnings:
        # 2003-06-07 ends in two digits, which are its day.
        if doubt.code != "date_short_year" or not _YEAR_FIRST.match(text(typed)):
            findings.warn(column, doubt.code, doubt.message)
    if birth.precision == "year" and not birth.warnings:
        message = _("Only the year of birth is written; write the whole date if you know it.")
        findings.warn(column, "birth_year_alone", message)
    return gender, birth.date, birth.year


def _gender(row: RawRow, sides: Mapping[str, Cell], findings: CellFindings) -> str:
    """Return the gender from its column and from which of Nam and Nữ is filled in; empty where these differ."""
    marked = row.cells.get("gender")
    under = row.sex or ("both" if len(sides) == 2 else next(iter(sides), ""))
    is_mark = vietnamese.fold(text(marked)) in _MARKS | {""}
    written = "" if is_mark and under else read_gender(marked, findings)
    if under == "both":
        findings.warn("gender", "gender_unknown", _("Both “Nam” and “Nữ” are ticked; the gender was left open."))
        return written
    if under and written and under != written:
        message = _("The column of gender and the column under “Nam” or “Nữ” differ; the gender was left open.")
        findings.warn("gender", "gender_differs", message)
        return ""
    return under or written


def both_births(row: RawRow) -> dict[str, str | int]:
    """Return the birth (ISO, or the year) under each of Nam and Nữ where both hold one, for a question."""
    births = {}
    for sex in ("male", "female"):
        cell = row.cells.get(f"birth_{sex}")
        if vietnamese.fold(text(cell)) in _NOTHING | _MARKS:
            return {}
        try:
            birth = dates.parse_birth(cell, keep_sure=True)
        except Refused:
            return {}
        births[sex] = birth.date.isoformat() if birth.date is not None else birth.year
    return births


def check_age(birth_year: int | None, today: date, findings: CellFindings) -> None:
    """Refuse or warn about an age too low for a member, impossible, or past the age at which members leave."""
    problem = rules.age_problem(birth_year=birth_year, on=today)
    if problem is not None:
        findings.refuse("birth", problem)
    elif birth_year is not None and today.year - birth_year > _GROWN_OUT_AT:
        message = _("Born in %(year)d: above the age of members; check whether the member has grown out.")
        findings.warn("birth", "above_age", message % {"year": birth_year})


def read_gender(cell: Cell, findings: CellFindings) -> str:
    """Return the gender; empty when the cell states none."""
    typed = vietnamese.fold(text(cell))
    if typed in _MALE:
        return "male"
    if typed in _FEMALE:
        return "female"
    if typed:
        findings.warn("gender", "gender_unknown", _("Write “Nam” or “Nữ”; the cell was passed over."))
    return ""


def read_citizen_id(cell: Cell, birth_year: int | None, gender: str, findings: CellFindings) -> str:
    """Return the citizen number; an invalid one is a problem, because it identifies people."""
    if cell is None or vietnamese.fold(text(cell)) in _NOTHING:
        return ""
    try:
        number = citizen_id.normalise(
            cell if isinstance(cell, int | float) else text(cell), birth_year=birth_year, sex=gender
        )
    except Refused as refusal:
        findings.refuse("citizen_id", refusal.problem)
        return ""
    for doubt in number.warnings:
        findings.warn("citizen_id", doubt.code, doubt.message)
    return number.value


def read_phone(cell: Cell, findings: CellFindings) -> str:
    """Return the phone; an invalid one is dropped with a warning, and the person is imported all the same.

    A single phone within a text is kept. A card number that is no phone is not.
    """
    if cell is None or vietnamese.fold(text(cell)) in _NOTHING:
        return ""
    written = text(cell)
    digits = _DRESS.sub("", written)
    if _OLD_CARD.fullmatch(digits):
        message = _("“%(written)s” looks like the number of an old identity card and no phone; it was left out.")
        findings.warn("phone", "phone_is_old_card", message % {"written": written[:40]})
        return ""
    try:
        number = phone.normalise(cell if isinstance(cell, int | float) else written)
    except Refused as refusal:
        if _is_citizen_id(digits):
            message = _("“%(written)s” looks like a citizen's number and no phone; it was left out.")
            findings.warn("phone", "phone_is_citizen_id", message % {"written": written[:40]})
            return ""
        within = _phones_within(written)
        if len(within) == 1:
            message = _("Only the phone %(phone)s was kept of “%(written)s”; check it.")
            findings.warn("phone", "phone_among_words", message % {"phone": within[0], "written": written[:60]})
            return within[0]
        findings.warn("phone", refusal.problem.code, refusal.problem.message)
        return ""
    for doubt in number.warnings:
        findings.warn("phone", doubt.code, doubt.message)
    return number.value


def _is_citizen_id(digits: str) -> bool:
    """Return whether the digits have a citizen number's length: twelve, or eleven after losing the leading zero."""
    if not digits.isdecimal() or len(digits) not in {11, 12}:
        return False
    try:
        return len(digits) == 12 or citizen_id.normalise(digits).kind == "citizen"
    except Refused:
        return False


def _phones_within(written: str) -> list[str]:
    """Return the phones within a text; an extension or a house number is none."""
    within = []
    for digits in _RUNS.findall(written):
        try:
            number = phone.normalise(digits)
        except Refused:
            continue
        if not _OLD_CARD.fullmatch(_DRESS.sub("", digits)):
            within.append(number.value)
    return list(dict.fromkeys(within))


def read_short(column: str, cell: Cell, longest: int, findings: CellFindings) -> str:
    """Return a text without invisible characters; one that is too long is cut with a warning."""
    typed = "".join(letter for letter in vietnamese.nfc(text(cell)) if letter.isprintable() or letter.isspace())
    if len(typed) > longest:
        message = _("Only the first %(count)d letters were kept.")
        findings.warn(column, "text_cut", message % {"count": longest})
    return typed[:longest]


def read_email(cell: Cell, findings: CellFindings) -> str:
    """Return the e-mail address in small letters."""
    typed = text(cell).lower()
    if vietnamese.fold(typed) in _NOTHING:
        return ""
    if not _EMAIL.fullmatch(typed) or len(typed) > 200:
        findings.warn("email", "email_unreadable", _("This is no e-mail address; the cell was passed over."))
        return ""
    return typed


def read_joined(
    cell: Cell, birth_date: date | None, birth_year: int | None, today: date, findings: CellFindings
) -> date | None:
    """Return the day of joining the Union; a year alone is left out with a warning."""
    if cell is None or vietnamese.fold(text(cell)) in _NOTHING:
        return None
    try:
        joined = dates.parse_day(cell)
    except Refused as refusal:
        _leave_joined_out(cell, refusal.problem, findings)
        return None
    problem = rules.joined_problem(joined_on=joined, birth_date=birth_date, birth_year=birth_year, today=today)
    if problem is not None:
        # A doubtful date of joining does not reject the row: it does not identify the person.
        _leave_joined_out(cell, problem, findings)
        return None
    return joined


def _leave_joined_out(cell: Cell, problem: Problem, findings: CellFindings) -> None:
    message = _("“%(written)s” was left out, there is no day of joining now. %(problem)s")
    findings.warn("joined", problem.code, message % {"written": text(cell)[:40], "problem": problem.message})


def read_post(cell: Cell, findings: CellFindings, *, of_branch: bool = True) -> str:
    """Return the highest office in the branch that the cell names; empty for plain members.

    What is no office of a branch (of a higher level, of another organisation, a former one, or unknown) is dropped with a
    warning that quotes it. A unit without branches has a standing committee, a branch has none: `of_branch` states for which of
    the two the row is.
    """
    held, other = [], []
    written = _JOINED_SHORT.sub(r"\1 ", vietnamese.nfc(text(cell)).lower())
    for part in filter(None, (part.strip(" .()") for part in _PARTS.split(written))):
        words = _NOT_WORDS.sub(" ", vietnamese.fold(part)).strip()
        if words in _PLAIN_MEMBER | _NOTHING:
            continue
        kind = _office(words, of_branch=of_branch)
        if kind:
            held.append(kind)
        else:
            other.append(part)
    if other:
        # A cell without anything else is quoted as it was typed.
        quoted = ", ".join(other) if held or len(other) > 1 else text(cell)
        message = _("The post “%(post)s” was not written down: it is no post of this branch.")
        findings.warn("post", "post_not_ours", message % {"post": quoted[:80]})
    return min(held, key=_RANKS.index, default="")


def _office(words: str, *, of_branch: bool) -> str:
    if _OTHER_OFFICE.search(words) or _HIGHER.search(words) or (of_branch and _OF_UNDIVIDED.search(words)):
        return ""
    kind = next((kind for pattern, kind in _POSTS if pattern.search(words)), "")
    return "" if kind == PostKind.STANDING and of_branch else kind


def read_status(cell: Cell, findings: CellFindings) -> str:
    """Return a reason of absence, `temporary`, `left`, `PRESENT`, or empty where the cell is not understood."""
    written = text(cell)
    if not written:
        return ""
    typed = _PASSED.sub(" ", vietnamese.nfc(written).lower())
    words = _NOT_WORDS.sub(" ", vietnamese.fold(typed)).strip()
    for pattern, status in _STATUSES:
        match = pattern.search(words)
        if match is not None and (_OVER.search(words) or _DENIED.search(words[: match.start()])):
            break
        if match is not None:
            return status
    else:
        if _PRESENT.search(words):
            return PRESENT
    if words not in _NOTHING:
        message = _("The state was not understood and was passed over; write for example “Đi học xa”.")
        findings.warn("status", "status_unclear", message)
    return ""


def day(value: Any) -> date | None:
    """Return a day from a line's values."""
    return date.fromisoformat(value) if value else None
