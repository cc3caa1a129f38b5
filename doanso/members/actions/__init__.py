"""Actions on members: admit, change, transfer, end; absences and exemptions; posts."""

from doanso.members.actions.absences import (
    end_absence,
    end_exemption,
    exempt,
    set_absence,
    set_absences,
    take_back_absence,
    take_back_exemption,
)
from doanso.members.actions.admission import Admission, admit_many, admit_member
from doanso.members.actions.changes import MemberChange, change_many, change_member, lock_stays, stays_to_change
from doanso.members.actions.memberships import end_membership, transfer_member
from doanso.members.actions.posts import assign_post, end_post, set_posts, take_back_post, take_back_post_end
from doanso.members.actions.reversal import take_back_ending, take_back_transfer

__all__ = [
    "Admission",
    "MemberChange",
    "admit_many",
    "admit_member",
    "assign_post",
    "change_many",
    "change_member",
    "end_absence",
    "end_exemption",
    "end_membership",
    "end_post",
    "exempt",
    "lock_stays",
    "set_absence",
    "set_absences",
    "set_posts",
    "stays_to_change",
    "take_back_absence",
    "take_back_ending",
    "take_back_exemption",
    "take_back_post",
    "take_back_post_end",
    "take_back_transfer",
    "transfer_member",
]
