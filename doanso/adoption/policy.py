"""Permissions to see people's use of services and to attest it. Both are asked of stays: a person is seen by their branch."""

from doanso.access.policy import Permission

VIEW = Permission("adoption.view", unit_of="branch_id", own_of="person__user")
ATTEST = Permission("adoption.attest", unit_of="branch_id")
# Calling back is for officers above those who attest.
RECHECK = Permission("adoption.recheck", unit_of="branch_id")
