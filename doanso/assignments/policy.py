"""Who sees the assignments of a unit, and who takes, hands over, postpones and settles them."""

from doanso.access.policy import Verb

VIEW = Verb("assignments.view", unit_of="unit_id")
HANDLE = Verb("assignments.handle", unit_of="unit_id")
