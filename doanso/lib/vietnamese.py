"""Normalisation, search keys and sort order of Vietnamese names and words."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

_TONE_OF_MARK = {"\u0300": 2, "\u0309": 3, "\u0303": 4, "\u0301": 5, "\u0323": 6}
"""Combining tone mark -> place in the order ngang (1), huyền, hỏi, ngã, sắc, nặng."""

_MARK_OF_TONE = {tone: mark for mark, tone in _TONE_OF_MARK.items()}

_VOWELS = "aăâeêioôơuưy"
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_MARKED_VOWELS = "ăâêôơư"

_INVISIBLE: dict[int, str | None] = dict.fromkeys(map(ord, "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"))
"""Soft hyphens, zero-width and direction marks that come along when a list is pasted from a chat or a web page."""

_SPACES = dict.fromkeys((0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000), " ")
"""All of Unicode's space separators (Zs) but the plain one; they come along from web pages and chats."""

_ETH: dict[int, str | None] = dict(zip(map(ord, "\u00d0\u0189\u00f0\u0256"), "ĐĐđđ", strict=True))
"""Letters that look like Đ and that some keyboards type instead."""

_UNTIDY = _INVISIBLE | _ETH

_COMBINING = re.compile("[\u0300-\u036f]")


def _split_tone(letter: str) -> tuple[str, int]:
    """Return a composed letter without its tone, and the tone: ("â", 5) for "ấ"."""
    tone = 1
    rest = []
    for char in unicodedata.normalize("NFD", letter):
        if char in _TONE_OF_MARK:
            tone = _TONE_OF_MARK[char]
        else:
            rest.append(char)
    return unicodedata.normalize("NFC", "".join(rest)), tone


def _with_tone(letter: str, tone: int) -> str:
    return letter if tone == 1 else unicodedata.normalize("NFC", letter + _MARK_OF_TONE[tone])


_TONED_LETTERS = {
    _with_tone(vowel, tone): (vowel, tone)
    for plain in _VOWELS
    for vowel in (plain, plain.upper())
    for tone in range(1, 7)
}


def _fold_table() -> dict[int, str | None]:
    table: dict[int, str | None] = {}
    for letter in [*_TONED_LETTERS, *"đĐ", *"ÐðƉɖ"]:
        base = unicodedata.normalize("NFD", letter)[0].lower()
        table[ord(letter)] = "d" if base in "đðɖ" else base
    for capital in "ABCDEFGHIJKLMNOPQRSTUVWXYZ":
        table[ord(capital)] = capital.lower()
    for combining in range(0x300, 0x370):
        table[combining] = None
    table.update(_INVISIBLE)
    return table


_FOLD = _fold_table()


def has_invisible(text: str) -> bool:
    """Return whether the text holds invisible characters, which `tidy_name` removes."""
    return not text.isascii() and text.translate(_INVISIBLE) != text


def without_invisible(text: str) -> str:
    """Return the text without invisible characters."""
    return text.translate(_INVISIBLE)


def plain_spaces(text: str) -> str:
    """Return the text with every Unicode space as a plain one; line breaks and tabs stay."""
    return text.translate(_SPACES)


def nfc(text: str) -> str:
    """Return the composed form, also where a tone was typed before the hat, breve or horn of its letter."""
    composed = unicodedata.normalize("NFC", text)
    if _COMBINING.search(composed) is None:
        return composed
    # A tone typed first blocks the hat from composing. Marks of the letter go before the mark of the tone.
    chars: list[str] = []
    tones: list[str] = []
    for char in unicodedata.normalize("NFD", composed):
        if char in _TONE_OF_MARK:
            tones.append(char)
            continue
        if not unicodedata.combining(char):
            chars += tones
            tones = []
        chars.append(char)
    return unicodedata.normalize("NFC", "".join(chars + tones))


def fold(text: str) -> str:
    """Return the search key: lower case, no diacritics, đ as d, single spaces. The same for NFC and NFD."""
    folded = text.translate(_FOLD)
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded).casefold()
        folded = unicodedata.normalize("NFKD", folded).translate(_FOLD)
    return " ".join(folded.split())


def tidy_name(text: str) -> str:
    """Return a person's or unit's name in the form in which it is stored.

    Composed, single spaces, no invisible characters; a name all in capitals or all in small letters gets a capital at
    each word. Mixed case stays as it is.
    """
    name = " ".join(nfc(text.translate(_UNTIDY)).split())
    return name.title() if name.isupper() or name.islower() else name


_SYLLABLE = re.compile(
    "(?P<onset>qu(?=[aăâeêioôơuưy])|gi(?=[aăâeêoôơuưy])|ngh|ng|nh|gh|kh|ph|th|tr|ch|[bcdđghklmnpqrstvx])?"
    "(?P<nucleus>[aăâeêioôơuưy]{1,3})"
    "(?P<coda>ch|ng|nh|[cmnpt])?"
)


_OPEN_NUCLEI = set(
    "ai ao au ay âu ây eo êu ia iu iêu oi ôi ơi oai oay oao oeo ua ui ưa ưi ưu uôi ươi ươu uya uyu uây yêu".split()
)
_CLOSED_NUCLEI = set("ă â iê uô ươ yê oă uâ uyê oo ôô".split())
_FREE_NUCLEI = set("a e ê i o ô ơ u ư y oa oe uê uy uơ".split())
"""Vowels without a consonant behind, only before one, and either way."""


def is_syllable(word: str) -> bool:
    """Return whether the word may be a Vietnamese syllable: a known vowel or group of vowels, one tone at most, a fitting end."""
    letters, tones = [], []
    for char in nfc(word):
        letter, tone = _TONED_LETTERS.get(char, (char, 1))
        letters.append(letter)
        if tone != 1:
            tones.append(tone)
    syllable = _SYLLABLE.fullmatch("".join(letters).lower())
    if syllable is None or len(tones) > 1:
        return False
    nucleus, coda = syllable["nucleus"], syllable["coda"]
    if coda in {"c", "ch", "p", "t"} and tones and tones[0] < 5:
        return False
    return nucleus in _FREE_NUCLEI or nucleus in (_CLOSED_NUCLEI if coda else _OPEN_NUCLEI)


def _tone_place(plain: str) -> int | None:
    """Return where the old style (hòa, thủy) puts the tone in a lower-case toneless syllable; None for other words."""
    syllable = _SYLLABLE.fullmatch(plain)
    if syllable is None:
        return None
    start, nucleus = syllable.start("nucleus"), syllable["nucleus"]
    marked = [place for place, letter in enumerate(nucleus) if letter in _MARKED_VOWELS]
    if marked:
        # The vowel with a hat, breve or horn carries the tone; of "ươ" the second one, but "ưa" and "ưu" have only one.
        return start + marked[-1]
    if syllable["coda"]:
        return start + len(nucleus) - 1
    return start + (1 if len(nucleus) == 3 else 0)


@lru_cache(maxsize=8192)
def _canonical_word(word: str) -> str:
    letters = []
    tones = []
    for char in word:
        letter, tone = _TONED_LETTERS.get(char, (char, 1))
        letters.append(letter)
        if tone != 1:
            tones.append(tone)
    if len(tones) != 1:
        return word
    place = _tone_place("".join(letters).lower())
    if place is None:
        return word
    letters[place] = _with_tone(letters[place], tones[0])
    return "".join(letters)


_WORD = re.compile(r"[^\W\d_]+")


def canonical_tones(text: str) -> str:
    """Return the text with each tone where the old style puts it: Hoà, Thuỷ and Qúy become Hòa, Thủy and Quý."""
    return _WORD.sub(lambda word: _canonical_word(word[0]), nfc(text))


def name_key(text: str) -> str:
    """Return a key equal for two spellings of one name: it ignores case, composition, spaces and the style of tone placement."""
    return canonical_tones(tidy_name(text)).lower()


def same_name(text: str, other: str) -> bool:
    """Return whether two spellings are one name. Hoà is Hòa; Hòa is not Hoa."""
    return text == other or name_key(text) == name_key(other)


def may_be_one_name(text: str, other: str) -> bool:
    """Return whether two spellings may be one name: `same_name`, or one was typed without any diacritics. Hùng is not Hưng."""
    if same_name(text, other):
        return True
    keys = name_key(text), name_key(other)
    return any(key.isascii() for key in keys) and fold(text) == fold(other)


SORT_KEY_LENGTH = 200
"""Length of the longest sort key, for the columns that store one."""

_FIELD_END, _WORD_END, _OTHER = "0", "1", "2"
_PLACE = dict(zip(_ALPHABET, "3456789abcdefghijklmnopqrstuvwxyz", strict=True))


@lru_cache(maxsize=8192)
def _word_keys(word: str) -> tuple[str, str]:
    """Return the keys of a word's letters and of its tone. Remembered, because names are made of few words."""
    key, tone = [], 1
    for char in word:
        letter, own_tone = _TONED_LETTERS.get(char, (char, 1))
        tone = max(tone, own_tone)
        if letter not in _PLACE and letter.isalpha():
            letter = unicodedata.normalize("NFKD", letter)[0]
        if letter in _PLACE:
            key.append(_PLACE[letter])
        elif letter in "0123456789":
            key.append(_OTHER + letter)
        elif letter.isalpha():
            key.append(f"{_OTHER}x{ord(letter):06x}")
    return "".join(key), str(tone)


def sort_key(full_name: str) -> str:
    """Return a key whose plain order is that of Vietnamese lists: given name, then family and middle names.

    Letters go in the order a ă â b c d đ e ê …; the tones (ngang huyền hỏi ngã sắc nặng) decide only between names
    with the same letters, of the given name before the rest is looked at, as a list sorted by its "Tên" column does.
    Both styles of tone placement have one key. Only digits and small letters, so that every collation keeps the order.
    """
    words = [_word_keys(word) for word in tidy_name(full_name).lower().split()]
    parts = []
    for some in (words[-1:], words[:-1]):
        parts += [_WORD_END.join([letters for letters, _tone in some]), "".join([tone for _letters, tone in some])]
    return _FIELD_END.join(parts)[:SORT_KEY_LENGTH]


def text_key(text: str) -> str:
    """Return a key whose plain order is that of a Vietnamese dictionary: word by word, Đ after D, tones last."""
    words = [_word_keys(word) for word in nfc(text).lower().split()]
    return _FIELD_END.join(
        (_WORD_END.join([letters for letters, _tone in words]), "".join([tone for _letters, tone in words]))
    )


EXACT, EXACT_START, FOLDED, FOLDED_START = range(4)


def rank(query: str, name: str) -> int | None:
    """Return how well a name answers a search; less is better, None not at all.

    Every word of the query must be, or begin, a word of the name, in any order. A query spelled as the name is ranks
    before one that only agrees without diacritics, and a whole word before the beginning of one.
    """
    if not all(_begins_a_word(word, fold(name).split()) for word in fold(query).split()):
        return None
    exact, name_words, folded = name_key(query).split(), name_key(name).split(), fold(name).split()
    if all(word in name_words for word in exact):
        return EXACT
    if all(_begins_a_word(word, name_words) for word in exact):
        return EXACT_START
    return FOLDED if all(word in folded for word in fold(query).split()) else FOLDED_START


def matches(query: str, name: str) -> bool:
    """Return whether a search finds the name: `duc` finds Đức, `đức` finds it too; an empty search finds everything."""
    return rank(query, name) is not None


def _begins_a_word(start: str, words: Iterable[str]) -> bool:
    return any(word.startswith(start) for word in words)


# Old 8-bit fonts, read as Latin-1. VNI writes the letter and then its marks as another letter ("Nguyeãn Ñöùc");
# TCVN3 puts symbols and foreign letters where Vietnamese ones belong ("NguyÔn V¨n §øc").
_VNI_PAIR = re.compile(
    "e[ãáàåäâùøûõï]|a[áàåãäâêéèúüëùøûõï]|o[âåäùøûõï]|[uy][ùøûõï]|ô[ùøûõï]|ö[ùøûõï]|ñ[aăâeêioôơuưy]", re.IGNORECASE
)
_TCVN3_SYMBOL = re.compile(r"[^\W\d_][¨©«¬®¦§µ¶·¸¹»¼½¾×÷ª]|[¨©«¬®§][^\W\d_]|[¨©«¬®µ¶·¸¹»¼½¾×÷ª][^\W\d_]")
_CAPITAL_INSIDE = re.compile("[a-z][ÀÁÂÃÈÉÊÌÍÒÓÔÕÙÚÝÇËÎÏÑÖØÛÜÞßÆÅÄ]")
_FOREIGN = re.compile("[ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ]")


def has_legacy_font(text: str) -> bool:
    """Return whether a text was typed for a VNI or TCVN3 (ABC) font, so that its letters are not what the reader saw."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isascii():
        return False
    return bool(
        _VNI_PAIR.search(composed)
        or _TCVN3_SYMBOL.search(composed)
        or _CAPITAL_INSIDE.search(composed)
        or len(_FOREIGN.findall(composed)) > 1
    )
