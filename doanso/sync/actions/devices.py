"""Registration, lease, revocation and reinstatement of phones."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from doanso.accounts import actions as accounts
from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock, database
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


def _lock_devices_of(user_id: UUID) -> None:
    """Lock the number of phones in service of a user; taken before the row of a phone is locked."""
    database.lock([f"sync.devices.{user_id}"], shared=False)


def _require_room(user_id: UUID) -> None:
    """Raise `Refused` if no further phone of the user may come into service. The caller holds the lock of their number."""
    if Device.objects.filter(user=user_id, revoked_at=None).count() >= MOST_OF_ONE_USER:
        message = _("Twenty phones are in service for you. Take one of them out of service first.")
        raise Refused(Problem("device_many", message))


def revoked_problem() -> Problem:
    """Return the problem shown to the holder of a revoked phone, with the way back into service."""
    message = _(
        "This phone was taken out of service. Hand what it has not sent to your officer as a backup file. To use it again, "
        "ask your officer to reinstate it on the page “Phones”, then sign in on it."
    )
    return Problem("device_revoked", message)


@transaction.atomic
def register_device(*, actor: User, device_id: UUID, name: str) -> DeviceRegistration:
    """Register the actor's phone, or issue a new token to a registered one, which invalidates the old token.

    The caller has checked the actor's password. A revoked phone is refused until an officer reinstates it.
    """
    if not policy.BRING.allows_anywhere(actor):
        raise PermissionDenied(policy.BRING.name)
    name = name.strip()[:80] or pgettext("device", "Phone")
    token, now = rules.new_token(), clock.now()
    _lock_devices_of(actor.pk)
    device = Device.objects.select_for_update().filter(pk=device_id).first()
    if device is not None and device.user_id != actor.pk:
        message = _("This phone is in service for somebody else. They sign out on it first.")
        raise Refused(Problem("device_taken", message, "id"))
    if device is not None and device.revoked_at is not None:
        raise Refused(revoked_problem())
    is_new = device is None
    if device is None:
        _require_room(actor.pk)
        device = Device(pk=device_id, user=actor)
    device.name, device.token_hash = name, rules.token_hash(token)
    device.registered_at = device.seen_at = now
    device.lease_until = now + rules.LEASE
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
    """Revoke a phone, which wipes itself at its next call, and end every session of its holder; a repetition does nothing.

    All sessions, because a phone does not tell the server in which browser session it was registered.
    """
    policy.MANAGE_DEVICES.require(actor, device)
    locked_device = Device.objects.select_for_update().get(pk=device.pk)
    if locked_device.revoked_at is None:
        locked_device.revoked_at, locked_device.revoked_by = clock.now(), actor
        locked_device.save(update_fields=["revoked_at", "revoked_by"])
        accounts.end_sessions(locked_device.user)
        record(actor=actor, action="sync.revoke_device", obj=locked_device)
    return locked_device


@transaction.atomic
def reinstate_device(*, actor: User, device: Device) -> Device:
    """Let a revoked phone be registered again; a repetition does nothing.

    Its old token stays invalid: the holder signs in on the phone and types the password, as for a phone whose lease is over.
    """
    policy.REINSTATE_DEVICES.require(actor, device)
    if device.user_id == actor.pk:
        message = _("Nobody reinstates their own phone. Ask another officer.")
        raise Refused(Problem("device_own", message))
    _lock_devices_of(device.user_id)
    locked_device = Device.objects.select_for_update().get(pk=device.pk)
    if locked_device.revoked_at is not None:
        _require_room(locked_device.user_id)
        locked_device.token_hash = rules.token_hash(rules.new_token())
        locked_device.lease_until = clock.now()
        locked_device.revoked_at = locked_device.revoked_by = locked_device.wiped_at = None
        locked_device.save(update_fields=["token_hash", "lease_until", "revoked_at", "revoked_by", "wiped_at"])
        record(actor=actor, action="sync.reinstate_device", obj=locked_device)
    return locked_device


def mark_wiped(*, device_id: UUID) -> None:
    """Store when the phone was first ordered to wipe itself."""
    Device.objects.filter(pk=device_id, wiped_at=None).update(wiped_at=clock.now())
