"""Posters with a shop's payment code, for the stall's wall: one A5 to a sheet, two A5 or four A6 to a sheet of A4.

The paper speaks to customers, so it is Vietnamese whatever language the officer reads in. The shop's name stands there with
all its diacritics; inside the code it is folded to ASCII (`lib.vietqr`). Of the account the paper shows the last four
characters, which the customer compares with the bank's app; the whole number is in the code alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from doanso.lib import qr
from doanso.lib.vietqr import decode, mask_account

MOST_POSTERS: Final = 120
"""To one print: thirty sheets of A6."""

type Seller = Literal["stall", "shop"]

_SELLERS: Final[dict[Seller, str]] = {"stall": "Sạp", "shop": "Cửa hàng"}
_LONG_NAME, _LONGER_NAME = 24, 48
"""Characters beyond which a name is set smaller; one of the largest size fits in two lines."""


class PosterLayout(StrEnum):
    """How posters lie on the paper; the value is part of an address."""

    A5 = "a5"
    A5_ON_A4 = "a5-a4"
    A6_ON_A4 = "a6-a4"

    @property
    def per_sheet(self) -> int:
        """How many posters a sheet holds."""
        return {PosterLayout.A5: 1, PosterLayout.A5_ON_A4: 2, PosterLayout.A6_ON_A4: 4}[self]


@dataclass(frozen=True, slots=True)
class Poster:
    """One shop's poster. `payload` is the code's text; `holder` the account's owner as the bank's app shows it, if known."""

    name: str
    place: str
    bank_name: str
    masked: str
    payload: str
    holder: str = ""
    seller: Seller = "stall"


def poster_sheet(
    posters: Sequence[Poster],
    *,
    layout: PosterLayout = PosterLayout.A5,
    supporter: str = "",
    is_sample: bool = False,
) -> SafeString:
    """Return the sheets as HTML, to stand directly in the `<main>` of a light page that loads `ds/poster.css`.

    The style sets size and margins of the paper and leaves out everything else of the page when it is printed.

    `supporter` is the committee that gave the poster, named at its foot; `is_sample` prints "MẪU" over posters of a demo. Raise
    `VietQRProblem` for a payload that is no payment code, and ValueError for one that pays another account than the poster says.
    """
    if len(posters) > MOST_POSTERS:
        raise ValueError(f"At most {MOST_POSTERS} posters are printed at once.")
    drawn = [_drawn(poster) for poster in posters]
    count = layout.per_sheet
    sheets = [drawn[start : start + count] for start in range(0, len(drawn), count)]
    return render_to_string(
        "cashless/parts/poster_sheet.html",
        {"sheets": sheets, "layout": layout.value, "supporter": supporter, "is_sample": is_sample},
    )


def _drawn(poster: Poster) -> dict[str, object]:
    """Return what the template shows of a poster."""
    if mask_account(decode(poster.payload).account) != poster.masked:
        raise ValueError(f"The poster of {poster.name} shows another account than its code pays.")
    length = len(poster.name)
    return {
        "name": poster.name,
        "size": "s" if length > _LONGER_NAME else "m" if length > _LONG_NAME else "l",
        "place": poster.place,
        "bank": poster.bank_name,
        "account": poster.masked,
        "holder": poster.holder,
        "seller": _SELLERS[poster.seller],
        "seller_in_sentence": _SELLERS[poster.seller].lower(),
        "picture": qr.svg(poster.payload, f"Mã chuyển khoản của {poster.name}"),
    }
