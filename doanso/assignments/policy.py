"""Who sees the assignments of a unit, and who takes, hands over, postpones and settles them."""

from doanso.access.policy import Permission

VIEW = Permission("assignments.view", unit_of="unit_id")
HANDLE = Permission("assignments.handle", unit_of="unit_id")
