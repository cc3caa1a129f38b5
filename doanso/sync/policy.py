"""Who settles records that wait for a person, and who takes a phone out of service."""

from doanso.access.policy import Verb

DECIDE = Verb("sync.decide", unit_of="unit_id")
# Of devices: whoever holds one, and the officers who gave its holder a role.
MANAGE_DEVICES = Verb("sync.manage_devices", unit_of="user__holdings__unit_id", own_of="user_id")
