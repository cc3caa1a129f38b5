"""The words of a search: their bounds, how well a title answers them, and which letters of it they hit."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from doanso.lib import vietnamese

LONGEST: Final = 80
"""Letters that are read; the rest of a longer text is ignored."""
FEWEST_LETTERS: Final = 2
"""A search with fewer letters would list everything."""
FEWEST_DIGITS: Final = 8
"""Digits from which a text without letters is a number and no name."""
_DIGITS = re.compile(r"[\d .+()-]+")


@dataclass(frozen=True, slots=True)
class SearchWords:
    """A search text: as typed, on one line, and its words without diacritics."""

    text: str
    folded: tuple[str, ...]

    @classmethod
    def parse(cls, typed: str) -> "SearchWords":
        """Return the words of a typed text; without any if it is too short to search for."""
        text = " ".join(vietnamese.nfc(vietnamese.without_invisible(typed.replace("\0", ""))).split())[:LONGEST].strip()
        folded = tuple(vietnamese.fold(text).split())
        return cls(text, folded if sum(map(len, folded)) >= FEWEST_LETTERS else ())

    def __bool__(self) -> bool:
        return bool(self.folded)

    @property
    def is_number(self) -> bool:
        """Whether it is a phone or personal number."""
        return bool(_DIGITS.fullmatch(self.text)) and sum(map(str.isdigit, self.text)) >= FEWEST_DIGITS

    @property
    def key(self) -> str:
        """The words without diacritics, as one text."""
        return " ".join(self.folded)

    def match(self, title: str) -> bool:
        """Return whether each word begins a word of the title, in any order, without diacritics."""
        folded = f" {vietnamese.fold(title)}"
        return all(f" {word}" in folded for word in self.folded)

    def rank(self, title: str) -> int | None:
        """Return how well a title answers, see `vietnamese.rank`; None for one that does not."""
        return vietnamese.rank(self.text, title) if self.match(title) else None

    def pieces(self, title: str) -> list[tuple[str, bool]]:
        """Return the title in pieces, each with whether the search hit it; joined they are the title."""
        pieces: list[tuple[str, bool]] = []
        for part in re.split(r"(\s+)", title):
            folded = vietnamese.fold(part)
            length = max((len(word) for word in self.folded if folded.startswith(word)), default=0)
            if len(folded) != len(part):
                length = len(part) if length else 0
            pieces += [(piece, hit) for piece, hit in ((part[:length], True), (part[length:], False)) if piece]
        return pieces


def word_condition(word: str, column: str = "folded") -> Q:
    """Return the condition that this word, without diacritics, begins a word of a folded column."""
    return Q(**{f"{column}__startswith": word}) | Q(**{f"{column}__contains": f" {word}"})


def words_condition(words: Iterable[str], column: str = "folded") -> Q:
    """Return the condition that each of these words begins a word of a folded column; of no words, that of every row."""
    condition = Q()
    for word in words:
        condition &= word_condition(word, column)
    return condition
