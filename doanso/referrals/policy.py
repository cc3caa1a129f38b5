"""Permissions of 1+2: the member's own slots, and those of the members of a unit for its officers."""

from doanso.access.policy import Permission

# On slots that exist.
REFER = Permission("outreach.refer", unit_of="unit_id", own_of="person__user_id")
# The same permission on members, whose slots may not exist yet.
REFER_MEMBERS = Permission("outreach.refer", unit_of="branch_id", own_of="person__user_id")
