"""Whose 1+2 it is, and who helps members along with it."""

from doanso.access.policy import Permission

# Of slots: a member's own, and those of a unit's members for whoever helps them along.
REFER = Permission("outreach.refer", unit_of="unit_id", own_of="person__user_id")
# The same verb of the members whose slots are yet to be made.
REFER_MEMBERS = Permission("outreach.refer", unit_of="branch_id", own_of="person__user_id")
