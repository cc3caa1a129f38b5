"""Detection of marks of secrecy, as opposed to text that mentions secrets; secret documents must not enter the system.

A mark stands alone: in its own line, in a box, beside the number or the date, or after "Độ mật:". Words of a sentence ("bảo mật",
"mật độ", “tuyệt mật” in quotes) are none. Decoration (spaces between letters, frames, stars, old fonts) is removed before the
comparison.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.files.reading import ExtractedText
from doanso.lib.problems import Problem, Refused

WARNING = gettext_lazy(
    "Secret documents (Mật, Tối mật, Tuyệt mật) must not be written or uploaded here: Law 117/2025/QH15 keeps them off every "
    "machine that is connected to the Internet. Only number and date may be noted in the book of secret numbers."
)


class SecrecyLevel(StrEnum):
    """The level of secrecy."""

    CLASSIFIED = "MẬT"
    HIGH = "TỐI MẬT"
    HIGHEST = "TUYỆT MẬT"


@dataclass(frozen=True, slots=True)
class SecrecyMark:
    """A mark that was found: its level, page and line."""

    level: SecrecyLevel
    page: int
    line: str


# Spellings without spaces, in lower case: in Unicode, and as text in legacy fonts (TCVN3, VNI) is extracted.
_SPELLINGS = {
    "mật": SecrecyLevel.CLASSIFIED, "mët": SecrecyLevel.CLASSIFIED, "maät": SecrecyLevel.CLASSIFIED,
    "tốimật": SecrecyLevel.HIGH, "tèimët": SecrecyLevel.HIGH, "toáimaät": SecrecyLevel.HIGH, "toimat": SecrecyLevel.HIGH,
    "tuyệtmật": SecrecyLevel.HIGHEST, "tuyötmët": SecrecyLevel.HIGHEST, "tuyeätmaät": SecrecyLevel.HIGHEST,
    "tuyetmat": SecrecyLevel.HIGHEST,
}  # fmt: skip
_BESIDE = {
    "khẩn", "thượngkhẩn", "hoảtốc", "hỏatốc", "hỏatốchẹngiờ", "hoảtốchẹngiờ", "tàiliệuthuhồi", "thuhồi", "lưuhànhnộibộ",
    "xemxongtrảlại", "dựthảo", "khôngphổbiến",
}  # fmt: skip
"""Other marks that may share its line."""
_LABEL = re.compile(
    r"^(?:mức |cấp |chế )?(?:độ|dấu|cấp độ|mức độ|dấu độ|dấu chỉ độ)(?: bảo)? mật$|^mức độ$|^độ bảo mật$"
)
_NAMED = re.compile(r"^(?:TÀI LIỆU|VĂN BẢN|HỒ SƠ|CÔNG VĂN|BẢN) (?P<level>MẬT|TỐI MẬT|TUYỆT MẬT)$")
_HEAD = re.compile(
    r"^(?:số\s*:|.*,?\s*ngày\s*[\d….]*\s*tháng\b|cộng h[oò][àa] xã hội|độc lập\s*[-–]|đoàn tncs|đảng cộng sản|v/v\b|kính gửi)",
    re.IGNORECASE,
)
_AT_AN_END = re.compile(
    r"^(?P<first>TUYỆT MẬT|TỐI MẬT|MẬT)\s+(?P<rest>.+)$|^(?P<front>.+?)\s+(?P<last>TUYỆT MẬT|TỐI MẬT|MẬT)$"
)
_DASHED = re.compile(r"^(?P<level>TUYỆT MẬT|TỐI MẬT|MẬT)\s*[-–—]\s*\S")
_COLUMNS = re.compile(r"\s{2,}|\t|[|│┃║¦]")
_PIECES = re.compile(r"\s*[-–—/,;+&·•]\s*")
_FRAME = "[](){}<>|│┃║¦━═─—–-_=*~#.:;,•·■□▪▫◆◇★☆✱☐☑✓\"'“”‘’«»` "
# Words that, at the end of the line above, make "mật" the second half of a word.
_FIRST_HALVES = {"bảo", "bí", "cơ", "ẩn", "thân", "an", "trai", "đường", "phấn", "tổ", "chim", "tuần", "mắt", "hòm"}
_ALIKE = str.maketrans("МмТтІіΜΤ", "MmTtIiMT")
"""Letters of other alphabets that look like ours."""
_OUTSIDE = frozenset({"header", "footer", "box", "watermark", "note"})
_FIRST_LINES, _LAST_LINES = 30, 5
_LONGEST = 60
"""Letters of a line that may be a mark with its neighbours; longer ones are sentences."""


def find_mark(pages: Iterable[str], aside: Iterable[str] = ()) -> SecrecyMark | None:
    """Return the first mark: `pages` are texts in reading order, `aside` those of boxes, headers, footers, watermarks and
    notes.
    """
    for number, page in enumerate(pages, 1):
        lines = [line for line in (_tidy(raw) for raw in page.splitlines()) if line]
        for line, level in _marks(lines):
            return SecrecyMark(level, number, line)
    for text in aside:
        lines = [line for line in (_tidy(raw) for raw in text.splitlines()) if line]
        for line, level in _marks(lines, anywhere=True):
            return SecrecyMark(level, 0, line)
    return None


def refuse_secret(pages: Iterable[str], aside: Iterable[str] = (), *, field: str = "file") -> None:
    """Refuse a text with a mark; the message names the law and what to do instead."""
    mark = find_mark(pages, aside)
    if mark is None:
        return
    message = _(
        "The document is marked “%(mark)s” (the line “%(line)s”), so it was not taken in and nothing of it was kept. The Law on "
        "the Protection of State Secrets 117/2025/QH15, in force since 01/03/2026, keeps secret documents off every machine "
        "that is connected to the Internet. Handle it as a secret paper; here note only its number and date in the book of "
        "secret numbers. If this is no mark of secrecy, change that line and send it again."
    ) % {"mark": mark.level.value, "line": mark.line[:_LONGEST]}
    raise Refused(Problem("document_secret", message, field))


def _tidy(line: str) -> str:
    """Normalise to NFC, without invisible characters and with one kind of space."""
    composed = unicodedata.normalize("NFC", unicodedata.normalize("NFKC", line).translate(_ALIKE))
    return "".join(char for char in composed if unicodedata.category(char) != "Cf").strip()


def _bare(words: str) -> str:
    """Remove frame and spaces, in lower case."""
    return "".join(words.strip(_FRAME).split()).lower()


def _marks(lines: Sequence[str], *, anywhere: bool = False) -> Iterator[tuple[str, SecrecyLevel]]:
    for index, line in enumerate(lines):
        at_edge = anywhere or index < _FIRST_LINES or index >= len(lines) - _LAST_LINES
        above = lines[index - 1] if index else ""
        for part in (line, *_columns(line)):
            level = _level(part, above, at_edge=at_edge)
            if level is not None:
                yield line, level
                break
    yield from _downwards(lines)


def _columns(line: str) -> Iterator[str]:
    """Yield the columns of a line. Small letters count only beside a label or the head, because Mật is also a name."""
    columns = [column for column in _COLUMNS.split(line) if column.strip(_FRAME)]
    for index, column in enumerate(columns):
        others = columns[:index] + columns[index + 1 :]
        if column == column.upper() or any(_is_label(other) or _HEAD.match(other) for other in others):
            yield column


def _is_label(words: str) -> bool:
    return _LABEL.match(" ".join(words.strip(_FRAME).lower().split())) is not None


def _level(part: str, above: str, *, at_edge: bool) -> SecrecyLevel | None:
    """Return the level of a mark in a line or one of its columns."""
    if not part or len(part) > _LONGEST:
        return None
    level = _alone(part, above, at_edge=at_edge) or _with_others(part)
    if level is None and at_edge:
        level = _labelled(part) or _beside_head(part) or _before_dash(part)
    return level


def _alone(part: str, above: str, *, at_edge: bool) -> SecrecyLevel | None:
    """Return the level of a line that has nothing else. Small letters count only at a page's edge and not at a sentence's end."""
    level = _SPELLINGS.get(_bare(part))
    if level is None:
        named = _NAMED.match(part.strip(_FRAME))
        return SecrecyLevel(named["level"]) if named else None
    words = part.strip(_FRAME)
    if level is SecrecyLevel.CLASSIFIED:
        before = _bare(above.rsplit(maxsplit=1)[-1]) if above else ""
        if _bare(above) in {"tối", "tuyệt"}:
            return SecrecyLevel.HIGH if _bare(above) == "tối" else SecrecyLevel.HIGHEST
        if before in _FIRST_HALVES:
            return None
    if words == words.upper():
        return level
    if not at_edge or (words == words.lower() and _goes_on(above)):
        return None
    return level


def _goes_on(line: str) -> bool:
    """Return whether a sentence continues after the end of the line."""
    return len(line.split()) >= 4 and line.rstrip()[-1:] not in ".:;!?"


def _with_others(part: str) -> SecrecyLevel | None:
    """Return the level in "MẬT - HOẢ TỐC": every piece is a mark, one of them of secrecy."""
    pieces = [_bare(piece) for piece in _PIECES.split(part) if _bare(piece)]
    levels = [_SPELLINGS[piece] for piece in pieces if piece in _SPELLINGS]
    return levels[0] if len(levels) == 1 and len(pieces) > 1 and set(pieces) <= {*_SPELLINGS, *_BESIDE} else None


def _labelled(part: str) -> SecrecyLevel | None:
    """Return the level in "Độ mật: Tối mật"; a form that lists all levels to choose from has none."""
    label, colon, value = part.partition(":")
    if not colon or not _is_label(label):
        return None
    return _SPELLINGS.get(_bare(value))


def _beside_head(part: str) -> SecrecyLevel | None:
    """Return the level of a mark joined with the line beside it: "MẬT Mỹ Tho, ngày 05 tháng 3 năm 2023"."""
    match = _AT_AN_END.match(part.strip(_FRAME))
    if match is None:
        return None
    remainder = match["rest"] or match["front"]
    halves = {_bare(word) for word in remainder.split()[-1:]} if match["last"] else set()
    if not _HEAD.match(remainder) or halves & _FIRST_HALVES:
        return None
    return SecrecyLevel(match["first"] or match["last"])


def _before_dash(part: str) -> SecrecyLevel | None:
    """Return the level in "TUYỆT MẬT – KHÔNG SAO CHỤP"."""
    match = _DASHED.match(part.strip(_FRAME))
    return SecrecyLevel(match["level"]) if match else None


def _downwards(lines: Sequence[str]) -> Iterator[tuple[str, SecrecyLevel]]:
    """Yield lines made of letters one below the other, as vertical text is extracted."""
    run = ""
    for line in (*lines, "."):
        if len(line) == 1 and line.isalpha():
            run += line
            continue
        if run == run.upper() and run.lower() in _SPELLINGS:
            yield run, _SPELLINGS[run.lower()]
        run = ""


def refuse_secret_file(extracted: ExtractedText, *, field: str = "file") -> None:
    """Refuse a file with a mark, from the text that `files` extracted; boxes and page edges are checked separately."""
    aside = [line.text for page in extracted.pages for line in page.lines if line.place in _OUTSIDE]
    refuse_secret([page.text for page in extracted.pages], aside, field=field)
