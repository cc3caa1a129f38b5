"""Who brings records by phone, who settles those that wait for a person, and who takes a phone out of service."""

from doanso.access.policy import Permission

# Whether somebody may have a phone in service at all; each record asks its own kind besides.
BRING = Permission("sync.bring", unit_of="unit_id")
DECIDE = Permission("sync.decide", unit_of="unit_id")
# Of devices: whoever holds one, and the officers of the units at which its holder has a role.
MANAGE_DEVICES = Permission("sync.manage_devices", unit_of="user__holdings__unit_id", own_of="user_id")
