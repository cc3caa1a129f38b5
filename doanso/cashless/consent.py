"""What an owner agrees to when a shop's account is kept, in versions that never change."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

CURRENT: Final = "2023-11"

TEXTS: Final[dict[str, str | Promise]] = {
    "2023-11": _(
        "The Union keeps the number of the account to which this shop is paid, encrypted, only to compare it with the code that "
        "hangs in the shop and to print the code again. It passes it on to nobody, and never asks for a password, an OTP or "
        "money. The owner can take this back at any time; then the number is erased."
    ),
}
