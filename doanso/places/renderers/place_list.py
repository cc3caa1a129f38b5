"""The list of streets and markets as a workbook; it names no people."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from doanso.lib.spreadsheet import Column, table_file
from doanso.places.kinds import kind_named
from doanso.places.queries.lists import ListedPlace

_COLUMNS = (
    Column("Tên tuyến phố, chợ", 40),
    Column("Loại", 34),
    Column("Đơn vị", 24),
    Column("Trạng thái", 18),
    Column("Lý do", 36),
    Column("Tiêu chí đạt", 12),
    Column("Tổng số tiêu chí", 12),
    Column("Bắt đầu ngày", 14),
    Column("Khảo sát xong ngày", 16),
    Column("Thẩm định gần nhất", 16),
    Column("Công nhận ngày", 14),
    Column("Quyết định số", 20),
    Column("Tái kiểm tra trước ngày", 18),
    Column("Ghi chú", 48),
)


def workbook(places: Sequence[ListedPlace]) -> IO[bytes]:
    """Return an .xlsx of these places, one to a row."""
    return table_file(columns=list(_COLUMNS), rows=_rows(places), sheet_name="Tuyến phố và chợ")


def _rows(places: Sequence[ListedPlace]) -> Iterator[list[Any]]:
    for row in places:
        place = row.place
        yield [
            place.name,
            kind_named(place.kind).name,
            row.unit,
            place.get_state_display(),
            place.state_reason,
            place.passed,
            place.criteria_count,
            place.started_on,
            place.surveyed_on or "",
            row.assessed_on or "",
            row.recognised_on or "",
            row.decision,
            row.recheck_due or "",
            place.note,
        ]
