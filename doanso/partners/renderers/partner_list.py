"""The list of partners as a workbook, without contacts: names and numbers of people stay on the pages."""

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet

from doanso.lib.spreadsheet import Column, table_file
from doanso.partners.models import Partner
from doanso.partners.queries.partners import partner_rows

_PAGE = 500
_COLUMNS = (
    Column("Tên đối tác", 48),
    Column("Tên ngắn", 24),
    Column("Loại", 30),
    Column("Đơn vị phụ trách", 24),
    Column("Địa chỉ", 36),
    Column("Trang web", 24),
    Column("Thỏa thuận", 40),
    Column("Tình trạng thỏa thuận", 18),
    Column("Hiệu lực", 30),
    Column("Cam kết đang làm", 16),
    Column("Cam kết quá hạn", 16),
    Column("Kết thúc ngày", 14),
    Column("Lý do kết thúc", 36),
    Column("Ghi chú", 48),
)


def workbook(partners: QuerySet[Partner]) -> IO[bytes]:
    """Return an .xlsx of these partners; three statements for each page of them."""
    return table_file(columns=list(_COLUMNS), rows=_rows(partners), sheet_name="Đối tác")


def _rows(partners: QuerySet[Partner]) -> Iterator[list[Any]]:
    everything = list(partners)
    for start in range(0, len(everything), _PAGE):
        for row in partner_rows(everything[start : start + _PAGE]):
            partner, agreement = row.partner, row.agreement
            yield [
                partner.name,
                partner.short_name,
                row.kind_name,
                row.unit,
                partner.address,
                partner.website,
                agreement.agreement.title if agreement is not None else "",
                agreement.label if agreement is not None else "",
                agreement.validity if agreement is not None else "",
                row.open_undertakings,
                row.overdue,
                partner.ended_on or "",
                partner.ended_reason,
                partner.note,
            ]
