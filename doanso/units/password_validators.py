"""A validator of new passwords with Django's interface: what everybody here tries first."""

import re
from collections.abc import Collection
from typing import Any, Final

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from doanso.lib import vietnamese
from doanso.units.models import UnitName

FIRST_WORDS: Final = frozenset(
    {
        *("matkhau", "password", "pass", "admin", "quantri", "user", "taikhoan", "dangnhap", "abc", "qwerty", "asdfgh"),
        *("doan", "doanvien", "chidoan", "doanthanhnien", "thanhnien", "tuoitre", "tncs", "congsan", "bithu", "canbo"),
        *("doanso", "doanhoi", "doi", "hoi", "vanthu", "congtacvien", "xungkich", "tinhnguyen", "chuyendoiso"),
        *("vietnam", "hochiminh", "bacho", "tphcm", "hcm", "sg", "hn", "xinchao", "anhyeuem", "emyeuanh", "iloveyou"),
        *("phuong", "xa", "thitran", "thixa", "quan", "huyen", "tinh", "thanhpho", "tp", "khupho", "ap", "thon", "to"),
        *("truong", "xahoi", "nam", "so", "p", "q"),
    }
)
"""Words, folded and without spaces, of which passwords are made here when nobody thinks of one; nothing of them is secret."""
_KINDS = frozenset(
    {"phuong", "xa", "thi", "tran", "quan", "huyen", "tinh", "thanh", "pho", "khu", "doan", "chi", "truong"}
)
_LONGEST = 60
_SHORTEST_NAME = 3


def letters_of(text: str) -> str:
    """Return the letters of a text, folded, without marks, digits and separators."""
    return re.sub(r"[^a-z]", "", vietnamese.fold(text))


def names_to_try(name: str) -> set[str]:
    """Return the letters of a unit's name, and those of its proper part: "Phường Mỹ Tho" gives phuongmytho and mytho."""
    words = re.findall(r"[a-z]+", vietnamese.fold(name))
    proper = list(words)
    while proper and proper[0] in _KINDS:
        proper.pop(0)
    return {text for text in ("".join(words), "".join(proper)) if len(text) >= _SHORTEST_NAME}


def is_made_of(password: str, words: Collection[str]) -> bool:
    """Return whether the letters of a password are nothing but these words in a row, whatever digits and signs stand between."""
    letters = letters_of(password)
    if not letters or len(letters) > _LONGEST:
        return False
    reached = {0}
    for index in range(len(letters)):
        if index in reached:
            reached |= {index + len(word) for word in words if letters.startswith(word, index)}
    return len(letters) in reached


class ExpectedPasswordValidator:
    """Refuse passwords that consist of everyday words of the Union, names of units and digits, such as `matkhau123`."""

    def validate(self, password: str, user: Any = None) -> None:
        """Raise ValidationError for a password that everybody here tries first; the user makes no difference."""
        names = UnitName.objects.values_list("name", "short_name")
        unit_words = {word for pair in names for name in pair for word in names_to_try(name)}
        if is_made_of(password, FIRST_WORDS | unit_words):
            raise ValidationError(self.get_help_text(), code="password_expected")

    def get_help_text(self) -> str:
        return _(
            "Everybody here tries this password first: familiar words or a unit's name with a few digits. "
            "Choose a short sentence that only you know."
        )
