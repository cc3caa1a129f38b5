"""Correction of a visit by an officer: the pair's own report stays readable, and figures and support records follow in the
transaction.
"""

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.models import AdoptionStage
from doanso.audit.actions import record
from doanso.lib import clock, database, phone, vietnamese
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.outreach import policy
from doanso.outreach.actions.doors import lock_doors, recompute_doors
from doanso.outreach.actions.visits.help_histories import (
    ReportedHelp,
    find_unshared_helps,
    lock_confirmations,
    lock_reported_helps,
)
from doanso.outreach.actions.visits.posting import post_recount
from doanso.outreach.actions.visits.recounts import plan_recount
from doanso.outreach.actions.visits.residences import Residence, corrected_residence
from doanso.outreach.models import AwaitedConfirmation, How, Teammate, Visit, VisitAmendment, VisitSupportRecord
from doanso.outreach.queries import amendments as reads
from doanso.outreach.queries.doors import find_doors
from doanso.outreach.rules import amendments as rules
from doanso.outreach.rules import visits as visit_rules
from doanso.outreach.rules.amendments import HelpContent, PersonContent, VisitContent
from doanso.outreach.rules.teams import words_problem
from doanso.outreach.rules.visits import PairMember
from doanso.people import actions as people
from doanso.people import queries as known
from doanso.people.actions import BusinessInput, DoorInput
from doanso.people.models import Consent, Contact, Person
from doanso.support import actions as support
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput
from doanso.support.models import SupportRecord, SupportRecordSource
from doanso.units.models import Unit

SUPPORT = "support"
_HELP_COLUMNS = ("kind", "before", "after", "obstacle")


@dataclass(slots=True)
class _AmendedVisit:
    """One visit being corrected: its row before and after, and data common to both."""

    actor: User
    old: Visit
    new: Visit
    home: UUID
    current: reads.AmendableVisit
    content: VisitContent
    helps: list[ReportedHelp]
    first: Helper
    second: Helper | None


@transaction.atomic
def amend_visit(*, actor: User, visit: Visit, content: VisitContent, reason: str, version: str) -> Visit:
    """Correct a visit; `version` is the one from which the officer started.

    An officer cannot confirm for others that they were present or helped: a second who confirmed stays, and a support record
    that its receiver confirmed is not removed. One that moves to another day or service is a dated new entry at the end of the
    line and waits for its receiver's confirmation anew. Pictures stay.
    """
    policy.AMEND.require(actor, visit)
    if visit.business is not None:
        # A shop moved to another door is matched there by name, and names are locked before rows.
        people.lock_people_and_shops([], [visit.business.name])
    lock_confirmations([visit.pk])
    old = Visit.objects.select_for_update(of=("self",)).get(pk=visit.pk)
    current = reads.amendable_visit(old)
    changed = rules.changed_fields(current.content, content)
    _require(old, current, changed, reason=reason, version=version)
    home = reads.home_of(old)
    new = _amended_row(old, current.content, content, home)
    amended = _AmendedVisit(
        actor, old, new, home, current, content, [], _helper(new.first, new.first_name, new.first_kind), None
    )
    if new.second_how != How.NONE and new.second_name:
        amended.second = _helper(new.second, new.second_name, new.second_kind)
    _require_sound(amended)
    lock_doors([old.door_id, new.door_id])
    amended.helps = lock_reported_helps(old)
    _correct_people(amended)
    post_recount(plan_recount(old, new))
    new.save(force_update=True)
    _correct_helps(amended)
    _keep_version(amended, changed, reason)
    record(actor=actor, action="outreach.amend", obj=new, unit=new.unit_id, changed=changed)
    recompute_doors(door_ids={door for door in (old.door_id, new.door_id) if door is not None})
    return new


def _require(old: Visit, current: reads.AmendableVisit, changed: Sequence[str], *, reason: str, version: str) -> None:
    """Refuse a visit that was taken back, a stale version, a missing reason, and content without a change."""
    taken_back = Problem("taken_back", _("This visit was taken back. What was said of it stays as it is."))
    meanwhile = _("Somebody changed this visit while you had it open. Look at it as it stands now, then put it right.")
    nothing = Problem("nothing_changed", _("Nothing differs from what stands already."))
    for problem in (
        taken_back if old.taken_back_at is not None else None,
        Problem("changed_meanwhile", meanwhile) if version != current.version else None,
        rules.reason_problem(reason),
        words_problem(reason, "reason"),
        nothing if not changed else None,
    ):
        refuse(problem)


def _amended_row(old: Visit, before: VisitContent, after: VisitContent, home: UUID) -> Visit:
    """Return the row of the corrected visit; nothing is written yet."""
    new = copy(old)
    new.happened_on, new.outcome, new.follow_up_on = after.happened_on, after.outcome, after.follow_up_on
    if (before.happened_on, before.began, before.ended) != (after.happened_on, after.began, after.ended):
        new.began_at, new.ended_at = rules.moved_moments(
            clock.local(old.began_at), clock.local(old.ended_at), before, after
        )
    if after.second != before.second:
        _set_second(new, before, after, home)
        first = PairMember(new.first_id, new.first_name, new.first_kind, new.first_how)
        second = PairMember(new.second_id, new.second_name, new.second_kind, new.second_how)
        new.paired = visit_rules.is_pair(first, second if new.second_name else None)
        new.paired_on = (old.paired_on or clock.today()) if new.paired else None
    return new


def _set_second(new: Visit, before: VisitContent, after: VisitContent, home: UUID) -> None:
    """Set another second: unconfirmed, unless their own confirmation waits for this visit already."""
    teammate = None
    if after.second.teammate_id is not None:
        teammate = Teammate.objects.filter(pk=after.second.teammate_id, unit_id__in={home, new.unit_id}).first()
        if teammate is None or (teammate.pk != new.second_id and not _in_team(teammate, after.happened_on)):
            message = _("This teammate is none of the ward's any more. Choose another one.")
            raise Refused(Problem("mate_unknown", message, "second"))
    keeps = rules.keeps_signature(before.second, after.second)
    new.second, new.second_name = (
        teammate,
        teammate.name if teammate is not None else vietnamese.tidy_name(after.second.name),
    )
    new.second_kind = teammate.kind if teammate is not None else after.second.kind if new.second_name else ""
    if not keeps:
        new.second_how, new.second_problem, new.signature_encrypted = How.NONE, "", b""
    word = AwaitedConfirmation.objects.filter(visit_id=new.pk, teammate=teammate) if teammate is not None else None
    if word is not None and word.exists():
        word.delete()
        new.second_how, new.second_problem = How.SIGN_IN, ""


def _require_sound(amended: _AmendedVisit) -> None:
    before, after, old = amended.current.content, amended.content, amended.old
    first = PairMember(old.first_id, old.first_name, old.first_kind, old.first_how)
    members = reads.contacts_of_members([entry.contact_id for entry in before.people])
    for problem in (
        rules.time_problem(before, after, arrived_on=old.arrived_on),
        visit_rules.outcome_problem(
            after.outcome,
            people=len(after.helps),
            helps=len(after.helps),
            happened_on=after.happened_on,
            follow_up_on=after.follow_up_on,
        ),
        rules.second_problem(
            before, after, how=old.second_how, first=first, same_as_first=_is_first(old, amended.new.second)
        ),
        words_problem(after.second.name, "second"),
        name_problem(after.second.name, "second"),
        *(words_problem(entry.name, "people") or name_problem(entry.name, "people") for entry in after.people),
        rules.people_problem(before, after, members=members),
        rules.helps_problem(before, after, amended.current.evidence),
        rules.place_problem(before, after, has_place=old.household_id is not None or old.business_id is not None),
        words_problem(after.note, "note"),
    ):
        refuse(problem)
    if before.place != after.place:
        _move(amended)


def _is_first(visit: Visit, teammate: Teammate | None) -> bool:
    """Return whether this teammate is the human who is the first: by sign-in or as the same member."""
    if teammate is None:
        return False
    first = visit.first
    users = {visit.recorded_by_id} if first is None else {visit.recorded_by_id, first.user_id}
    if teammate.pk == visit.first_id or (teammate.user_id is not None and teammate.user_id in users):
        return True
    if (
        teammate.user_id is None
        and teammate.member_id is None
        and vietnamese.may_be_one_name(teammate.name, visit.first_name)
    ):
        return True  # Only this person's name is known.
    return first is not None and first.member_id is not None and first.member_id == teammate.member_id


def _in_team(teammate: Teammate, day: date) -> bool:
    return teammate.since <= day and (teammate.until is None or day < teammate.until)


def _helper(teammate: Teammate | None, name: str, kind: str) -> Helper:
    return Helper(name, kind, teammate.member_id if teammate is not None else None, apart=teammate is not None)


# --- The door -----------------------------------------------------------------------------------------------------------


def _move(amended: _AmendedVisit) -> None:
    """Set another door: the home or shop that the register has there, or a new home; and the drive's door, if there is one."""
    place, new = amended.content.place, amended.new
    if amended.old.business is not None:
        if any(help_content.receiver == rules.SHOP for help_content in amended.current.content.helps):
            message = _("The shop itself was helped here, so the visit stays with it. Take that help away first.")
            raise Refused(Problem("shop_helped", message, "number"))
        shop_inputs = BusinessInput(
            amended.old.business.name,
            address=DoorInput(place.number, place.street).address,
            neighbourhood_id=place.neighbourhood_id,
            house_number=place.number,
            street=place.street,
        )
        [met] = people.match_or_create_businesses(unit_id=amended.home, inputs=[shop_inputs], locked=True)
        new.business_id = met.business_id
    else:
        door = DoorInput(place.number, place.street, place.neighbourhood_id)
        [home] = people.match_or_create_households(unit_id=amended.home, inputs=[door])
        new.household_id = home.household_id
    new.neighbourhood_id = place.neighbourhood_id
    doors = find_doors(
        unit=Unit(pk=amended.home),
        drive_id=new.drive_id,
        households={new.household_id} if new.household_id is not None else (),
        businesses={new.business_id} if new.business_id is not None else (),
    )
    new.door_id = doors[0].door_id if new.drive_id is not None and doors else None


# --- People -------------------------------------------------------------------------------------------------------------


def _correct_people(amended: _AmendedVisit) -> None:
    """Correct names and numbers of people; and the address of those whom this visit registered at its door."""
    before = {person.contact_id: person for person in amended.current.content.people}
    moved = (
        amended.current.content.place != amended.content.place and amended.new.household_id != amended.old.household_id
    )
    corrected = {person.contact_id: person for person in amended.content.people if person != before[person.contact_id]}
    contact_ids = set(before) if moved else set(corrected)
    for contact in Contact.objects.select_for_update().filter(pk__in=contact_ids, erased_at=None).order_by("pk"):
        changed = _correct_contact(amended, contact, corrected.get(contact.pk), moved=moved)
        if changed:
            human = Person(contact.person_id)
            record(actor=amended.actor, action="outreach.amend", obj=human, unit=amended.new.unit_id, changed=changed)


def _correct_contact(
    amended: _AmendedVisit, contact: Contact, person: PersonContent | None, *, moved: bool
) -> list[str]:
    registered = people.particulars_of(contact)
    values = {name: getattr(registered, name) for name in people.FIELDS}
    if person is not None:
        number = phone.normalise(person.phone).value if person.phone else ""
        values |= {"name": vietnamese.tidy_name(person.name), "phone": number}
    if moved and amended.old.household is not None:
        place = amended.content.place
        address = DoorInput(place.number, place.street).address
        residence = Residence(address, place.neighbourhood_id, amended.new.household_id)
        values |= corrected_residence(contact, old=amended.old, before=amended.old.household.address, now=residence)
    return people.change_contact(contact=contact, particulars=people.Particulars(**values))


# --- Helps --------------------------------------------------------------------------------------------------------------


def _correct_helps(amended: _AmendedVisit) -> None:
    """Take back removed support records, correct moved ones in their place, then add the new ones."""
    own = {entry.key: entry for entry in amended.helps if entry.current is not None}
    alone, _shared = find_unshared_helps(amended.old, list(own.values()))
    apart = {entry.pk for entry in alone}
    rows = dict(VisitSupportRecord.objects.filter(visit=amended.old).values_list("support_record_id", "pk"))
    content_by_key = {entry.key: entry for entry in amended.content.helps if entry.key is not None}
    dropped, again, placed = [], [], []
    for before in amended.current.content.helps:
        assert before.key is not None  # noqa: S101 -- what stands has a key
        reported, after = own.get(before.key), content_by_key.get(before.key)
        current = (
            reported.current
            if reported is not None and reported.current is not None and reported.current.pk in apart
            else None
        )
        if after is None:
            dropped.append((rows[before.key], current))
        elif (reported is not None and reported.erased) or _correct_help(amended, before, after, current):
            placed.append(after)
        else:
            again.append(after)
            dropped.append((rows[before.key], None))
    # Another visit or the office reports these too, so only the row of this visit is deleted.
    VisitSupportRecord.objects.filter(pk__in=[row for row, current in dropped if current is None]).delete()
    support.take_back_helps(
        actor=amended.actor, support_records=[current for _row, current in dropped if current is not None]
    )
    database.update_rows(
        VisitSupportRecord, _HELP_COLUMNS, [(rows[entry.key], *_columns_of(entry)) for entry in placed if entry.key]
    )
    _add_helps(amended, [*again, *(entry for entry in amended.content.helps if entry.key is None)])


def _columns_of(content: HelpContent) -> tuple[str, UUID | None, UUID | None, str | None]:
    stages = dict(AdoptionStage.objects.filter(service_id=content.service).values_list("code", "pk"))
    return content.kind, stages.get(content.before), stages.get(content.after), content.obstacle or None


def _correct_help(
    amended: _AmendedVisit, before: HelpContent, after: HelpContent, current: SupportRecord | None
) -> bool:
    """Correct one support record in its place; `current` is None where another visit reports it too.

    Return False where it becomes another support record, or one that was recorded for that day already.
    """
    new_day = amended.current.content.happened_on != amended.content.happened_on
    if current is None:
        return not new_day and before.service == after.service
    helper = Helper(current.helper_name, current.helper_kind, current.helper_id)
    second = amended.second
    if _same_second(amended):
        second = Helper(
            current.second_helper_name,
            current.second_helper_kind,
            current.second_helper_id,
            apart=amended.new.second_id is not None,
        )
        if not new_day and before.service == after.service:
            return True
    try:
        support.correct_help(
            actor=amended.actor,
            support_record_id=current.pk,
            service=after.service,
            happened_on=_day(amended) if new_day else current.happened_on,
            helper=helper,
            second=second,
        )
    except Refused as refused:
        if refused.problem.code != "already_recorded":
            raise
        support.take_back_helps(actor=amended.actor, support_records=[current])
        return False
    return True


def _same_second(amended: _AmendedVisit) -> bool:
    names = ("second_id", "second_name", "second_kind", "second_how")
    return all(getattr(amended.old, name) == getattr(amended.new, name) for name in names)


def _day(amended: _AmendedVisit) -> date:
    """Return the day on which the visit's support records count."""
    return visit_rules.counted_day(amended.content.happened_on, amended.new.arrived_on)


def _add_helps(amended: _AmendedVisit, added: Sequence[HelpContent]) -> None:
    """Add support records that the pair did not report: for a person who consented, for the shop, or for an unnamed receiver."""
    if not added:
        return
    contacts = Contact.objects.in_bulk(
        [UUID(entry.receiver) for entry in added if entry.receiver not in {rules.SHOP, rules.NOBODY}]
    )
    agreed = {pk: _consent(contact) for pk, contact in contacts.items()}
    persons = {pk: people.particulars_of(contact) for pk, contact in contacts.items()}
    shop = amended.new.business
    shop_input = (
        BusinessInput(shop.name, address=shop.address, neighbourhood_id=shop.neighbourhood_id) if shop else None
    )
    entries = []
    for content in added:
        pk = UUID(content.receiver) if content.receiver not in {rules.SHOP, rules.NOBODY} else None
        if content.receiver == rules.SHOP and shop_input is None:
            raise Refused(
                Problem("no_business", _("There is no shop at this door that could have been helped."), "helps")
            )
        is_shop = content.receiver == rules.SHOP
        entries.append(
            SupportRecordInput(
                service=content.service,
                happened_on=_day(amended),
                person=persons[pk] if pk is not None else None,
                business=shop_input if is_shop else None,
                helper=amended.first,
                second=amended.second,
                consent=agreed[pk] if pk is not None else None,
                source=SupportRecordSource.VISIT,
                source_id=uuid7(),
                receiver_id=amended.new.business_id if is_shop else pk,
            )
        )
    recorded = support.add_helps(actor=amended.actor, unit=amended.new.unit, entries=entries, home=amended.home)
    columns = ("support_record", "visit", *_HELP_COLUMNS)
    rows = [
        (entry.support_record_id, amended.new.pk, *_columns_of(content))
        for content, entry in zip(added, recorded, strict=True)
    ]
    database.insert_rows(VisitSupportRecord, columns, rows, keep_known=True)


def _consent(contact: Contact) -> ConsentInput:
    """Return the consent that a person gave and has not withdrawn; an officer cannot consent for them."""
    same = known.same_person(known.canonical([contact.person_id])[contact.person_id])
    consent = (
        Consent.objects.filter(person_id__in=same, purpose=SUPPORT, withdrawn_at=None).order_by("-recorded_at").first()
    )
    if consent is None:
        message = _("%(name)s has taken back their consent, so nothing more is written down about them.")
        raise Refused(Problem("no_consent", message % {"name": contact.name}, "helps"))
    return ConsentInput((SUPPORT,), consent.channel, consent.text_version, consent.guardian_name)


def _keep_version(amended: _AmendedVisit, changed: Sequence[str], reason: str) -> None:
    last = VisitAmendment.objects.filter(visit=amended.old).order_by("-number").values_list("number", flat=True).first()
    VisitAmendment.objects.create(
        visit=amended.old,
        number=(last or 0) + 1,
        amended_at=clock.now(),
        amended_by=amended.actor,
        reason=reason.strip()[:200],
        note=amended.content.note.strip()[:300],
        changed=list(changed),
        before_encrypted=reads.encrypt_content(amended.current.content),
    )
