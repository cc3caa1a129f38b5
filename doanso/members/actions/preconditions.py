"""Preconditions of the actions on a stay."""

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem, Refused
from doanso.members.models import Member, MemberState


def require_active(member: Member) -> None:
    """Refuse for an ended stay: only the person's present branch writes; a former branch reads its own records."""
    if member.state != MemberState.ACTIVE:
        raise Refused(Problem("stay_ended", _("This stay has ended already; open the member's present stay.")))


def require_lasting(member: Member) -> None:
    """Refuse a temporary stay: absences and exemptions are recorded where the person is counted, not where the person is a
    guest.
    """
    require_active(member)
    if member.temporary:
        message = _("This is a temporary stay and counts nowhere; the branch where the member is counted records it.")
        raise Refused(Problem("stay_temporary", message))
