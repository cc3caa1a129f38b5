"""Data of the anomaly checks: visits of some days with who was present, and running drives."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from hashlib import sha256
from uuid import UUID

from django.db.models import Count, Max, Q
from django.utils.timezone import get_default_timezone

from doanso.lib import encryption
from doanso.outreach.models import CONFIRMS, Door, Drive, Visit, VisitSupportRecord
from doanso.outreach.queries import doors as door_reads
from doanso.outreach.rules.anomaly_checks import CheckedVisit
from doanso.outreach.rules.doors import FINAL
from doanso.units.models import Unit

SIGNATURE_CONTEXT = "outreach.visit.signature"


def visits_between(first: date, last: date) -> list[CheckedVisit]:
    """Return the visits in effect of some days (both included) as the rules read them; three statements."""
    numbers = _numbers(first, last)
    visits = Visit.objects.filter(
        unit__in=list(Unit.objects.values_list("pk", flat=True)),
        happened_on__range=(first, last),
        taken_back_at=None,
    )
    columns = (
        *("pk", "recorded_by_id", "unit_id", "happened_on", "began_at", "ended_at", "outcome"),
        *("household_id", "business_id", "door_id"),
        *("first_id", "first_how", "second_id", "second_how", "second_problem", "signature_encrypted"),
    )
    checked_visits = []
    for pk, by, unit, day, began, ended, outcome, home, shop, door, *pair, signed in visits.order_by().values_list(
        *columns
    ):
        checked_visits.append(
            CheckedVisit(
                visit=pk,
                recorder=by,
                unit=unit,
                day=day,
                began=_here(began),
                ended=_here(ended),
                outcome=outcome,
                door=home or shop or door,
                confirmed=_confirmed_ids(*pair),
                signature=_drawing(signed),
                numbers=frozenset(numbers.get(pk, ())),
            )
        )
    return checked_visits


def _here(moment: datetime) -> datetime:
    return moment.astimezone(get_default_timezone())


def _confirmed_ids(
    first: UUID | None, first_how: str, second: UUID | None, second_how: str, problem: str
) -> tuple[UUID, ...]:
    """Return the teammates whose presence is confirmed."""
    pair = ((first, first_how in CONFIRMS), (second, second_how in CONFIRMS and not problem))
    return tuple(person for person, confirmed in pair if person is not None and confirmed)


def _drawing(sealed: bytes) -> str:
    """Return a value that is equal for equal drawings; one that can't be decrypted equals no other."""
    if not sealed:
        return ""
    try:
        return sha256(encryption.decrypt_bytes(sealed, context=SIGNATURE_CONTEXT)).hexdigest()
    except encryption.DecryptionError:
        return ""


def _numbers(first: date, last: date) -> dict[UUID, set[str]]:
    """Return by visit the keyed hashes of the phones of its receivers."""
    rows = VisitSupportRecord.objects.filter(
        ~Q(support_record__contact__phone_lookup=""),
        support_record__contact__isnull=False,
        support_record__happened_on__range=(first, last),
    )
    numbers: dict[UUID, set[str]] = defaultdict(set)
    for visit, number in rows.values_list("visit_id", "support_record__contact__phone_lookup"):
        numbers[visit].add(number)
    return numbers


@dataclass(frozen=True, slots=True)
class RunningDrive:
    """A running drive: its number of open doors, and the day of the last visit."""

    drive: Drive
    left: int
    last: date | None


def running_drives(on: date) -> Sequence[RunningDrive]:
    """Return the drives of the day; two statements."""
    drives = list(Drive.objects.filter(ended_at=None, since__lte=on, until__gt=on).select_related("unit"))
    doors = Door.objects.filter(door_reads.PLACE_EXISTS, drive__in=[drive.pk for drive in drives]).values_list(
        "drive_id"
    )
    figures = doors.annotate(left=Count("pk", filter=~Q(outcome__in=FINAL)), last=Max("visited_on")).order_by()
    by_drive = {drive_id: (left, last) for drive_id, left, last in figures} if drives else {}
    return [RunningDrive(drive, *by_drive.get(drive.pk, (0, None))) for drive in drives]
