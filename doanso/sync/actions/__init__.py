"""Deeds on phones and on what they send."""

from doanso.sync.actions.decisions import leave_version, take_version, try_again
from doanso.sync.actions.delivery import Delivered, deliver_backup
from doanso.sync.actions.devices import Registered, register_device, renew_lease, revoke_device
from doanso.sync.actions.photos import drop_old_photos
from doanso.sync.actions.reception import receive
from doanso.sync.actions.retention import drop_old_bytes

__all__ = [
    "Delivered",
    "Registered",
    "deliver_backup",
    "drop_old_bytes",
    "drop_old_photos",
    "leave_version",
    "receive",
    "register_device",
    "renew_lease",
    "revoke_device",
    "take_version",
    "try_again",
]
