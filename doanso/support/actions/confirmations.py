"""Store the receiver's confirmation, with flags for an officer."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from doanso.lib import clock
from doanso.support import queries, rules
from doanso.support.models import Confirmation, DaySalt

RESIDENT = "người dân"
"""Actor's name in the history for the holder of a receipt."""


@dataclass(frozen=True, slots=True)
class ConfirmationInput:
    """A confirmation of a receipt; the device is a hash, empty once older than seven days.

    `in_crowd`: made at an event, where many confirm within minutes, so that a burst says nothing.
    """

    receipt_id: UUID
    unit_id: UUID
    made_at: datetime
    staff_browser: bool
    device: str
    in_crowd: bool = False


def device_of_today(device: Sequence[str]) -> str:
    """Return the hash of what distinguishes a browser, under the salt of the business day."""
    day_salt, _made = DaySalt.objects.get_or_create(day=clock.today(), defaults={"salt": rules.new_salt()})
    return rules.device_hash(bytes(day_salt.salt), device)


def write_confirmations(inputs: Sequence[ConfirmationInput]) -> list[Confirmation]:
    """Store confirmations in a fixed number of statements, with flags for suspicious ones."""
    days = [clock.business_day(entry.made_at) for entry in inputs]
    first, last = min(entry.made_at for entry in inputs), max(entry.made_at for entry in inputs)
    of_units = defaultdict(list)
    recent = Confirmation.objects.filter(unit__in={entry.unit_id for entry in inputs}).filter(
        made_at__range=(first - rules.BURST_SPAN, last)
    )
    for unit_id, made_at in recent.order_by("-made_at").values_list("unit_id", "made_at"):
        of_units[unit_id].append(made_at)
    of_devices = defaultdict(set)
    devices = {entry.device for entry in inputs} - {""}
    same = Confirmation.objects.filter(device__in=devices, made_on__in=set(days))
    for device, made_on, receipt_id in same.values_list("device", "made_on", "receipt_id"):
        of_devices[device, made_on].add(receipt_id)
    deadlines = queries.book_ends(min(days), max(days) + rules.BEFORE_DEADLINE)
    written = []
    for entry, today in sorted(zip(inputs, days, strict=True), key=lambda pair: pair[0].made_at):
        receipt_ids = of_devices[entry.device, today]
        context = rules.ConfirmationContext(
            made_at=entry.made_at,
            today=today,
            of_unit=() if entry.in_crowd else of_units[entry.unit_id],
            receipts_of_device=len(receipt_ids - {entry.receipt_id}) if entry.device else 0,
            deadlines=deadlines,
        )
        written.append(
            Confirmation(
                receipt_id=entry.receipt_id,
                unit_id=entry.unit_id,
                made_at=entry.made_at,
                made_on=today,
                staff_browser=entry.staff_browser,
                device=entry.device,
                flags=rules.confirmation_flags(context),
            )
        )
        of_units[entry.unit_id].append(entry.made_at)
        receipt_ids.add(entry.receipt_id)
    return Confirmation.objects.bulk_create(written)
