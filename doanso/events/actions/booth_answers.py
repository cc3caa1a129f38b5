"""The holder of a ticket answers what a booth has stamped: it is so, and becomes a support record, or it is not so."""

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.events import notices
from doanso.events.actions.registrations import HOLDER
from doanso.events.models import BoothStamp, Registration, RegistrationState, StampState
from doanso.events.queries import booth_codes as queries
from doanso.events.rules import booths as rules
from doanso.events.rules import needs_guardian
from doanso.lib import clock, vietnamese
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import queries as members
from doanso.people import actions as people
from doanso.people import queries as persons
from doanso.people.actions import BusinessInput, NewContact, Particulars
from doanso.people.models import Channel, Contact
from doanso.support import actions as support
from doanso.support.actions import RECORD_PURPOSE, ConsentInput, Helper, RecordResult, SupportRecordInput
from doanso.support.models import HelperKind, SupportRecord, SupportRecordSource


@dataclass(frozen=True, slots=True)
class AnswerInput:
    """What the holder enters. Name and year are asked of a ticket without them; `unnamed`: do not write me down."""

    name: str = ""
    birth_year: int | None = None
    phone: str = ""
    guardian_name: str = ""
    guardian_agreed: bool = False
    shop_name: str = ""
    house_number: str = ""
    street: str = ""
    unnamed: bool = False
    # The holder says that they and the volunteer of the same name are two people.
    namesakes: bool = False


def confirm_stamp(
    *, link: str, stamp_id: UUID, inputs: AnswerInput, staff_browser: bool, device: Sequence[str], network: str
) -> BoothStamp:
    """Confirm a stamp: it becomes a support record of the volunteer's unit, matched and counted as every other one.

    All stamps of a ticket are one person's: the first confirmation finds or creates the person, later ones take the same. A
    receiver who has a record of that unit, service and day already keeps that one. The receipt is confirmed at once, as
    by its own page: grade 3, but not in a browser of the Union's people or of a booth, nor where the receipt holds what the
    holder has not seen. A second call changes nothing.
    """
    with _answering(link, stamp_id, network) as (registration, stamps, stamp):
        if stamp.state == StampState.CONFIRMED:
            return stamp
        if stamp.state == StampState.DENIED:
            raise Refused(Problem("stamp_denied", _("You have said that this is not so. Nothing is counted.")))
        refuse(rules.answer_problem(stamp.state, registration.event.day, clock.today()))
        return _confirm(registration, stamps, stamp, inputs, staff_browser, device)


def deny_stamp(*, link: str, stamp_id: UUID, network: str) -> BoothStamp:
    """Say that it is not so: nothing is counted, and the event's unit is notified. A second call changes nothing.

    `withdraw_denial` takes it back. What was confirmed before is disputed on its receipt.
    """
    with _answering(link, stamp_id, network) as (registration, _stamps, stamp):
        if stamp.state == StampState.DENIED:
            return stamp
        if stamp.state == StampState.CONFIRMED:
            raise Refused(Problem("stamp_confirmed", _("You have confirmed this. Say on the receipt what is wrong.")))
        refuse(rules.answer_problem(stamp.state, registration.event.day, clock.today()))
        stamp.state, stamp.ended_at = StampState.DENIED, clock.now()
        stamp.save(update_fields=["state", "ended_at"])
        record(
            actor=None,
            action="events.deny_stamp",
            obj=registration,
            unit=registration.unit_id,
            note=HOLDER,
        )
        notices.notify_denied_stamp(registration.event, stamp, registration.number)
        return stamp


def withdraw_denial(*, link: str, stamp_id: UUID, network: str) -> BoothStamp:
    """Take back that it is not so, as long as stamps are answered: the stamp waits again, and its alarm is removed.

    Nothing counts by that alone; the holder then answers anew. A second call changes nothing.
    """
    with _answering(link, stamp_id, network) as (registration, _stamps, stamp):
        refuse(rules.answer_problem(stamp.state, registration.event.day, clock.today()))
        if stamp.state != StampState.DENIED:
            return stamp
        stamp.state, stamp.ended_at = StampState.WAITING, None
        stamp.save(update_fields=["state", "ended_at"])
        record(actor=None, action="events.withdraw_denial", obj=registration, unit=registration.unit_id, note=HOLDER)
        notices.clear_denied_stamp(stamp)
        return stamp


@contextmanager
def _answering(
    link: str, stamp_id: UUID, network: str
) -> Generator[tuple[Registration, Sequence[BoothStamp], BoothStamp]]:
    """Limit the answers of a network; yield the ticket, all its stamps and the answered one, locked in a transaction."""
    support.limit_requests("booth-answer", network, rules.ANSWERS_OF_A_PLACE)
    with transaction.atomic():
        registration, stamps = _locked(link)
        yield registration, stamps, _answered(stamps, stamp_id)


def _locked(link: str) -> tuple[Registration, list[BoothStamp]]:
    """Return the ticket with all its stamps, locked: two answers of one holder wait for each other."""
    registration = queries.open_ticket(link)
    if registration is None or registration.state == RegistrationState.CANCELLED:
        raise Refused(Problem("ticket_unknown", _("There is no such ticket.")))
    rows = BoothStamp.objects.filter(registration=registration)
    # In a statement of its own: what another answer has written beside the stamps is seen only by a later one.
    list(rows.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    rows = rows.select_related(
        "booth", "code__shift__unit", "code__member__contact", "code__teammate", "support_record"
    )
    return registration, list(rows.order_by("pk"))


def _answered(stamps: Sequence[BoothStamp], stamp_id: UUID) -> BoothStamp:
    stamp = next((stamp for stamp in stamps if stamp.pk == stamp_id), None)
    if stamp is None:
        raise Refused(Problem("stamp_unknown", _("There is nothing to answer here.")))
    return stamp


def _confirm(
    registration: Registration,
    stamps: Sequence[BoothStamp],
    stamp: BoothStamp,
    inputs: AnswerInput,
    staff_browser: bool,
    device: Sequence[str],
) -> BoothStamp:
    unit = stamp.code.shift.unit
    home = members.home_units([unit.pk])[unit.pk]
    earlier = [other.support_record for other in stamps if other.support_record is not None]
    own = {other.support_record_id for other in stamps if other.is_certain and other.support_record_id is not None}
    # Without a receiver it is a time of help, which counts no person and no shop.
    entry = _common(stamp) if inputs.unnamed else _named(registration, stamp, earlier, inputs, home)
    receipts = {row.receipt_id for row in earlier if row.pk in own and row.receipt_id is not None}
    if receipts:
        support.lock_receipts(receipts)
    [result] = support.add_helps(actor=None, unit=unit, entries=[entry], home=home, locked=not inputs.unnamed)
    stamp.state, stamp.ended_at = StampState.CONFIRMED, clock.now()
    stamp.support_record_id = result.support_record_id
    stamp.is_certain = not result.is_known or result.support_record_id in own
    stamp.save(update_fields=["state", "ended_at", "support_record", "is_certain"])
    record(actor=None, action="events.confirm_stamp", obj=registration, unit=registration.unit_id, note=HOLDER)
    if result.receipt_id is not None and _may_confirm(result, own):
        support.confirm_receipt(receipt_id=result.receipt_id, staff_browser=staff_browser, device=device, in_crowd=True)
    return stamp


def _may_confirm(result: RecordResult, own: set[UUID]) -> bool:
    """Return whether the receipt holds nothing but what this ticket has made: its holder has seen nothing else."""
    if result.is_known:
        return False
    others = SupportRecord.objects.filter(receipt=result.receipt_id, taken_back_at=None)
    return not others.exclude(pk__in={result.support_record_id, *own}).exists()


def _helper(stamp: BoothStamp) -> Helper:
    """Return the volunteer who helped. One who was erased since is named by the post."""
    code = stamp.code
    name = queries.helper_name(code) or code.shift.post
    kind = code.teammate.kind if code.teammate is not None else HelperKind.YOUTH
    return Helper(name, str(kind), code.member_id)


def _common(stamp: BoothStamp) -> SupportRecordInput:
    service = stamp.booth.service_id
    if service is None:
        raise Refused(Problem("stamp_kind", _("This booth does not record that any more. Ask the organiser.")))
    return SupportRecordInput(
        service=service,
        happened_on=stamp.code.shift.event.day,
        to_business=stamp.to_business,
        helper=_helper(stamp),
        source=SupportRecordSource.BOOTH,
        source_id=stamp.pk,
    )


def _named(
    registration: Registration,
    stamp: BoothStamp,
    earlier: Sequence[SupportRecord],
    inputs: AnswerInput,
    home: UUID,
) -> SupportRecordInput:
    if stamp.to_business:
        return _of_shop(registration, stamp, earlier, inputs)
    return _of_person(registration, stamp, earlier, inputs, home)


def _of_person(
    registration: Registration,
    stamp: BoothStamp,
    earlier: Sequence[SupportRecord],
    inputs: AnswerInput,
    home: UUID,
) -> SupportRecordInput:
    today = clock.today()
    if registration.erased_at is not None:
        # Its holder was erased and stays counted: another person of the same ticket would be counted beside them.
        message = _("The data of this ticket were deleted on request. Choose not to be written down.")
        raise Refused(Problem("ticket_erased", message))
    person_id = next((row.person_id for row in earlier if row.person_id is not None), None)
    if person_id is None and registration.member is not None:
        person_id = registration.member.person_id
    known = _contact_of(person_id) if person_id is not None else None
    name = vietnamese.tidy_name(registration.name or (known.name if known is not None else "") or inputs.name)
    year = registration.birth_year or _year_of(known) or inputs.birth_year
    if not name:
        raise Refused(Problem("name_missing", _("Write your full name, or choose not to be written down."), "name"))
    if year is None:
        raise Refused(Problem("birth_year_missing", _("Write your year of birth, for example 1990."), "birth_year"))
    guardian = (registration.guardian_name or inputs.guardian_name).strip()
    refuse(people.guardian_problem(birth_date=None, birth_year=year, on=today, guardian_name=guardian))
    if needs_guardian(year, today, persons.guardian_age()) and not inputs.guardian_agreed:
        message = _("A parent or guardian reads this and ticks the box.")
        raise Refused(Problem("guardian_needed", message, "guardian_agreed"))
    particulars = Particulars(
        name=name,
        birth_year=year,
        phone=inputs.phone,
        address=" ".join(f"{inputs.house_number} {inputs.street}".split()),
    )
    people.lock_people_and_shops([(name, year)], [])
    receiver_id = _own_contact(person_id, home, particulars) if person_id is not None else None
    consent = ConsentInput((RECORD_PURPOSE,), Channel.SCREEN, persons.consent_text(today).version, guardian)
    return _common(stamp)._replace(
        person=particulars, consent=consent, namesakes=inputs.namesakes, receiver_id=receiver_id
    )


def _contact_of(person_id: UUID) -> Contact | None:
    """Return how somebody wrote this person down, the oldest first; None of an erased one."""
    rows = Contact.objects.filter(person_id__in=persons.same_person(person_id), erased_at=None)
    return rows.order_by("pk").first()


def _year_of(contact: Contact | None) -> int | None:
    if contact is None:
        return None
    return contact.birth_date.year if contact.birth_date is not None else contact.birth_year


def _own_contact(person_id: UUID, home: UUID, particulars: Particulars) -> UUID:
    """Return the contact of a known person at the unit that keeps the record's contacts, written now where there is none.

    Matching by name and year alone would make a second person of the holder of one ticket.
    """
    # The ticket was read before an erasure that may have been running; what that deletes is not written anew.
    people.lock_unerased([person_id])
    same = persons.same_person(persons.canonical([person_id])[person_id])
    contact = Contact.objects.filter(person_id__in=same, unit_id=home, erased_at=None).order_by("pk").first()
    if contact is not None:
        return contact.pk
    [key] = people.add_contacts([NewContact(home, particulars, persons.canonical([person_id])[person_id])])
    return key.id


def _of_shop(
    registration: Registration, stamp: BoothStamp, earlier: Sequence[SupportRecord], inputs: AnswerInput
) -> SupportRecordInput:
    name = " ".join(inputs.shop_name.split())
    if not name:
        raise Refused(Problem("shop_name_missing", _("Write the name on the shop's sign."), "shop_name"))
    number, street = " ".join(inputs.house_number.split()), " ".join(inputs.street.split())
    if not street and not inputs.phone:
        message = _("Write the street, or the shop's phone: many shops have one name, and each is counted once.")
        raise Refused(Problem("shop_place_missing", message, "street"))
    shop = BusinessInput(
        name=name, phone=inputs.phone, address=f"{number} {street}".strip(), house_number=number, street=street
    )
    people.lock_people_and_shops([], [name])
    folded = vietnamese.fold(name)
    same = next((row for row in earlier if row.business is not None and row.business.folded == folded), None)
    return _common(stamp)._replace(
        business=shop,
        receiver_id=same.business_id if same is not None else None,
        receipt_birth_year=registration.birth_year or inputs.birth_year,
    )
