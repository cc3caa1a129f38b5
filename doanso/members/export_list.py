"""The register as a file in the importer's own columns, so that what was exported can be imported again."""

from collections.abc import Iterator
from typing import IO, Any

from django.db.models import QuerySet

from doanso.lib.spreadsheet import Column, csv_lines, table_file
from doanso.members import queries
from doanso.members.models import Member
from doanso.members.register_list.columns import EXPORTED
from doanso.people import queries as people
from doanso.units import queries as units


def _rows(members: QuerySet[Member]) -> Iterator[list[Any]]:
    names: dict[Any, str] = {}
    for page in queries.export_pages(members):
        names |= {
            unit_id: named.name
            for unit_id, named in units.named_units_by_id({row.branch_id for row in page} - set(names)).items()
        }
        posts, away = queries.current_posts(page), queries.current_absences(page)
        for member in page:
            contact = member.contact
            status = away.get(member.person_id) or ("Tạm thời" if member.temporary else member.get_state_display())
            values = {
                "name": contact.name,
                "gender": contact.get_gender_display(),
                "birth": contact.birth_date or contact.birth_year,
                "citizen_id": people.decrypt_field(contact, "citizen_id"),
                "phone": people.decrypt_field(contact, "phone"),
                "email": people.decrypt_field(contact, "email"),
                "address": contact.address,
                "branch": names[member.branch_id],
                "card": member.card_number,
                "joined": member.joined_on,
                "post": posts.get((member.person_id, member.branch_id), ""),
                "status": status,
            }
            yield [values[column.code] for column in EXPORTED]


def workbook(members: QuerySet[Member]) -> IO[bytes]:
    """Return an .xlsx, written in constant memory to a file without a name."""
    return table_file(columns=_columns(), rows=_rows(members), sheet_name="Đoàn viên")


def csv_text(members: QuerySet[Member]) -> Iterator[str]:
    """Yield the list as CSV, line by line."""
    return csv_lines(columns=_columns(), rows=_rows(members))


def _columns() -> list[Column]:
    return [Column(str(column.title), column.width) for column in EXPORTED]
