"""Who visits, who sees what came of it, who says where to go, and whose 1+2 it is."""

from doanso.access.policy import Permission

# Of visits; a helper reads the own ones.
VIEW = Permission("outreach.view", unit_of="unit_id", own_of="recorded_by_id")
RECORD = Permission("outreach.record", unit_of="unit_id", own_of="recorded_by_id")
# Of visits that others recorded, in the office.
AMEND = Permission("outreach.amend", unit_of="unit_id")
# Of teams, teammates, drives and doors.
MANAGE = Permission("outreach.manage", unit_of="unit_id")
# Of slots: a member's own, and those of a unit's members for whoever helps them along.
REFER = Permission("outreach.refer", unit_of="unit_id", own_of="person__user_id")
# The same verb of the members whose slots are yet to be made.
REFER_MEMBERS = Permission("outreach.refer", unit_of="branch_id", own_of="person__user_id")
