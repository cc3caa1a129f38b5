"""Permissions of visits, teams and drives."""

from doanso.access.policy import Permission

# Of visits; a helper reads only their own.
VIEW = Permission("outreach.view", unit_of="unit_id", own_of="recorded_by_id")
RECORD = Permission("outreach.record", unit_of="unit_id", own_of="recorded_by_id")
# Of visits that others recorded, in the office.
AMEND = Permission("outreach.amend", unit_of="unit_id")
# Of teams, teammates, drives and doors.
MANAGE = Permission("outreach.manage", unit_of="unit_id")
