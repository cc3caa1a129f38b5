"""Compare names as lists spell them: a letter off, words in another order, with or without house number and street."""

import re
from functools import lru_cache

_ONSET = re.compile(r"ngh|ng|nh|gh|gi|kh|ph|qu|th|tr|ch|[bcdghklmnpqrstvxfjwz]")
_SOUNDS_LIKE = dict(pair.split("=") for pair in "ngh=ng gh=g gi=d r=d tr=ch x=s k=c q=c qu=c f=ph j=d z=d w=v".split())
"""Beginnings of words that are often written for one another in this region."""

NEAR_KEY_LENGTH = 40


@lru_cache(maxsize=16384)
def _onset(word: str) -> str:
    match = _ONSET.match(word)
    onset = match[0] if match is not None else ""
    return _SOUNDS_LIKE.get(onset, onset) or "-"


@lru_cache(maxsize=65536)
def _onsets(folded: str) -> str:
    return " ".join(sorted(map(_onset, folded.split())))


def near_key(folded: str, birth_year: int | None) -> str:
    """Return a key that is equal for names of one birth year whose words begin alike in any order: a typing error later in a
    word, or two swapped words, do not change it. Empty without a year, because too many people would share it.
    """
    return f"{birth_year}:{_onsets(folded)}"[:NEAR_KEY_LENGTH] if birth_year and folded else ""


_WORD = re.compile(r"[a-z0-9/]+")
_HOUSE_NUMBER = re.compile(r"\d+[a-z]?(?:/\d+[a-z]?)*")
_AREA = re.compile(
    r"\b(?:(?P<kp>khu pho|kp|khom|khu vuc|kv)|(?P<to>to dan pho|tdp|to)|(?P<ap>ap)|(?P<p>phuong|p)|(?P<q>quan|q)|(?P<xa>xa))"
    r" ?[.:]? ?0*(?P<number>\d+[a-z]?)\b"
)
"""A neighbourhood, group, hamlet or ward by its number, which is no house number: "khu pho 3", "kp3", "to 5"."""
_STREET_NUMBER = re.compile(r"\bduong(?: so)? \d+")
_PLACE_WORDS = frozenset("so nha duong d pho hem ngo to dan khu kp khom ap p phuong xa tp thanh tinh q quan".split())


@lru_cache(maxsize=4096)
def place_words(folded_address: str) -> frozenset[str]:
    """Return the words that distinguish an address: its numbers and names, without words that every address has.

    The number of a neighbourhood or ward stays with its kind: "12 le loi, kp 3" has other words than "12 le loi, to 3".
    """
    areas = frozenset(f"{_area_of(match)}{match['number']}" for match in _AREA.finditer(folded_address))
    return areas | frozenset(_words_of_place(_AREA.sub(" ", folded_address)))


@lru_cache(maxsize=4096)
def house_number(folded_address: str) -> str:
    """Return the number at the beginning, as written on the door; empty when there is none."""
    words = _words_of_place(_STREET_NUMBER.sub(" ", _AREA.sub(" ", folded_address)))
    return words[0] if words and _HOUSE_NUMBER.fullmatch(words[0]) else ""


def _area_of(match: re.Match[str]) -> str:
    return next(name for name, text in match.groupdict().items() if text and name != "number")


def _words_of_place(folded_address: str) -> list[str]:
    return [word for word in _WORD.findall(folded_address) if word not in _PLACE_WORDS]
