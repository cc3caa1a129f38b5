"""Who sees and keeps certificates, who signs in a unit's name, and who says which authorities are trusted."""

from doanso.access.policy import Permission

# Of certificates: a unit's, and one's own.
VIEW = Permission("signing.view", unit_of="unit_id", own_of="user_id")
KEEP = Permission("signing.keep", unit_of="unit_id", own_of="user_id")
SEAL = Permission("signing.seal", unit_of="unit_id")
# Of authorities, which belong to no unit: asked with `allows_anywhere`.
TRUST = Permission("signing.trust", unit_of="unit_id")
