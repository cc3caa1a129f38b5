"""Validation of names of persons, units and businesses, used wherever a name is entered."""

import re
import unicodedata

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem

_PLAIN = re.compile(r"[^\W\d_][\w .'’&,()\-]*")
"""Nearly every name; one that matches needs only the checks of `_SPELT` and `_UNSEEN`."""
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
"""Unicode's Default_Ignorable_Code_Point (DerivedCoreProperties.txt, version 16): invisible, printable or not."""
_SPELT = re.compile(r"www\.|hyperlink|[\u0080-\u00bf]", re.IGNORECASE)
_LINK = re.compile(r"://|\bwww\.|^(?:mailto|javascript|data|file):|\bhyperlink\s*\(", re.IGNORECASE)
_DOMAIN = r"\.(?:com|net|org|vn|info|me)"
_ADDRESS = re.compile(
    rf"\S@\S|(?i:[\w-]{_DOMAIN}/)|(?<!\S)[a-z0-9.-]*[a-z0-9-]{{2}}{_DOMAIN}(?!\S)|^(?i:[a-z0-9.-]*[a-z0-9-]{{3}}{_DOMAIN})$",
)
"""An e-mail or web address: a shop's sign may hold one, a person's name does not. “Trần A.Vn” is a name with an initial."""
_FORMULA = re.compile(r"['’`\"\s]*=")
_CALCULATED = re.compile(r"['’`\"\s]*[+@-]")
_BRACKETS = re.compile("[<>]")
# UTF-8 decoded as Latin-1 or Windows-1252 ("Nguyá»…n"), or letters lost in a conversion ("Nguy?n").
_GARBLED = re.compile(
    "\ufffd|[ÃÂÄÅÆ][\u0080-\u00bf‘’“”„†‡•…‰™˜€]|Ä[‘’]|Æ[°¡]|á[º»][\u0080-\u00bf‘’“”„†‡•…‰™˜€]?"
    r"|[^\W\d_]\?+[^\W\d_]"
)


def name_problem(name: str, field: str = "name") -> Problem | None:
    """Return why the text is no name; None for a name and for an empty text.

    Refuses invisible letters and marks that reverse the text, angle brackets, formulas, links and garbled letters.
    Call `vietnamese.tidy_name` first where invisible letters of a pasted list are to be removed.
    """
    if _is_plain(name):
        return None
    if not name.isprintable() or _has_unseen(name):
        message = _(
            "The name holds letters that cannot be seen or that turn the text round. Delete it and type it anew."
        )
        return Problem("name_hidden_letters", message, field)
    flat = unicodedata.normalize("NFKC", name)
    if _BRACKETS.search(flat):
        return Problem("name_brackets", _("A name holds no “<” and no “>”; take them out."), field)
    if _FORMULA.match(flat):
        return Problem("name_formula", _("This is a formula and no name; type the name itself."), field)
    if _LINK.search(flat):
        return Problem("name_link", _("This is a link and no name; type the name itself."), field)
    if _GARBLED.search(name):
        message = _("Letters of this name were lost or garbled by another program; type the name anew.")
        return Problem("name_garbled", message, field)
    return None


def person_problem(name: str, field: str = "name") -> Problem | None:
    """Return why the text is no person's name: beside `name_problem`, a digit, an address, a leading sign, or no letter."""
    if (problem := name_problem(name, field)) is not None or not name:
        return problem
    if any(letter.isdigit() for letter in name):
        return Problem("name_digits", _("A name holds no digits; take them out."), field)
    if _CALCULATED.match(name):
        return Problem("name_formula", _("A name begins with a letter; take out the sign in front of it."), field)
    if _ADDRESS.search(name):
        return Problem("name_link", _("This is a link and no name; type the name itself."), field)
    if not any(letter.isalpha() for letter in name):
        return Problem("name_no_letters", _("A name holds letters; type the name itself."), field)
    return None


_CUT = re.compile(r"\S+|\S+ (?:văn|thị)|.* thị", re.IGNORECASE)


def seems_cut(name: str) -> bool:
    """Return whether the given name seems to be missing: one word alone, or a family name with Văn or Thị."""
    return _CUT.fullmatch(name) is not None


def _is_plain(name: str) -> bool:
    return _PLAIN.fullmatch(name) is not None and _SPELT.search(name) is None and _UNSEEN.search(name) is None


def _has_unseen(name: str) -> bool:
    """Return whether the name has invisible letters, except U+FE0F behind a symbol, which makes it an emoji."""
    positions = (match.start() for match in _UNSEEN.finditer(name))
    return any(
        name[position] != "\ufe0f" or position == 0 or unicodedata.category(name[position - 1]) != "So"
        for position in positions
    )
