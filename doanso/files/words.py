"""Words of files as they are kept, searched and shown. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from doanso.lib import vietnamese

MOST_KEPT = 300_000
"""Letters kept of one file; PostgreSQL's index takes no more than a megabyte of one text."""
MOST_ASKED = 12
_WORD = re.compile(r"[^\W_]+")
_CUT = "…"
_AROUND = 90
_LOOKED_AT = 4000


def first_wait() -> timedelta:
    """How long a text may wait before it is looked after."""
    return timedelta(minutes=2)


def wait_after(attempts: int) -> timedelta:
    """How long after so many tries the next one is due: longer each time, at most twelve hours."""
    return min(timedelta(minutes=2) * 2 ** min(attempts, 12), timedelta(hours=12))


def kept(text: str) -> str:
    """The text as it is kept: composed, without control characters, lines as lines."""
    lines = (" ".join(vietnamese.nfc(line).split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)[:MOST_KEPT]


def tokens(text: str) -> list[str]:
    """The words of a text without diacritics, in their order."""
    return _WORD.findall(vietnamese.fold(text))


def folded(text: str) -> str:
    """What the index reads: words and single spaces alone, so that both engines find the same words in it."""
    return " ".join(tokens(text))[:MOST_KEPT]


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a snippet; `found` is what was searched for."""

    text: str
    found: bool


def snippet(text: str, query_words: Sequence[str]) -> tuple[Piece, ...]:
    """The place of a text where the words stand together, else where the first of them stands, with what is around it."""
    flat = " ".join(text.split())
    spots = _spots(flat, query_words)
    if not spots:
        return (Piece(_shortened(flat, 0, min(len(flat), 2 * _AROUND)), found=False),)
    start, end = max(0, spots[0][0] - _AROUND), min(len(flat), spots[0][0] + 2 * _AROUND)
    start, end = _at_word(flat, start, back=True), _at_word(flat, end, back=False)
    pieces, position = [], start
    for left, right in _around(flat, start, end, query_words):
        if left > position:
            pieces.append(Piece(flat[position:left], found=False))
        pieces.append(Piece(flat[left:right], found=True))
        position = right
    if position < end:
        pieces.append(Piece(flat[position:end], found=False))
    if start > 0:
        pieces.insert(0, Piece(_CUT, found=False))
    if end < len(flat):
        pieces.append(Piece(_CUT, found=False))
    return tuple(pieces)


def _shortened(text: str, start: int, end: int) -> str:
    return text[start:end] + (_CUT if end < len(text) else "")


def _at_word(text: str, position: int, *, back: bool) -> int:
    if position in (0, len(text)):
        return position
    space = text.rfind(" ", 0, position) + 1 if back else text.find(" ", position)
    return len(text) if space < 0 else space


def _words_of(text: str, offset: int) -> list[tuple[str, int, int]]:
    """Each word as it is asked for, and where it stands."""
    return [
        (token, offset + match.start(), offset + match.end())
        for match in _WORD.finditer(text)
        for token in tokens(match[0])
    ]


def _spots(text: str, query_words: Sequence[str]) -> list[tuple[int, int]]:
    """Where the words stand together; else where one of them stands first."""
    single: list[tuple[int, int]] = []
    carried: list[tuple[str, int, int]] = []
    for offset in range(0, len(text), _LOOKED_AT):
        cut = _at_word(text, offset, back=True) if offset else 0
        upto = (
            _at_word(text, min(len(text), offset + _LOOKED_AT), back=True)
            if offset + _LOOKED_AT < len(text)
            else len(text)
        )
        new_words = _words_of(text[cut:upto], cut)
        line = carried + new_words
        for index in range(len(line) - len(query_words) + 1):
            if all(line[index + step][0] == word for step, word in enumerate(query_words)):
                return [(line[index][1], line[index + len(query_words) - 1][2])]
        if not single:
            single = [(left, right) for word, left, right in new_words if word in query_words][:1]
        carried = line[-(len(query_words) - 1) :] if len(query_words) > 1 else []
    return single


def _around(text: str, start: int, end: int, query_words: Sequence[str]) -> list[tuple[int, int]]:
    """The words of the piece that were asked for, those that touch as one."""
    joined: list[tuple[int, int]] = []
    for word, left, right in _words_of(text[start:end], start):
        if word not in query_words:
            continue
        if joined and not text[joined[-1][1] : left].strip():
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined
