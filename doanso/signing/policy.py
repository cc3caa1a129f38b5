"""Permissions for seeing and keeping certificates, signing in a unit's name, and managing trusted authorities."""

from doanso.access.policy import Permission

# For certificates of units, and the user's own.
VIEW = Permission("signing.view", unit_of="unit_id", own_of="user_id")
KEEP = Permission("signing.keep", unit_of="unit_id", own_of="user_id")
SEAL = Permission("signing.seal", unit_of="unit_id")
# For authorities, which belong to no unit: checked with `allows_anywhere`.
TRUST = Permission("signing.trust", unit_of="unit_id")
