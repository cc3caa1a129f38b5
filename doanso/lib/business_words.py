"""Whether the words of a list speak of a business or of somebody who lives there."""

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
"""Abbreviations that stand for a business as a rule: CH is cửa hàng, and now and then chủ hộ or căn hộ."""
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
"""What is sold or done; without tones only what is hardly anybody's name: Bàn and Bùn are."""
_FAMILY_NAME = "quan "
"""Without its tone "quán" is a family's name."""


class Kind(NamedTuple):
    """What a text speaks of; `doubtful`: another reading is possible, and somebody is told."""

    value: Literal["business", "resident", ""]
    doubtful: bool = False


def kind_of(text: str) -> Kind:
    """Return what a cell of a column of kinds means: "HKD", "cửa hàng", "hộ dân", "CH"."""
    words = _words(text)
    if not words:
        return Kind("")
    if _KIND.search(words):
        return Kind("resident", doubtful=True) if _DENIED.search(words) else Kind("business")
    if words in _SHORT:
        return Kind("business", doubtful=True)
    return Kind("resident") if _RESIDENT.search(words) else Kind("", doubtful=True)


def kind_by_name(name: str) -> Kind:
    """Return what the name in a column of people and businesses is: "Tạp hóa Hoa" and "CH Hoa" are no people.

    Tones are heeded where the name has any: Công Tỵ and Nhã Hằng are people's. A trade behind somebody's name ("Nguyễn Văn Bảy
    (tạp hóa)") is doubtful, and so are a trade ("Chị Tư bán cá") and what only tones would tell.
    """
    if not name.isascii():
        spelled = vietnamese.canonical_tones(name).lower().strip()
        if _SIGN.match(spelled):
            return Kind("business")
        return Kind("", doubtful=(_WITHIN.search(spelled) or _TRADE.search(spelled)) is not None)
    bare = name.lower().strip()
    if _BARE_SIGN.match(bare) and not bare.startswith(_FAMILY_NAME):
        return Kind("business")
    return Kind("", doubtful=(_BARE_WITHIN.search(bare) or _BARE_TRADE.search(bare)) is not None)


def is_sign_alone(name: str) -> bool:
    """Return whether a shop's name is only the word for a shop: "CH", "HKD", "cửa hàng"."""
    spelled = vietnamese.canonical_tones(name).lower().strip(" .,:;-")
    return (_BARE_SIGN if name.isascii() else _SIGN).fullmatch(spelled) is not None and spelled != _FAMILY_NAME.strip()


def _words(text: str) -> str:
    return _NOT_WORDS.sub(" ", vietnamese.fold(text)).strip()
