"""Recognition of texts typed for TCVN3 (ABC) and VNI fonts, by a whole column, and their conversion.

Both put other letters of Latin-1 in place of Vietnamese ones, so that a single name may look valid ("Vâ" is Võ in TCVN3).
Syllables decide: a column has an encoding when words that are no syllables as written are syllables in that encoding.
"""

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Literal

from doanso.lib.vietnamese import is_syllable

Encoding = Literal["tcvn3", "vni"]
Verdict = Literal["", "tcvn3", "vni", "mixed", "unclear"]

NAMES: dict[str, str] = {"tcvn3": "TCVN3", "vni": "VNI"}

# From A1, B5 and so on; a space is the place of a code without a letter. Source: TCVN 5712:1993, table VN3.
_TCVN3_CODES = (
    (0xA1, "ĂÂÊÔƠƯĐăâêôơưđ"),
    (0xB5, "àảãáạ ằẳẵắ"),
    (0xC6, "ặầẩẫấậè ẻẽéẹềểễếệìỉ   ĩíịò ỏõóọồổỗốộờởỡớợù ủũúụừửữứựỳỷỹýỵ"),
)
_TCVN3 = {
    first + place: letter for first, letters in _TCVN3_CODES for place, letter in enumerate(letters) if letter != " "
}
_WITHOUT_CAPITAL = set("".join(letters for first, letters in _TCVN3_CODES if first > 0xA1)) - {" "}

_VNI_MARKS = {"a": dict(zip("øùûõïâáàåãäêéèúüë", "àáảãạâấầẩẫậăắằẳẵặ", strict=True))}
_VNI_MARKS["e"] = dict(zip("øùûõïâáàåãä", "èéẻẽẹêếềểễệ", strict=True))
_VNI_MARKS["o"] = dict(zip("øùûõïâáàåãä", "òóỏõọôốồổỗộ", strict=True))
_VNI_MARKS["u"] = dict(zip("øùûõï", "ùúủũụ", strict=True))
_VNI_MARKS["y"] = dict(zip("øùûõ", "ỳýỷỹ", strict=True))
_VNI_MARKS["ô"] = dict(zip("øùûõï", "ờớởỡợ", strict=True))
_VNI_MARKS["ö"] = dict(zip("øùûõï", "ừứửữự", strict=True))
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}
_VNI: dict[str, str] = {
    base + mark: letter for base, marks in _VNI_MARKS.items() for mark, letter in marks.items()
} | _VNI_ALONE
_VNI |= {typed.upper(): letter.upper() for typed, letter in _VNI.items()} | {
    typed[0].upper() + typed[1:]: letter.upper() for typed, letter in _VNI.items()
}
_VNI_PIECE = re.compile("|".join(sorted(_VNI, key=len, reverse=True)))

_CAPITALS, _SMALL = re.compile(r"\S[A-Z]"), re.compile("[a-z]")
_TOKEN = re.compile("[A-Za-z\u00a1-\u024f\u0300-\u036f\u1e00-\u1eff]+")
_SURELY_UNICODE = re.compile("[ăđĩũơưĂĐĨŨƠƯ\u0300-\u036f\u1ea0-\u1ef9]")
_ENOUGH = 0.9
"""The share of the significant words that must be syllables of an encoding before a column is converted."""


def decode(text: str, encoding: Encoding) -> str:
    """Return the text as its font displayed it. TCVN3 has a separate font for capitals, so case follows the ASCII letters."""
    if text.isascii():
        return text
    if encoding == "vni":
        return unicodedata.normalize("NFC", _VNI_PIECE.sub(lambda piece: _VNI[piece[0]], text))
    decoded = unicodedata.normalize("NFC", text).translate(_TCVN3)
    if _CAPITALS.search(text) and not _SMALL.search(text):
        return decoded.upper()
    # Toned capitals were typed as small letters: in "Ngäc ¸nh" only the other words show that Ánh is a name.
    words = decoded.split(" ")
    firsts = [word[0] for word in words if word[:1].isalpha()]
    # One word alone is a given name in a column of its own.
    led = any(map(str.isupper, firsts)) or len(words) == 1
    if led and all(first.isupper() or first in _WITHOUT_CAPITAL for first in firsts):
        words = [word[:1].upper() + word[1:] for word in words]
    return " ".join(words)


def may_be_garbled(text: str, encoding: Encoding) -> bool:
    """Return whether a text among Unicode ones may have the encoding: it would be valid in it, and mean something else."""
    if text.isascii() or surely_unicode(text):
        return False
    read = decode(text, encoding)
    return read != text and all(map(is_syllable, _words(read)))


def _words(text: str) -> list[str]:
    """Return the words that can show how the text was typed. A sign alone is none."""
    return [word for word in _TOKEN.findall(text) if len(word) > 1 and not word.isascii()]


def surely_unicode(text: str) -> bool:
    """Return whether the text holds letters that no old font has."""
    return not text.isascii() and _SURELY_UNICODE.search(text) is not None


def _reads_as(word: str, encoding: Encoding) -> bool:
    read = decode(word, encoding)
    return read != word and is_syllable(read)


def encodings_of(text: str) -> set[Encoding]:
    """Return the encodings in which every word that is no syllable as written would be one; empty for a text that is valid as
    it is.
    """
    if text.isascii() or surely_unicode(text):
        return set()
    odd = [word for word in _words(text) if not is_syllable(word)]
    encodings: tuple[Encoding, ...] = ("tcvn3", "vni")
    return {encoding for encoding in encodings if odd and all(_reads_as(word, encoding) for word in odd)}


@dataclass(slots=True)
class ColumnEvidence:
    """The evidence of one column's texts for how they were typed."""

    unicode: int = 0
    """Texts with letters that no old font has."""
    good: int = 0
    """Words that are valid as written, though an old font may mean something else by them."""
    odd: int = 0
    """Words that are invalid as written."""
    as_tcvn3: int = 0
    as_vni: int = 0
    """The number of invalid words that are valid in this encoding."""
    good_in: dict[str, int] = field(default_factory=lambda: {"tcvn3": 0, "vni": 0})
    """The number of valid words that stay or become valid in this encoding."""

    def add(self, text: str) -> None:
        """Count one text of the column."""
        if text.isascii():
            return
        if surely_unicode(text):
            self.unicode += 1
            return
        for word in _words(text):
            if is_syllable(word):
                self.good += 1
                for encoding in ("tcvn3", "vni"):
                    self.good_in[encoding] += is_syllable(decode(word, encoding))
            else:
                self.odd += 1
                self.as_tcvn3 += _reads_as(word, "tcvn3")
                self.as_vni += _reads_as(word, "vni")

    def may_be(self, encoding: Encoding) -> bool:
        """Return whether nothing in the column contradicts an encoding in which others of its sheet were typed."""
        return not self.unicode and self.odd + self.good > 0 and self.good_in[encoding] == self.good

    def verdict(self) -> Verdict:
        """Return the encoding of the column: empty for Unicode, `mixed` where only a part is Unicode."""
        best: Encoding = "vni" if self.as_vni > self.as_tcvn3 else "tcvn3"
        explained = self.as_vni if best == "vni" else self.as_tcvn3
        if not explained:
            return ""
        if self.unicode:
            # A single odd word in a long column is a typing error or a foreign name.
            return "mixed"
        if explained >= self.odd * _ENOUGH and explained + self.good_in[best] >= (self.odd + self.good) * _ENOUGH:
            return best
        return "unclear"
