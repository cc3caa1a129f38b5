"""The roles of an account with their units and the units' names, read in one statement because every request needs them."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.access.models import Role, RoleAssignment
from doanso.lib import clock, formats
from doanso.lib.database import as_date, hot_reads
from doanso.units import queries as units
from doanso.units.models import Unit, UnitName
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class UnitRole:
    """A role of an account today or later, with its unit's name of today; `begun` says that it is in effect today."""

    role_assignment: RoleAssignment
    unit: NamedUnit
    begun: bool

    @property
    def role(self) -> str:
        return Role(self.role_assignment.role).label

    @property
    def last_day(self) -> date | None:
        """The last day of its term."""
        return None if self.role_assignment.until is None else self.role_assignment.until - timedelta(days=1)

    @property
    def term(self) -> str:
        """The term in words."""
        return term_words(self.role_assignment.since, self.role_assignment.until)


def term_words(since: date, until: date | None) -> str:
    """Return a term in words; `until` is the first day after it."""
    if until is None:
        return _("since %(since)s") % {"since": formats.day(since)}
    last = formats.day(until - timedelta(days=1))
    return _("from %(since)s to %(last)s") % {"since": formats.day(since), "last": last}


_ROLE_COLUMNS = ("id", "user", "role", "unit", "since", "until")
_NAME_COLUMNS = ("name", "short_name", "sort_key")
_COLUMNS = (("h", RoleAssignment, _ROLE_COLUMNS), ("u", Unit, units.UNIT_COLUMNS), ("n", UnitName, _NAME_COLUMNS))
# A role at a unit that has ended gives nothing.
_SOURCE = """
    FROM access_roleassignment h
    JOIN units_unit u ON u.id = h.unit_id
    LEFT JOIN units_unitname n ON n.unit_id = h.unit_id AND n.since <= %s AND (n.until IS NULL OR n.until > %s)
    WHERE h.user_id = %s AND (h.until IS NULL OR h.until > %s) AND (u.until IS NULL OR u.until > %s)
    ORDER BY h.since, h.id, n.since
"""
_ROLE_FIELDS = ("id", "user_id", "role", "unit_id", "since", "until")


def read_unit_roles(user_id: UUID) -> list[UnitRole]:
    """Return the roles of an account, today or later, earliest first, whether or not the account is closed; one statement.

    A unit without a name of today needs one more statement, for the nearest name.
    """
    today = clock.today()
    unit_roles: dict[UUID, UnitRole] = {}
    for row in hot_reads.read_joined(_COLUMNS, _SOURCE, [today, today, user_id, today, today]):
        since, until = as_date(row[4]), None if row[5] is None else as_date(row[5])
        role_assignment = RoleAssignment.from_db("default", _ROLE_FIELDS, [*row[:4], since, until])
        unit = units.unit_of_row(row[6:13])
        role_assignment.unit = unit
        named = units.named_unit(unit, today) if row[13] is None else NamedUnit(unit, *row[13:16])
        unit_roles[role_assignment.pk] = UnitRole(role_assignment, named, role_assignment.since <= today)
    return list(unit_roles.values())
