"""Rules of roles, reasons and terms on plain values."""

from collections.abc import Collection
from datetime import date, timedelta

from django.utils.translation import gettext as _

from doanso.access.models import Role
from doanso.access.roles import GRANTABLE, LEADING_ROLES
from doanso.lib.problems import Problem
from doanso.units.models import GRASSROOTS_KINDS, UPPER_KINDS, UnitKind

LONGEST_MODE = 60
"""The longest administration or unmasking in minutes."""

LONGEST_TOKEN = 366
"""The longest validity of a token in days."""

SHORTEST_REASON = 10


def grantable_roles(granter_roles: Collection[str]) -> list[Role]:
    """Return the roles that a user with these roles at a unit may assign and end there, in the order of `Role`."""
    allowed = {role for held in granter_roles for role in GRANTABLE[Role(held)]}
    return [role for role in Role if role in allowed]


def role_problem(role: str, unit_kind: str, *, is_root: bool) -> Problem | None:
    """Return why a role cannot be assigned at such a unit; None if it can.

    The roles of the leading committee are held at a province's or city's committee, or at the root, which may be a ward's or a
    commune's.
    """
    if role in LEADING_ROLES and not (unit_kind in UPPER_KINDS or (is_root and unit_kind != UnitKind.BRANCH)):
        return Problem("role_only_city", _("This role is held at the leading committee only."), "unit")
    if role == Role.UNIT_SECRETARY and unit_kind not in GRASSROOTS_KINDS:
        return Problem("role_only_grassroots", _("A unit secretary needs a ward, commune, school or office."), "unit")
    if role == Role.CLERK and unit_kind == UnitKind.BRANCH:
        return Problem("role_no_branch", _("A branch has no clerk of its own; choose the unit above it."), "unit")
    if role == Role.BRANCH_SECRETARY and unit_kind != UnitKind.BRANCH:
        return Problem("role_only_branch", _("A branch secretary needs a branch; choose one below the unit."), "unit")
    return None


def term_problem(since: date, until: date | None, today: date) -> Problem | None:
    """Return why a term cannot be assigned; None if it can.

    It must begin within five years of today and end after its first day and after today.
    """
    if abs(since - today) > timedelta(days=366 * 5):
        return Problem("term_far", _("The first day is more than five years away; check the year."), "since")
    if until is not None and (until <= since or until <= today):
        return Problem("term_over", _("The last day must lie after the first day and not in the past."), "until")
    return None


def reason_problem(reason: str) -> Problem | None:
    """Return the problem of a reason that is too short to be understood a year later; None for a sufficient one."""
    if len(reason.strip()) < SHORTEST_REASON:
        message = _("Say why in a sentence, for instance: “Checking the complaint of 3 November”.")
        return Problem("reason_short", message, "reason")
    return None


def minutes_problem(minutes: int) -> Problem | None:
    """Return the problem of a number of minutes that is not offered; None for one that is."""
    if 1 <= minutes <= LONGEST_MODE:
        return None
    message = _("Choose between 1 and %(longest)s minutes.") % {"longest": LONGEST_MODE}
    return Problem("minutes_out_of_range", message, "minutes")


def is_reset_code_allowed(roles: Collection[str], has_password: bool) -> bool:
    """Return whether an officer may issue a code for such an account.

    Setting an officer's password would allow acting as that officer. An account without a password has no user yet, so its first
    code is no risk.
    """
    return not has_password or (bool(roles) and set(roles) == {Role.MEMBER})
