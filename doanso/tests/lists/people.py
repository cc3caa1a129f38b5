"""People for generated lists, and how old fonts and hasty hands write their names."""

import unicodedata
from random import Random

from doanso.lib import old_encodings

FAMILIES = "Nguyễn Trần Lê Phạm Huỳnh Võ Đặng Bùi Đỗ Hồ Ngô Dương Lý Phan Tống Công Cao Trương Đinh Mai Tổ Đoàn".split()
MIDDLES = "Văn Thị Hoàng Minh Ngọc Thanh Quốc Gia Đăng Thuỳ Bích Hữu Xuân Như Tấn Kim Mỹ".split()
GIVENS = (
    "An Bình Châu Dung Đức Giang Hà Hạnh Hoà Huy Khánh Lan Linh Long Mai Nam Ngân Nhi Như Phúc Quân Quyền Sơn Tâm Thảo Thịnh "
    "Thuỷ Tiên Trang Trí Tú Uyên Vân Vương Xuân Yến Ánh Ấn Ý Thuý"
).split()

_TCVN3 = {letter: chr(code) for code, letter in old_encodings._TCVN3.items()}
_VNI = {letter: typed for typed, letter in old_encodings._VNI.items()}


def full_names(pick: Random, count: int) -> list[str]:
    """So many names, no two of which are one person's."""
    names: dict[str, None] = {}
    while len(names) < count:
        names[f"{pick.choice(FAMILIES)} {pick.choice(MIDDLES)} {pick.choice(GIVENS)}"] = None
    return list(names)


def typed_in(text: str, font: str) -> str:
    """The text as it lies in a file that was typed for this font."""
    text = unicodedata.normalize("NFC", text)
    if font == "tcvn3":
        return "".join(_TCVN3.get(letter, _TCVN3.get(letter.lower(), letter)) for letter in text)
    return "".join(_VNI.get(letter, letter) for letter in text)


def hasty(pick: Random, text: str) -> str:
    """The same name in capitals, decomposed, or with spaces too many."""
    match pick.randrange(6):
        case 0:
            return text.upper()
        case 1:
            return unicodedata.normalize("NFD", text)
        case 2:
            return f"  {text.replace(' ', '  ')} "
    return text
