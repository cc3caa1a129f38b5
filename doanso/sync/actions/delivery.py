"""Delivery of a phone's backup file: its records are received as if the phone had sent them."""

from dataclasses import dataclass, field
from itertools import batched
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib.problems import Problem, Refused
from doanso.sync import policy, rules
from doanso.sync.actions.reception import receive_batch
from doanso.sync.backup import open_backup
from doanso.sync.batches import Acknowledgement, RecordPayload, RejectedRecord
from doanso.sync.models import Device


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """The outcome of a delivered backup. `damaged` holds the ids of records that could not be decrypted."""

    device: Device
    acks: list[Acknowledgement] = field(default_factory=list)
    rejected: list[RejectedRecord] = field(default_factory=list)
    damaged: list[str] = field(default_factory=list)


def deliver_backup(*, actor: User, file: bytes) -> DeliveryResult:
    """Receive the backup of a phone that the officer manages, in the officer's name; a repetition changes nothing.

    Records are received in lots of a hundred, each committed by itself: an interrupted delivery is simply repeated.
    """
    if not policy.DECIDE.allows_anywhere(actor):
        raise PermissionDenied(policy.DECIDE.name)
    backup = open_backup(file)
    device = Device.objects.select_related("user").filter(pk=backup.device_id).first()
    if device is None or not policy.MANAGE_DEVICES.allows(actor, device):
        message = _("This phone belongs to nobody of your units. Give the file to the officer of its holder's unit.")
        raise Refused(Problem("device_foreign", message, "file"))
    delivered = DeliveryResult(device, damaged=list(backup.damaged))
    entries = []
    for backup_record in backup.records:
        try:
            entries.append(
                RecordPayload(UUID(backup_record.record_id), backup_record.content_hash, backup_record.payload)
            )
        except ValueError:
            delivered.damaged.append(backup_record.record_id)
    for lot in batched(entries, rules.MOST_RECORDS):
        # The file is days old, so the skew of the phone's clock is unknown.
        answer = receive_batch(device=device, actor=actor, sent_at=None, entries=lot)
        delivered.acks.extend(answer.acks)
        delivered.rejected.extend(answer.rejected)
    if delivered.acks:
        with transaction.atomic():
            record(actor=actor, action="sync.deliver", obj=device)
    return delivered
