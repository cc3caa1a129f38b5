"""The 12-digit personal number of a citizen, and the 9-digit number of the old card."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from django.utils.translation import gettext as _

from doanso.lib import clock
from doanso.lib.problems import Problem, Refused

# fmt: off
_PLACES = frozenset({
    1, 2, 4, 6, 8, 10, 11, 12, 14, 15, 17, 19, 20, 22, 24, 25, 26, 27, 30, 31, 33, 34,
    35, 36, 37, 38, 40, 42, 44, 45, 46, 48, 49, 51, 52, 54, 56, 58, 60, 62, 64, 66, 67, 68,
    70, 72, 74, 75, 77, 79, 80, 82, 83, 84, 86, 87, 89, 91, 92, 93, 94, 95, 96,
})
"""Codes of the provinces where births are registered (Decision 124/2004); the merger of 2025 renumbered no card."""
# fmt: on

_MOBILE = re.compile(r"0[35789]\d{8}")
_EXPONENT = re.compile(r"\d(?:\.(\d+))?E\+?\d+", re.IGNORECASE)

Sex = Literal["male", "female"]


@dataclass(frozen=True)
class CitizenId:
    """A number as printed on the card, with warnings about it."""

    value: str
    kind: Literal["citizen", "old_card"]
    warnings: tuple[Problem, ...] = ()

    @property
    def birth_year(self) -> int | None:
        """Return the year of birth that the number encodes; None for an old card."""
        if self.kind == "old_card":
            return None
        return 1900 + int(self.value[3]) // 2 * 100 + int(self.value[4:6])

    @property
    def sex(self) -> Sex | None:
        """Return the sex that the number encodes; None for an old card."""
        if self.kind == "old_card":
            return None
        return "female" if int(self.value[3]) % 2 else "male"


def normalise(text: str | int | float, *, birth_year: int | None = None, sex: str | None = None) -> CitizenId:
    """Return the number with leading zeros that Excel removed; raise `Refused` when it cannot be one.

    An unknown place, and a birth year or sex other than the person's, are warnings: the number has no check digit,
    so either side may be wrong.
    """
    digits = _digits(text)
    if len(digits) in (8, 9):
        return _old_card(digits)
    if len(digits) == 10 and _MOBILE.fullmatch(digits):
        message = _("“%(number)s” is a phone number; move it to the column of phones.")
        raise Refused(Problem("citizen_id_phone", message % {"number": digits}))
    # Places 001 to 008 begin with two zeros, all others with one.
    value = digits.zfill(12) if len(digits) in (10, 11) else digits
    if len(value) != 12 or (value != digits and not _restorable(value, lost=12 - len(digits))):
        message = _("A personal number has 12 digits, that of an old card 9; this one has %(count)d.")
        raise Refused(Problem("citizen_id_length", message % {"count": len(digits)}))
    number = CitizenId(value, "citizen")
    doubts = _doubts(number, birth_year, sex)
    if value != digits and birth_year is None:
        # Nothing confirms that the lost digits were zeros.
        message = _("The number had %(count)d digits; zeros that Excel takes away were put in front. Check it.")
        doubts.append(Problem("citizen_id_zero_restored", message % {"count": len(digits)}))
    return CitizenId(value, "citizen", tuple(doubts))


def mask_citizen_id(number: str) -> str:
    """Return a number masked, with enough digits to compare it with a card: 0820••••••23."""
    return number[:4] + "•" * (len(number) - 6) + number[-2:] if len(number) > 6 else "•" * len(number)


def _digits(value: str | int | float) -> str:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        return value  # Shortcut for nearly every cell of a long list.
    if isinstance(value, float):
        text = str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    else:
        text = unicodedata.normalize("NFKC", str(value))
    text = re.sub(r"[\s'’`_-]|\u00ad|\u200b|\ufeff", "", text)
    text = re.sub(r"^(\d{8,12})\.0$", r"\1", text)
    exponent = _EXPONENT.fullmatch(text)
    if exponent is not None:
        text = f"{float(text):.0f}"
        if len(exponent[1] or "") < len(text) - 1:
            message = _("Excel shortened this number to “%(number)s”; format the column as text and type it again.")
            raise Refused(Problem("citizen_id_rounded", message % {"number": exponent[0]}))
    text = text.replace(".", "")
    if not text:
        raise Refused(Problem("citizen_id_empty", _("The personal number is empty.")))
    if not re.fullmatch("[0-9]+", text):
        raise Refused(Problem("citizen_id_not_digits", _("The personal number may hold only digits.")))
    return text


def _old_card(digits: str) -> CitizenId:
    if len(digits) == 9:
        doubts = _repeated(digits)
        if digits[0] in "56789":
            message = _("No old card begins with %(digit)s; this may be a phone that lost its zero. Check it.")
            doubts.append(Problem("citizen_id_perhaps_phone", message % {"digit": digits[0]}))
        return CitizenId(digits, "old_card", tuple(doubts))
    message = _("The number had 8 digits; a zero was put in front, as for an old card. Check it.")
    return CitizenId("0" + digits, "old_card", (Problem("citizen_id_zero_restored", message),))


def _restorable(value: str, *, lost: int) -> bool:
    """Return whether the number with zeros put in front can belong to a living person."""
    place = int(value[:3])
    return place in _PLACES and (place < 10 if lost == 2 else place >= 10) and value[3] in "0123"


def _repeated(digits: str) -> list[Problem]:
    if len(set(digits)) > 1:
        return []
    message = _("All digits of this number are the same; it was put in as a stopgap. Write the number on the card.")
    return [Problem("citizen_id_made_up", message)]


def _doubts(number: CitizenId, birth_year: int | None, sex: str | None) -> list[Problem]:
    doubts = _repeated(number.value)
    if int(number.value[:3]) not in _PLACES:
        message = _("The first three digits of the personal number (%(place)s) are those of no province; check them.")
        doubts.append(Problem("citizen_id_place", message % {"place": number.value[:3]}))
    if birth_year is None and number.birth_year is not None and number.birth_year > clock.today().year:
        message = _("The personal number says birth year %(number)d, which has not come yet; check the number.")
        doubts.append(Problem("citizen_id_birth_year", message % {"number": number.birth_year}))
    if birth_year is not None and number.birth_year != birth_year:
        message = _("The personal number says birth year %(number)d, the list says %(list)d.")
        doubts.append(Problem("citizen_id_birth_year", message % {"number": number.birth_year, "list": birth_year}))
    if sex in ("male", "female") and number.sex != sex:
        says = _("The personal number says female, the list says male.")
        if number.sex == "male":
            says = _("The personal number says male, the list says female.")
        doubts.append(Problem("citizen_id_sex", says))
    return doubts
