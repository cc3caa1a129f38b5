"""What a shop's poster says, from its code in force."""

from doanso.cashless import code_keys
from doanso.cashless.models import ShopCode
from doanso.cashless.renderers.posters import Poster
from doanso.cashless.wording import shop_place
from doanso.lib import clock
from doanso.lib.vietnamese import fold
from doanso.lib.vietqr import encode, mask_account, shop_code
from doanso.lib.vietqr.banks import bank_name


def poster_of(code: ShopCode) -> Poster:
    """Return the poster of a code that is not erased; the shop's name stands folded inside the code."""
    shop, bare = code.shop, code_keys.code_of(code)
    if bare is None:
        raise ValueError("An erased code cannot be printed.")
    payload = encode(shop_code(bare.bank_bin, bare.account, bare.to, name=shop.business.name, store=shop.label))
    return Poster(
        name=shop.business.name,
        place=shop_place(shop),
        bank_name=bank_name(bare.bank_bin, clock.today()),
        masked=mask_account(bare.account),
        payload=payload,
        seller="stall" if "sap" in fold(shop.label).split() else "shop",
    )
