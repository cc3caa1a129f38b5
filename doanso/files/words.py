"""Text of files as it is stored, searched and shown. Pure functions."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from doanso.lib import vietnamese

MOST_LETTERS = 300_000
"""Letters stored of one file; PostgreSQL's index takes no more than a megabyte of one text."""
MOST_ASKED = 12
_WORD = re.compile(r"[^\W_]+")
_CUT = "…"
_AROUND = 90
_LOOKED_AT = 4000


def first_wait() -> timedelta:
    """Return how long an extraction may wait before it is enqueued again."""
    return timedelta(minutes=2)


def wait_after(attempts: int) -> timedelta:
    """Return the wait after this many attempts: doubling, at most twelve hours."""
    doubled: timedelta = timedelta(minutes=2) * 2 ** min(attempts, 12)
    return min(doubled, timedelta(hours=12))


def clean_text(text: str) -> str:
    """Return the text as it is stored: composed, without control characters, its lines kept."""
    lines = (" ".join(vietnamese.nfc(line).split()) for line in text.replace("\0", "").splitlines())
    return "\n".join(line for line in lines if line)[:MOST_LETTERS]


def tokens(text: str) -> list[str]:
    """Return the words of a text without diacritics, in order."""
    return _WORD.findall(vietnamese.fold(text))


def index_text(text: str) -> str:
    """Return what is indexed: words and single spaces alone, so that both engines find the same words."""
    return " ".join(tokens(text))[:MOST_LETTERS]


@dataclass(frozen=True, slots=True)
class SnippetPart:
    """A part of a snippet; `is_match` marks the words searched for."""

    text: str
    is_match: bool


def snippet(text: str, query_words: Sequence[str]) -> tuple[SnippetPart, ...]:
    """Return the passage where the words are adjacent, else around the first of them, with its surroundings."""
    flat = " ".join(text.split())
    spots = _spots(flat, query_words)
    if not spots:
        return (SnippetPart(_cut_after(flat, 0, min(len(flat), 2 * _AROUND)), is_match=False),)
    start, end = max(0, spots[0][0] - _AROUND), min(len(flat), spots[0][0] + 2 * _AROUND)
    start, end = _at_word(flat, start, back=True), _at_word(flat, end, back=False)
    pieces, position = [], start
    for left, right in _around(flat, start, end, query_words):
        if left > position:
            pieces.append(SnippetPart(flat[position:left], is_match=False))
        pieces.append(SnippetPart(flat[left:right], is_match=True))
        position = right
    if position < end:
        pieces.append(SnippetPart(flat[position:end], is_match=False))
    if start > 0:
        pieces.insert(0, SnippetPart(_CUT, is_match=False))
    if end < len(flat):
        pieces.append(SnippetPart(_CUT, is_match=False))
    return tuple(pieces)


def _cut_after(text: str, start: int, end: int) -> str:
    return text[start:end] + (_CUT if end < len(text) else "")


def _at_word(text: str, position: int, *, back: bool) -> int:
    if position in (0, len(text)):
        return position
    space = text.rfind(" ", 0, position) + 1 if back else text.find(" ", position)
    return len(text) if space < 0 else space


def _words_of(text: str, offset: int) -> list[tuple[str, int, int]]:
    """Return each word as it is searched, with its start and end."""
    return [
        (token, offset + match.start(), offset + match.end())
        for match in _WORD.finditer(text)
        for token in tokens(match[0])
    ]


def _spots(text: str, query_words: Sequence[str]) -> list[tuple[int, int]]:
    """Return the positions where the words are adjacent; else the first position of one of them."""
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
    """Return the searched words within the passage, adjacent ones joined."""
    joined: list[tuple[int, int]] = []
    for word, left, right in _words_of(text[start:end], start):
        if word not in query_words:
            continue
        if joined and not text[joined[-1][1] : left].strip():
            joined[-1] = (joined[-1][0], right)
        else:
            joined.append((left, right))
    return joined
