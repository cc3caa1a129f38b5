"""1+2 of a member, on the page of that member."""

from doanso.accounts.models import User
from doanso.lib.panels import Panel
from doanso.members.queries.details import MemberDetails
from doanso.referrals import policy, queries


def member_slots(actor: User, details: MemberDetails) -> Panel | None:
    """Return the member's friend and relative; None for readers who may not help this member with 1+2."""
    if not details.is_active or details.member.temporary or not details.allows(policy.REFER_MEMBERS):
        return None
    slots = queries.slot_summaries(details.member.person_id)
    return Panel(
        "referrals/member_slots.html",
        {
            "member_id": details.member.pk,
            "slots": slots,
            "done": sum(summary.is_done for summary in slots),
            "shown": details.shown,
        },
    )
