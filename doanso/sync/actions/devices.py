"""Registration, lease and revocation of phones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.sync import policy, rules
from doanso.sync.models import Device

MOST_OF_ONE_USER = 20
_SOON = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class DeviceRegistration:
    """A registered phone and its token, which only this result holds; the database keeps its hash."""

    device: Device
    token: str


@transaction.atomic
def register_device(*, actor: User, device_id: UUID, name: str) -> DeviceRegistration:
    """Register the actor's phone, or issue a new token to a registered one, which invalidates the old token."""
    if not policy.BRING.allows_anywhere(actor):
        raise PermissionDenied(policy.BRING.name)
    name = name.strip()[:80] or pgettext("device", "Phone")
    token, now = rules.new_token(), clock.now()
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device is not None and device.user_id != actor.pk:
        message = _("This phone is in service for somebody else. They sign out on it first.")
        raise Refused(Problem("device_taken", message, "id"))
    is_new = device is None
    if device is None:
        if Device.objects.filter(user=actor, revoked_at=None).count() >= MOST_OF_ONE_USER:
            message = _("Twenty phones are in service for you. Take one of them out of service first.")
            raise Refused(Problem("device_many", message))
        device = Device(pk=device_id, user=actor)
    device.name, device.token_hash = name, rules.token_hash(token)
    device.registered_at = device.seen_at = now
    device.lease_until = now + rules.LEASE
    device.revoked_at = device.revoked_by = device.wiped_at = None
    device.save(force_insert=is_new)
    record(actor=actor, action="sync.register_device", obj=device)
    return DeviceRegistration(device, token)


def renew_lease(*, device: Device, now: datetime) -> datetime:
    """Renew the lease at a contact and return its end; it is written at most once an hour, since reads are many.

    A last contact in the future was written while the server's clock was wrong, and is overwritten.
    """
    if abs(now - device.seen_at) >= _SOON:
        device.seen_at, device.lease_until = now, now + rules.LEASE
        Device.objects.filter(pk=device.pk).update(seen_at=device.seen_at, lease_until=device.lease_until)
    return device.lease_until


@transaction.atomic
def revoke_device(*, actor: User, device: Device) -> Device:
    """Revoke a phone, which wipes itself at its next call; a repetition does nothing."""
    policy.MANAGE_DEVICES.require(actor, device)
    locked_device = Device.objects.select_for_update().get(pk=device.pk)
    if locked_device.revoked_at is None:
        locked_device.revoked_at, locked_device.revoked_by = clock.now(), actor
        locked_device.save(update_fields=["revoked_at", "revoked_by"])
        record(actor=actor, action="sync.revoke_device", obj=locked_device)
    return locked_device
