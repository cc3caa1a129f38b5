"""The list of followed shops as a workbook, without owners and account numbers; an inspector reads initials in it too."""

from collections.abc import Iterator, Mapping
from typing import IO, Any
from uuid import UUID

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.cashless.masking import mask_shop
from doanso.cashless.queries import shops as queries
from doanso.cashless.queries.shops import ShopFilter
from doanso.cashless.wording import shop_place
from doanso.lib.spreadsheet import Column, table_file

_COLUMNS = (
    Column("Cửa hàng", 40),
    Column("Chỗ", 40),
    Column("Đơn vị", 24),
    Column("Tình trạng", 24),
    Column("Có dùng trong 30 ngày", 14),
    Column("Mã thanh toán", 18),
    Column("Thấy mã lạ", 12),
    Column("Kiểm tra gần nhất", 14),
    Column("Cần kiểm tra", 12),
)
_USED = {True: "có", False: "không", None: ""}


def workbook(actor: User, filters: ShopFilter, unit_names: Mapping[UUID, str]) -> IO[bytes]:
    """Return an .xlsx of the shops that the actor may see, by street and number."""
    return table_file(columns=list(_COLUMNS), rows=_rows(actor, filters, unit_names), sheet_name="Cửa hàng, sạp")


def _rows(actor: User, filters: ShopFilter, unit_names: Mapping[UUID, str]) -> Iterator[list[Any]]:
    shown = access.personal(actor)
    for row in queries.all_rows(actor, filters):
        shop = mask_shop(shown, row.shop)
        yield [
            shop.business.name,
            shop_place(shop),
            unit_names.get(shop.unit_id, ""),
            shop.get_state_display(),
            _USED[shop.used_recently],
            "đã đăng ký" if row.code is not None else "chưa",
            "có" if row.alarm is not None else "",
            shop.checked_on or "",
            "có" if queries.is_due(shop) else "",
        ]
