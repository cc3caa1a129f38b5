"""Recognise whether words of a list mean a business or a resident."""

import re
from typing import Literal, NamedTuple

from doanso.lib import vietnamese

_NOT_WORDS = re.compile(r"[^a-z0-9]+")
_BUSINESS = (
    r"ho kinh doanh|ho kd|hkd|h k d|hkdct|kinh doanh|sxkd|cong ty|cty|tnhh|dntn|doanh nghiep|hop tac xa|htx|cua hang|tap hoa"
    r"|tieu thuong|sap|ki ?ot|tiem|shop|co so|dai ly|nha (?:hang|thuoc|tro|nghi|sach|may)|khach san|tiem tap hoa"
)
_KIND = re.compile(rf"\b(?:{_BUSINESS}|quan|buon ban)\b")
_SHORT = frozenset({"ch", "kd", "dn", "cs", "cskd", "ct"})
"""Abbreviations that usually mean a business: CH is cửa hàng, and sometimes chủ hộ or căn hộ."""
_RESIDENT = re.compile(r"\b(?:ho|nha|dan|nguoi|ca nhan|cong dan|gia dinh|hgd|can ho|dan cu|chu ho|cu dan)\b")
_DENIED = re.compile(r"\b(?:khong|ko|k|chua|ngung|nghi)\b")
_SIGN_WORDS = (
    "hộ kinh doanh|hộ kd|công ty|doanh nghiệp|hợp tác xã|cửa hàng|tạp hóa|tiểu thương|sạp|ki ốt|kiốt|tiệm|quán|cơ sở|đại lý"
    "|nhà (?:hàng|thuốc|trọ|nghỉ|sách|may)|khách sạn|quầy thuốc|xưởng|cà phê"
)
_SHORT_SIGN = r"h\W?k\W?d|hkdct|cty|tnhh|dntn|htx|shop|cafe|coffee|karaoke|garage|salon|spa"
_SIGN = re.compile(rf"(?:{_SIGN_WORDS}|{_SHORT_SIGN}|c\W?h)\b")
_WITHIN = re.compile(rf"\b(?:{_SIGN_WORDS}|{_SHORT_SIGN})\b")
_BARE_SIGN = re.compile(rf"(?:{vietnamese.fold(_SIGN_WORDS)}|{_SHORT_SIGN}|c\W?h)\b")
_BARE_WITHIN = re.compile(rf"\b(?:{vietnamese.fold(_SIGN_WORDS)}|{_SHORT_SIGN})\b")
_TRADES = (
    "bán|buôn|bún|phở|hủ tiếu|hủ tíu|cơm|bánh|cháo|trường (?:mầm non|mẫu giáo|tiểu học|thcs|thpt)|mầm non|mẫu giáo|nha khoa"
    "|vé số|gas|sửa xe|rửa xe"
)
_TRADE = re.compile(rf"\b(?:{_TRADES})\b")
_BARE_TRADE = re.compile(
    r"\b(?:bun bo|bun rieu|ban (?:ca|bun|com|rau|thit|pho|banh|hang)|hu tieu|mam non|ve so|sua xe)\b"
)
"""Goods and trades; without tones only words that are rarely names, as Bàn and Bùn are."""
_FAMILY_NAME = "quan "
"""Without its tone "quán" is a family name."""


class ListedKind(NamedTuple):
    """The meaning of a text; `doubtful` when another reading is possible, which costs a warning."""

    value: Literal["business", "resident", ""]
    doubtful: bool = False


def kind_of(text: str) -> ListedKind:
    """Return the meaning of a cell in a column of kinds: "HKD", "cửa hàng", "hộ dân", "CH"."""
    words = _words(text)
    if not words:
        return ListedKind("")
    if _KIND.search(words):
        return ListedKind("resident", doubtful=True) if _DENIED.search(words) else ListedKind("business")
    if words in _SHORT:
        return ListedKind("business", doubtful=True)
    return ListedKind("resident") if _RESIDENT.search(words) else ListedKind("", doubtful=True)


def kind_by_name(name: str) -> ListedKind:
    """Return whether a name in a column of people and businesses is a business's: "Tạp hóa Hoa" and "CH Hoa" are.

    Tones count where the name has any: Công Tỵ and Nhã Hằng are people. A trade behind a person's name ("Nguyễn Văn Bảy (tạp
    hóa)") is doubtful, and so are a trade ("Chị Tư bán cá") and a name that only tones would decide.
    """
    if not name.isascii():
        spelled = vietnamese.canonical_tones(name).lower().strip()
        if _SIGN.match(spelled):
            return ListedKind("business")
        return ListedKind("", doubtful=(_WITHIN.search(spelled) or _TRADE.search(spelled)) is not None)
    bare = name.lower().strip()
    if _BARE_SIGN.match(bare) and not bare.startswith(_FAMILY_NAME):
        return ListedKind("business")
    return ListedKind("", doubtful=(_BARE_WITHIN.search(bare) or _BARE_TRADE.search(bare)) is not None)


def is_sign_alone(name: str) -> bool:
    """Return whether a shop's name is only the word for a shop: "CH", "HKD", "cửa hàng"."""
    spelled = vietnamese.canonical_tones(name).lower().strip(" .,:;-")
    return (_BARE_SIGN if name.isascii() else _SIGN).fullmatch(spelled) is not None and spelled != _FAMILY_NAME.strip()


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", vietnamese.fold(text)).strip()
