"""Comparison of spellings of names."""

from doanso.lib import vietnamese


def one_letter_off(text: str, other: str) -> bool:
    """Return whether one text becomes the other by a letter more, less, changed, or two neighbours swapped."""
    if text == other:
        return False
    if len(text) > len(other):
        text, other = other, text
    if len(other) - len(text) > 1:
        return False
    start = 0
    while start < len(text) and text[start] == other[start]:
        start += 1
    if len(text) < len(other):
        return text[start:] == other[start + 1 :]
    swapped = text[start : start + 2][::-1] == other[start : start + 2] and text[start + 2 :] == other[start + 2 :]
    return text[start + 1 :] == other[start + 1 :] or swapped


def is_reordered(text: str, other: str) -> bool:
    """Return whether two folded names have the same words in another order."""
    return text != other and sorted(text.split()) == sorted(other.split())


def may_be_same_person(text: str, other: str) -> bool:
    """Return whether two spellings may be one person's name.

    They may differ in tones, in one letter, in the order of words, or by words left out or abbreviated before the given name. A
    different given name is another person's.
    """
    first, second = vietnamese.fold(text).split(), vietnamese.fold(other).split()
    if not first or not second:
        return False
    joined = " ".join(first), " ".join(second)
    if joined[0] == joined[1] or one_letter_off(*joined) or is_reordered(*joined):
        return True
    short, long = sorted((first, second), key=len)
    if short[-1] != long[-1]:
        return False
    left = iter(long[:-1])
    return all(any(_is_typed_for(word, other) for other in left) for word in short[:-1])


def _is_typed_for(word: str, other: str) -> bool:
    word, other = word.rstrip("."), other.rstrip(".")
    return word.startswith(other) or other.startswith(word)
