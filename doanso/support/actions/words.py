"""The helped person's "yes, that is how it was" written down, with what about it an officer should look at."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from doanso.lib import clock
from doanso.support import queries, rules
from doanso.support.models import Confirmation, DaySalt

RESIDENT = "người dân"
"""How history names whoever holds the slip."""


@dataclass(frozen=True, slots=True)
class Word:
    """A word given to a slip; the device is a hash already, and empty once it is older than seven days."""

    receipt_id: UUID
    unit_id: UUID
    made_at: datetime
    staff_browser: bool
    device: str


def device_of_today(device: Sequence[str]) -> str:
    """The hash of what tells one browser from another, under the salt of the business day."""
    day_salt, _made = DaySalt.objects.get_or_create(day=clock.today(), defaults={"salt": rules.new_salt()})
    return rules.device_hash(bytes(day_salt.salt), device)


def day_of(moment: datetime) -> date:
    """The business day of a moment; where the business day is set by hand, as many days ago as by real time."""
    return clock.today() - (clock.local(clock.now()).date() - clock.local(moment).date())


def write_words(words: Sequence[Word]) -> list[Confirmation]:
    """Write them down, in a fixed number of statements; what is odd about one is flagged for an officer."""
    days = [day_of(word.made_at) for word in words]
    first, last = min(word.made_at for word in words), max(word.made_at for word in words)
    of_units = defaultdict(list)
    around = Confirmation.objects.filter(unit__in={word.unit_id for word in words}).filter(
        made_at__range=(first - rules.BURST_SPAN, last)
    )
    for unit_id, made_at in around.order_by("-made_at").values_list("unit_id", "made_at"):
        of_units[unit_id].append(made_at)
    of_devices = defaultdict(set)
    devices = {word.device for word in words} - {""}
    same = Confirmation.objects.filter(device__in=devices, made_on__in=set(days))
    for device, made_on, receipt_id in same.values_list("device", "made_on", "receipt_id"):
        of_devices[device, made_on].add(receipt_id)
    deadlines = queries.deadlines(min(days), max(days) + rules.BEFORE_DEADLINE)
    written = []
    for word, today in sorted(zip(words, days, strict=True), key=lambda pair: pair[0].made_at):
        receipt_ids = of_devices[word.device, today]
        context = rules.Around(
            made_at=word.made_at,
            today=today,
            of_unit=of_units[word.unit_id],
            receipts_of_device=len(receipt_ids - {word.receipt_id}) if word.device else 0,
            deadlines=deadlines,
        )
        written.append(
            Confirmation(
                receipt_id=word.receipt_id,
                unit_id=word.unit_id,
                made_at=word.made_at,
                made_on=today,
                staff_browser=word.staff_browser,
                device=word.device,
                flags=rules.flags(context),
            )
        )
        of_units[word.unit_id].append(word.made_at)
        receipt_ids.add(word.receipt_id)
    return Confirmation.objects.bulk_create(written)
