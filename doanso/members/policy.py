"""Permissions to see members and to act on them."""

from doanso.access.policy import Permission

VIEW = Permission("members.view", unit_of="branch_id", own_of="person__user")
ADMIT = Permission("members.admit", unit_of="branch_id")
CHANGE = Permission("members.change", unit_of="branch_id")
TRANSFER = Permission("members.transfer", unit_of="branch_id")
EXPORT = Permission("members.export", unit_of="branch_id")
EXEMPT = Permission("members.exempt", unit_of="branch_id")
