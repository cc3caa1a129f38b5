"""The participants of an event as a workbook."""

from collections.abc import Iterator
from typing import IO, Any

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events.models import Event
from doanso.events.queries.registrations import export_rows
from doanso.lib import formats
from doanso.lib.spreadsheet import Column, table_file

_COLUMNS = (
    Column("Số vé", 8),
    Column("Họ và tên", 30),
    Column("Năm sinh", 10),
    Column("Điện thoại", 14),
    Column("Tình trạng", 16),
    Column("Cha mẹ, người giám hộ đồng ý", 30),
    Column("Đăng ký qua", 18),
    Column("Ngày đăng ký", 14),
    Column("Đã đến lúc", 18),
)


def workbook(event: Event) -> IO[bytes]:
    """Return an .xlsx of an event's tickets, cancelled ones without a name."""
    return table_file(columns=list(_COLUMNS), rows=_rows(event), sheet_name="Người đăng ký")


def _rows(event: Event) -> Iterator[list[Any]]:
    for row in export_rows(event):
        registration = row.registration
        yield [
            registration.number,
            row.name,
            registration.birth_year or "",
            row.phone,
            registration.get_state_display(),
            registration.guardian_name,
            registration.get_source_display(),
            registration.made_on,
            formats.moment(row.came_at) if row.came_at is not None else "",
        ]


def record_export(*, actor: User, event: Event) -> None:
    """Record in history who exported the participants."""
    record(actor=actor, action="events.export", obj=event, unit=event.unit_id)
