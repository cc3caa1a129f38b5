"""Who sees the helps a unit gave, who records them, and who decides about disputes. All are asked of the helping unit."""

from doanso.access.policy import Permission

VIEW = Permission("support.view", unit_of="unit_id")
RECORD = Permission("support.record", unit_of="unit_id")
DECIDE = Permission("support.decide", unit_of="unit_id")
# Calling back is for whoever stands above the unit that helped; of rounds, and by `allows_at` of units.
RECHECK = Permission("support.recheck", unit_of="unit_id")
