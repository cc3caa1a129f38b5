"""Actions on phones and on the records that they send."""

from doanso.sync.actions.decisions import leave_version, retry_quarantined, take_version
from doanso.sync.actions.delivery import DeliveryResult, deliver_backup
from doanso.sync.actions.devices import (
    DeviceRegistration,
    mark_wiped,
    register_device,
    reinstate_device,
    renew_lease,
    revoke_device,
    revoked_problem,
)
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
    "mark_wiped",
    "receive_batch",
    "register_device",
    "reinstate_device",
    "renew_lease",
    "retry_quarantined",
    "revoke_device",
    "revoked_problem",
    "take_version",
]
