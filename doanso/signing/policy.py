"""Permissions for seeing and keeping certificates, signing in a unit's name, and managing trusted authorities."""

from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.signing.models import Certificate, SignerKind

# For certificates of units, and the user's own.
VIEW = Permission("signing.view", unit_of="unit_id", own_of="user_id")
KEEP = Permission("signing.keep", unit_of="unit_id", own_of="user_id")
SEAL = Permission("signing.seal", unit_of="unit_id")
# For authorities, which belong to no unit: checked with `allows_anywhere`.
TRUST = Permission("signing.trust", unit_of="unit_id")


def may_sign_with(actor: User, certificate: Certificate) -> bool:
    """Return whether the actor may sign with a certificate: a person's own one, or a unit's under `SEAL` at the unit itself."""
    if certificate.kind == SignerKind.PERSON:
        return actor.is_active and certificate.user_id == actor.pk
    return SEAL.allows_at(actor, certificate.unit)
