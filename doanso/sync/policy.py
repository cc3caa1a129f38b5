"""Permissions to bring records by phone, to decide about waiting ones, and to manage phones."""

from doanso.access.policy import Permission

# Permission to have a registered phone at all; each record also asks its own kind.
BRING = Permission("sync.bring", unit_of="unit_id")
DECIDE = Permission("sync.decide", unit_of="unit_id")
# A device is managed by its holder and by the officers of the units at which its holder has a role.
MANAGE_DEVICES = Permission("sync.manage_devices", unit_of="user__role_assignments__unit_id", own_of="user_id")
# A revoked device comes back only by such an officer, never by its holder.
REINSTATE_DEVICES = Permission("sync.reinstate_devices", unit_of="user__role_assignments__unit_id")
