"""Actions on phones and on the records that they send."""

from doanso.sync.actions.decisions import leave_version, retry_quarantined, take_version
from doanso.sync.actions.delivery import DeliveryResult, deliver_backup
from doanso.sync.actions.devices import DeviceRegistration, register_device, renew_lease, revoke_device
from doanso.sync.actions.photos import drop_old_photos
from doanso.sync.actions.reception import receive_batch
from doanso.sync.actions.retention import drop_old_bytes

__all__ = [
    "DeliveryResult",
    "DeviceRegistration",
    "deliver_backup",
    "drop_old_bytes",
    "drop_old_photos",
    "leave_version",
    "receive_batch",
    "register_device",
    "renew_lease",
    "retry_quarantined",
    "revoke_device",
    "take_version",
]
