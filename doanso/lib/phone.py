"""Parsing of phone numbers as people write them."""

import re
import unicodedata
from dataclasses import dataclass

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused

# Since 2018 the mobile prefixes of eleven digits are ten digits long.
# fmt: off
_OLD_MOBILE = {
    "0162": "032", "0163": "033", "0164": "034", "0165": "035", "0166": "036", "0167": "037", "0168": "038", "0169": "039",
    "0120": "070", "0121": "079", "0122": "077", "0126": "076", "0128": "078",
    "0123": "083", "0124": "084", "0125": "085", "0127": "081", "0129": "082",
    "0186": "056", "0188": "058", "0199": "059",
}
# fmt: on
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9\d)\d{7}")
"""Prefixes of mobile networks since 2018, those of networks without masts (055, 087, 089) among them. 031 and 073 are old
area codes of landlines. The phone's steps.js says the same; contract/phones.json holds both to it."""
_OLD_LANDLINE = re.compile(r"0[3-8]\d{8}")
"""Ten digits as landlines had them until 2017: an area code of three digits and seven more."""
_OLD_CARD = re.compile(r"3[01]\d{7}")
_PERHAPS_OLD_CARD = re.compile(r"3[2-8]\d{7}")
"""Old cards of the Mekong's provinces have nine digits from 30 to 38; mobile numbers of 032 to 038 look so without their
zero."""
_LANDLINE = re.compile(r"02\d{9}")
_EXPONENT = re.compile(r"\d(?:\.\d+)?E\+?\d+", re.IGNORECASE)
_NEXT_NUMBER = re.compile(r"[/;,|\n]|\s-\s|\bhoặc\b", re.IGNORECASE)
_DRESS = re.compile(r"[\s.()'’`_–—-]|\u00ad|\u200b|\ufeff")


@dataclass(frozen=True)
class PhoneNumber:
    """A domestic phone number, with warnings about it."""

    value: str
    warnings: tuple[Problem, ...] = ()


def normalise(text: str | int | float) -> PhoneNumber:
    """Return the number as `0xxxxxxxxx` (mobile) or `02xxxxxxxxx` (landline).

    Accepts +84 and 84, spaces, dots, dashes and parentheses, the leading zero that Excel loses, and numbers stored as floats. A
    prefix that no network has is refused; which network has it is ignored, because numbers move between them.
    """
    if isinstance(text, str) and text.isascii() and _MOBILE.fullmatch(text):
        return PhoneNumber(text)  # Shortcut for nearly every cell of a long list.
    warnings: list[Problem] = []
    written = _as_text(text)
    first, *others = [part for part in _NEXT_NUMBER.split(written) if part.strip()] or [""]
    if any(sum(char.isdigit() for char in part) >= 9 for part in others):
        warnings.append(Problem("phone_several", _("The cell holds several phone numbers; the first one was taken.")))
    elif others:
        first = written
    digits = _bare_digits(first)
    if _OLD_CARD.fullmatch(_DRESS.sub("", first)):
        message = _("“%(phone)s” looks like the number of an old identity card and no phone. Write the phone number.")
        raise Refused(Problem("phone_is_old_card", message % {"phone": digits[1:]}))
    if _PERHAPS_OLD_CARD.fullmatch(_DRESS.sub("", first)):
        message = _(
            "Nine digits that begin with 3 are a phone that lost its zero, or an old identity card: check “%(phone)s”."
        )
        warnings.append(Problem("phone_or_old_card", message % {"phone": digits}))
    old = _OLD_MOBILE.get(digits[:4]) if len(digits) == 11 else None
    if old is not None:
        digits = old + digits[4:]
        message = _("The phone number had an old prefix of 11 digits; it was changed to %(phone)s.")
        warnings.append(Problem("phone_old_prefix", message % {"phone": digits}))
    _require_plausible(digits)
    return PhoneNumber(digits, tuple(warnings))


def mask_phone(phone: str) -> str:
    """Return a number masked, recognisable but not callable: 091•••••78."""
    return phone[:3] + "•" * (len(phone) - 5) + phone[-2:] if len(phone) > 5 else "•" * len(phone)


def _as_text(value: str | int | float) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value).replace(".", ",")
    text = unicodedata.normalize("NFKC", str(value)).strip()
    if _EXPONENT.fullmatch(text):
        text = f"{float(text):.0f}"
    return re.sub(r"^(\d{9,12})\.0$", r"\1", text)


def _bare_digits(written: str) -> str:
    """Return the digits in domestic form, beginning with 0 where that can be determined."""
    digits = _DRESS.sub("", written)
    if not digits:
        raise Refused(Problem("phone_empty", _("The phone number is empty.")))
    international = digits.startswith("+")
    digits = digits.removeprefix("+")
    if not re.fullmatch("[0-9]+", digits):
        message = _("“%(phone)s” is not a phone number: it may hold only digits.")
        raise Refused(Problem("phone_not_digits", message % {"phone": written.strip()}))
    if digits.startswith("0084"):
        digits, international = digits[2:], True
    if digits.startswith("84") and (international or len(digits) >= 11):
        return "0" + digits[2:].removeprefix("0")
    if international:
        message = _("Only phone numbers in Vietnam (+84) are accepted.")
        raise Refused(Problem("phone_foreign", message))
    lost_zero = (
        (len(digits) == 9 and digits[0] in "35789")
        or (len(digits) == 10 and digits[0] == "2")
        or (len(digits) == 10 and "0" + digits[:3] in _OLD_MOBILE)
    )
    return "0" + digits if lost_zero else digits


def _require_plausible(digits: str) -> None:
    if _MOBILE.fullmatch(digits) or _LANDLINE.fullmatch(digits):
        return
    right_length = 11 if digits.startswith("02") else 10
    if _OLD_LANDLINE.fullmatch(digits):
        message = _(
            "No mobile number begins with %(prefix)s. Ask for the number again; if it is a landline, write today's area code"
            " (02…, for example 0273 for Tiền Giang)."
        )
        raise Refused(Problem("phone_unknown_prefix", message % {"prefix": digits[:3]}))
    if len(digits) == right_length:
        message = _("The phone number must begin with 03, 05, 07, 08, 09 (mobile) or 02 (landline).")
        raise Refused(Problem("phone_unknown_prefix", message))
    code = "phone_too_short" if len(digits) < right_length else "phone_too_long"
    message = _("The phone number has %(count)d digits; a mobile number has 10 and a landline number has 11.")
    raise Refused(Problem(code, message % {"count": len(digits)}))
