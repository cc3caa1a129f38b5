"""Permissions to see a unit's assignments, and to take, hand over, postpone and complete them."""

from doanso.access.policy import Permission

VIEW = Permission("assignments.view", unit_of="unit_id")
HANDLE = Permission("assignments.handle", unit_of="unit_id")
