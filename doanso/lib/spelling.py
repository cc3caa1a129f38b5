"""Whether two spellings can be of one name."""

from doanso.lib import vietnamese


def one_letter_off(one: str, other: str) -> bool:
    """Whether one text becomes the other by a letter more, less, changed, or two neighbours swapped."""
    if one == other:
        return False
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    start = 0
    while start < len(one) and one[start] == other[start]:
        start += 1
    if len(one) < len(other):
        return one[start:] == other[start + 1 :]
    swapped = one[start : start + 2][::-1] == other[start : start + 2] and one[start + 2 :] == other[start + 2 :]
    return one[start + 1 :] == other[start + 1 :] or swapped


def same_words(one: str, other: str) -> bool:
    """Whether two folded names have the same words in another order."""
    return one != other and sorted(one.split()) == sorted(other.split())


def same_human(one: str, other: str) -> bool:
    """Whether two spellings can be one person's name: tones, one letter, the order of words, or words left out or cut short
    before the given name. A given name that is another one is another person's."""
    first, second = vietnamese.fold(one).split(), vietnamese.fold(other).split()
    if not first or not second:
        return False
    joined = " ".join(first), " ".join(second)
    if joined[0] == joined[1] or one_letter_off(*joined) or same_words(*joined):
        return True
    short, long = sorted((first, second), key=len)
    if short[-1] != long[-1]:
        return False
    left = iter(long[:-1])
    return all(any(_stands_for(word, other) for other in left) for word in short[:-1])


def _stands_for(word: str, other: str) -> bool:
    word, other = word.rstrip("."), other.rstrip(".")
    return word.startswith(other) or other.startswith(word)
