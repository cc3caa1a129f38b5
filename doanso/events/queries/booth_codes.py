"""Reads of booths' codes: by link or typed code, with what decides whether they work now, and the stamps of one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from doanso.access.policy import masked_name
from doanso.events import booth_keys, tickets
from doanso.events.models import (
    BoothCode,
    BoothReport,
    BoothStamp,
    Event,
    Registration,
    RegistrationState,
    Shift,
    ShiftVolunteer,
    StampState,
)
from doanso.events.rules import booths as rules
from doanso.events.rules.booths import CodeTerms
from doanso.lib import clock
from doanso.lib.access_codes import clean_code, is_code, is_link
from doanso.lib.problems import Problem

MOST_SHOWN = 100
"""Stamps that the page of a booth lists; its counts are of all."""


@dataclass(frozen=True, slots=True)
class StampRow:
    """A stamp as the staff of the booth sees it: by number and initials."""

    stamp: BoothStamp
    number: int
    initials: str
    may_undo: bool


@dataclass(frozen=True, slots=True)
class BoothDesk:
    """What the page of a booth shows beside the form: the stamps of its code, the latest first, and the booth's last report."""

    rows: Sequence[StampRow]
    count: int
    waiting: int
    confirmed: int
    report: BoothReport | None


def all_codes() -> QuerySet[BoothCode]:
    """Return codes with everything that decides whether they work: shift, event, booth, and whether the helper is on duty."""
    helpers = ShiftVolunteer.objects.filter(shift=OuterRef("shift")).filter(
        Q(member=OuterRef("member")) | Q(teammate=OuterRef("teammate"))
    )
    rows = BoothCode.objects.select_related("shift__event__unit", "shift__unit", "booth__service")
    return rows.annotate(on_duty=Exists(helpers))


def code_by_link(link: str) -> BoothCode | None:
    """Return the code of a secret link, one that is over too."""
    return all_codes().filter(link_lookup=booth_keys.link_lookup(link)).first() if is_link(link) else None


def code_by_letters(typed: str) -> BoothCode | None:
    """Return the code that somebody typed."""
    letters = clean_code(typed)
    return all_codes().filter(code_lookup=booth_keys.code_lookup(letters)).first() if is_code(letters) else None


def code_terms(code: BoothCode) -> CodeTerms:
    """Return what decides whether a code of `all_codes` works."""
    shift = code.shift
    return CodeTerms(
        ended=code.ended_at is not None or not code.on_duty,  # type: ignore[attr-defined]
        shift_removed=shift.removed_at is not None,
        same_booth=shift.booth_id == code.booth_id,
        event_state=shift.event.state,
        day=shift.event.day,
        ends=shift.ends,
    )


def stamping_problem(code: BoothCode) -> Problem | None:
    """Return why nothing is stamped with this code now."""
    return rules.code_problem(code_terms(code), clock.today(), clock.now())


def active_code_of(shift: Shift) -> BoothCode | None:
    """Return the code of a shift that was not ended; one statement."""
    rows = all_codes().select_related("shift__event__unit", "booth", "member__contact", "teammate", "made_by")
    return rows.filter(shift=shift, ended_at=None).first()


def helper_name(code: BoothCode) -> str:
    """Return the name of the volunteer who helps there; empty once it was erased."""
    if code.member is not None:
        return code.member.contact.name
    return code.teammate.name if code.teammate is not None else ""


def ticket_of(event: Event, typed: str, *, gate_code: str = "") -> Registration | None:
    """Return the ticket that a booth means by its number, or by what a phone or a camera has read of its code."""
    rows = Registration.objects.filter(event=event).exclude(state=RegistrationState.CANCELLED)
    if gate_code:
        return rows.filter(gate_code=gate_code).first()
    number = typed.strip().lstrip("#")
    if number.isdecimal() and len(number) < 8:
        return rows.filter(number=int(number)).first()
    return None


def desk_of(code: BoothCode) -> BoothDesk:
    """Return the stamps of a code and the booth's last report; four statements."""
    stamps = BoothStamp.objects.filter(code=code).exclude(state="undone")
    now, latest = clock.now(), stamps.select_related("registration").order_by("-made_at", "-pk")
    counts = {state: stamps.filter(state=state).count() for state in ("waiting", "confirmed")}
    rows = [_stamp_row(stamp, now) for stamp in latest[:MOST_SHOWN]]
    report = BoothReport.objects.filter(booth=code.booth_id).order_by("-version").first()
    total = len(rows) if len(rows) < MOST_SHOWN else stamps.count()
    return BoothDesk(rows, total, counts["waiting"], counts["confirmed"], report)


def _stamp_row(stamp: BoothStamp, now: datetime) -> StampRow:
    return StampRow(
        stamp,
        stamp.registration.number,
        masked_name(stamp.registration.name),
        rules.undo_problem(stamp.state, stamp.made_at, now) is None,
    )


def stamps_are_over(event: Event) -> bool:
    """Return whether nobody can have a stamp of this event yet, or nobody answers one any more; no statement."""
    today = clock.today()
    return today < event.day or rules.answer_problem("waiting", event.day, today) is not None


def stamps_of_ticket(registration: Registration) -> list[BoothStamp]:
    """Return the stamps of a ticket that were not undone, oldest first, with booth and record; one statement."""
    rows = BoothStamp.objects.filter(registration=registration).exclude(state="undone")
    rows = rows.select_related("booth__event_partner__partner", "booth__service", "support_record__receipt")
    return list(rows.order_by("made_at", "pk"))


def stamp_of_ticket(registration: Registration, stamp_id: UUID) -> BoothStamp | None:
    """Return one stamp of a ticket, an undone one too."""
    rows = BoothStamp.objects.filter(registration=registration, pk=stamp_id)
    return rows.select_related(
        "booth__event_partner__partner", "booth__service", "code__shift__unit", "support_record__receipt"
    ).first()


def stamps_at_booth(code: BoothCode, registration: Registration) -> list[BoothStamp]:
    """Return what the booth of a code has recorded on a ticket and not undone, oldest first; one statement."""
    rows = BoothStamp.objects.filter(booth=code.booth_id, registration=registration)
    return list(rows.exclude(state=StampState.UNDONE).order_by("made_at", "pk"))


def unanswered_count(registration: Registration) -> int:
    """Return how many stamps of a ticket wait for its holder; one statement."""
    return BoothStamp.objects.filter(registration=registration, state=StampState.WAITING).count()


def is_own_receipt(stamp: BoothStamp) -> bool:
    """Return whether everything on the receipt of a stamp's record was made by this ticket: its holder may see it then."""
    record = stamp.support_record
    if record is None or record.receipt_id is None or not stamp.is_certain or record.taken_back_at is not None:
        return False
    own = BoothStamp.objects.filter(
        registration=stamp.registration_id, is_certain=True, support_record__isnull=False
    ).values("support_record")
    return not type(record).objects.filter(receipt=record.receipt_id, taken_back_at=None).exclude(pk__in=own).exists()


def open_ticket(link: str) -> Registration | None:
    """Return the ticket of a link with event and member."""
    if not is_link(link):
        return None
    rows = Registration.objects.select_related("event__unit", "unit", "member__contact")
    return rows.filter(link_lookup=tickets.link_lookup(link)).first()


class KnownName(NamedTuple):
    """Name and year of birth by which the holder of a ticket is recorded; empty where the holder is asked."""

    name: str
    birth_year: int | None


def known_name(ticket: Registration) -> KnownName:
    """Return what is known of a ticket's holder: from the ticket, else from its member, else from an earlier confirmation."""
    name, year = ticket.name, ticket.birth_year
    if name and year is not None:
        return KnownName(name, year)
    contact = ticket.member.contact if ticket.member is not None else None
    if contact is None:
        rows = BoothStamp.objects.filter(registration=ticket, support_record__contact__erased_at=None)
        row = rows.exclude(support_record__contact=None).select_related("support_record__contact").first()
        contact = row.support_record.contact if row is not None and row.support_record is not None else None
    if contact is None:
        return KnownName(name, year)
    born = contact.birth_date.year if contact.birth_date is not None else contact.birth_year
    return KnownName(name or contact.name, year or born)
