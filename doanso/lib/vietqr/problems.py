"""What is wrong with a payment code, as one exception with a stable code and a sentence."""

from collections.abc import Callable

from django.utils.translation import gettext, gettext_noop

_MESSAGES: dict[str, str] = {
    "not_vietqr": gettext_noop(
        "This is not a VietQR code. Point the camera at the shop's payment code, or paste the text of that code."
    ),
    "too_short": gettext_noop("The code breaks off before its end. Copy or scan it again as a whole."),
    "too_long": gettext_noop("The code has more than 512 characters; a payment code is shorter. Scan it again."),
    "bad_character": gettext_noop(
        "The code holds the character “%(value)s”, which a payment code cannot hold. Scan it again."
    ),
    "bad_crc": gettext_noop(
        "The code's check digits do not fit its content: it was changed or read wrongly. Scan it again."
    ),
    "bad_format_indicator": gettext_noop(
        "The code begins with format %(value)s; VietQR has format 01 only. Ask the bank for a new code."
    ),
    "bad_tag": gettext_noop(
        "Field “%(tag)s” of the code is not numbered with two digits. Ask the bank for a new code."
    ),
    "bad_length": gettext_noop(
        "Field %(tag)s of the code is not as long as the code says. Ask the bank for a new code."
    ),
    "bad_order": gettext_noop("The check digits are not the last field of the code. Ask the bank for a new code."),
    "duplicate_tag": gettext_noop("Field %(tag)s stands twice in the code. Ask the bank for a new code."),
    "missing_tag": gettext_noop("Field %(tag)s is missing in the code. Ask the bank for a new code."),
    "unexpected_tag": gettext_noop("Field %(tag)s has no meaning in a VietQR code. Ask the bank for a new code."),
    "value_too_long": gettext_noop(
        "“%(value)s” is too long: field %(tag)s of the code has room for %(longest)s characters."
    ),
    "not_ascii": gettext_noop(
        "Field %(tag)s of the code holds letters with diacritics; banks accept only plain letters there."
    ),
    "bad_initiation": gettext_noop("The code is neither reusable (11) nor for one payment (12) but “%(value)s”."),
    "bad_bank": gettext_noop("“%(value)s” is not the number of a bank; it has 6 digits, for example 970436."),
    "bad_account": gettext_noop(
        "“%(value)s” is not an account number: write 1 to 19 letters and digits, without spaces and dots."
    ),
    "bad_card": gettext_noop("“%(value)s” is not a card number: it has 16 to 19 digits."),
    "unsupported_service": gettext_noop(
        "The code is for the service “%(value)s” and not for a transfer to an account or a card. Ask the shop for its"
        " transfer code."
    ),
    "bad_category": gettext_noop("“%(value)s” is not a line of business; it has 4 digits."),
    "bad_currency": gettext_noop("The code asks for currency %(value)s; VietQR pays in đồng (704) only."),
    "bad_amount": gettext_noop(
        "“%(value)s” is not an amount in đồng: write a whole number from 1 with at most 13 digits, without dots."
    ),
    "bad_tip": gettext_noop("The code's tip field says “%(value)s”; it can only be 01, 02 or 03."),
    "bad_country": gettext_noop("The code is of country “%(value)s”; VietQR is of Vietnam (VN)."),
}
"""Every code of a problem with its message; codes are never reused."""

CODES = frozenset(_MESSAGES)
"""Every code that `decode` and `encode` may give."""

_LONGEST_SHOWN = 40


class VietQRProblem(ValueError):
    """A payment code that cannot be read or written, and why.

    `code` is one of `CODES`; `tag` names the field, "38.01.00" for one within others, or is "". The message is the translated
    sentence for people; it quotes at most 40 characters of the code, and an account number only masked.
    """

    def __init__(self, code: str, *, tag: str = "", value: str = "", longest: int = 0) -> None:
        self.code = code
        self.tag = tag
        self._values = {"tag": tag, "value": _shown(value), "longest": longest}
        super().__init__(code, tag)

    @property
    def message(self) -> str:
        """The sentence in the language that is active."""
        translated: Callable[[str], str] = gettext
        return translated(_MESSAGES[self.code]) % self._values

    def __str__(self) -> str:
        return f"{self.code}: {self.message}"


def _shown(value: str) -> str:
    printable = "".join(char if char.isprintable() else "\ufffd" for char in value)
    return printable if len(printable) <= _LONGEST_SHOWN else printable[:_LONGEST_SHOWN] + "…"
