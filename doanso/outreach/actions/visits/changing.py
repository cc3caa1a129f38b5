"""The helps that a visit tells of: their rows, and what becomes of them when a later version of the visit comes."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple
from uuid import UUID

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import database
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.visits.arrivals import Arrivals
from doanso.outreach.actions.visits.coming import Coming
from doanso.outreach.actions.visits.helps import HelpHistory, told_alone
from doanso.outreach.actions.visits.residences import Residence, corrected_residence
from doanso.outreach.models import Visit, VisitHelp
from doanso.outreach.queries import amendments as reads
from doanso.outreach.rules import versions as rules
from doanso.outreach.rules import visits as visit_rules
from doanso.outreach.rules.versions import Named
from doanso.outreach.visit_payload import Guest, HelpDone, VisitPayload
from doanso.people import actions as people
from doanso.people import queries as known
from doanso.people.actions import DoorInput, Particulars
from doanso.people.models import Contact, Person
from doanso.support import actions as support
from doanso.support.actions import Recorded, SupportRecordInput
from doanso.support.models import Help
from doanso.sync import queries as sync

HELP_COLUMNS = ("help", "visit", "kind", "before", "after", "obstacle")


def help_rows(arrivals: Arrivals, one: Coming, visit: Visit, recorded: Sequence[Recorded]) -> list[tuple[Any, ...]]:
    """What the visit says of each of its helps, in the order of `HELP_COLUMNS`."""
    return [
        (help.help_id, visit.pk, *_told_of(arrivals, done))
        for (done, _told), help in zip(one.entries, recorded, strict=True)  # noqa: A001
    ]


def _told_of(arrivals: Arrivals, done: HelpDone) -> tuple[str, UUID | None, UUID | None, str | None]:
    """Which kind of help it was, and where the person stood on the ladder."""
    before, after = ((done.service, rung) for rung in (done.before, done.after))
    return done.kind, arrivals.rungs.get(before), arrivals.rungs.get(after), done.obstacle or None


class _Before(NamedTuple):
    """What the version said from which the change started, as far as anybody still knows."""

    # The unit that keeps the contacts.
    home: UUID
    guests: dict[UUID, Guest]
    address: str

    def particulars(self, key: UUID) -> Particulars | None:
        """Who was told under the key of one of their helps."""
        guest = self.guests.get(key)
        return guest.person if guest is not None else None


def _before(home: UUID, one: Coming) -> _Before:
    told = sync.told_before(one.record.record_id, one.record.base)
    if not isinstance(told, VisitPayload):
        return _Before(home, {}, "")
    place = told.household or told.business
    address = DoorInput(place.number, place.street).address if place is not None and place.new else ""
    return _Before(home, {done.key: guest for guest in told.guests for done in guest.helps}, address)


def lock_helped(arrivals: Arrivals, one: Coming, helps: Sequence[HelpHistory]) -> None:
    """Lock the contacts of those whom a later version tells of or told of, before the ledger is called; helps come before."""
    told = [entry.person for _done, entry in one.entries if entry.person is not None and entry.receiver_id is None]
    contacts = {it.first.contact_id for it in helps} | {entry.receiver_id for _done, entry in one.entries}
    people.lock_known(unit_id=arrivals.home, inputs=told, contact_ids={key for key in contacts if key is not None})


def change_helps(arrivals: Arrivals, one: Coming, old: Visit, new: Visit, locked: Sequence[HelpHistory]) -> None:
    """Bring the visit's helps, which the caller has locked, to what its later version tells; the visit's row is written.

    A help of the same receiver, service and day stays what it is, with its confirmations, disputes and its place in the
    ledger's line: what is told differently of its receiver or helpers is put right there. One that is told no more is taken
    back, and one that is told of somebody else, of another service or day is another help, and waits for its receiver's word.
    """
    left = [it for it in locked if it.standing is not None]
    before = _before(arrivals.home, one)
    rows = dict(VisitHelp.objects.filter(visit=new).values_list("help_id", "pk"))
    entries: list[tuple[HelpDone, SupportRecordInput]] = []
    kept: list[tuple[HelpHistory, HelpDone, SupportRecordInput]] = []
    # Those that are told under their own key first, so that no other takes their place.
    for exactly in (True, False):
        for done, told in one.entries:
            if any(done is it for _help, it, _told in kept):
                continue
            same = next(
                (it for it in left if (it.key == done.key) == exactly and _is_same(it, one, old, done, told, before)),
                None,
            )
            if same is not None:
                left.remove(same)
                kept.append((same, done, told))
    taken = {id(done) for _help, done, _told in kept}
    for done, told in one.entries:
        if id(done) not in taken:
            is_told = Help.objects.filter(pk=done.key).exists()
            entries.append((done, told._replace(source_id=uuid7()) if is_told else told))
    columns = [(rows[it.key], *_told_of(arrivals, done)) for it, done, _told in kept]
    database.update_rows(VisitHelp, HELP_COLUMNS[2:], columns)
    alone, shared = told_alone(new, left)
    VisitHelp.objects.filter(visit=new, help__in=shared).delete()
    _correct_people(arrivals.actor, old, new, kept, before)
    support.take_back_helps(actor=arrivals.actor, helps=alone)
    _correct_helpers(arrivals.actor, old, new, kept)
    _link_receipts(arrivals, kept)
    if not entries:
        return
    recorded = support.add_helps(
        actor=arrivals.actor, unit=arrivals.unit, entries=[told for _done, told in entries], locked=True
    )
    changed = replace(one, entries=entries)
    database.insert_rows(VisitHelp, HELP_COLUMNS, help_rows(arrivals, changed, new, recorded), keep_known=True)


def _is_same(
    it: HelpHistory, one: Coming, old: Visit, done: HelpDone, told: SupportRecordInput, before: _Before
) -> bool:
    """Whether what is told is this help: of the same receiver, with the same service, on the same day."""
    if it.erased:
        return it.key == done.key
    # As it was told when the visit came: a day that lay ahead then counts as the day of arrival.
    days = {told.happened_on, visit_rules.counted_day(one.told.happened_on, old.arrived_on)}
    if it.first.service_id != told.service or it.first.happened_on not in days:
        return False
    if told.business is not None:
        return it.first.business_id == told.receiver_id
    if told.person is None:
        return not it.first.named
    if it.first.contact is None:
        return False
    contact = it.first.contact
    chosen = None
    if told.receiver_id is not None:
        chosen = Contact.objects.filter(pk=told.receiver_id, unit_id=before.home, erased_at=None).first()
    if chosen is not None:
        same = known.canonical([chosen.person_id, contact.person_id])
        return same[chosen.person_id] == same[contact.person_id]
    now = _named(told.person)
    registered = Named(contact.name, contact.birth_year)
    if it.key != done.key:
        return rules.exactly_same(now, registered)
    said = before.particulars(done.key)
    return rules.same_person(now, _named(said) if said is not None else registered)


def _named(person: Particulars) -> Named:
    return Named(person.name, people.birth_year_of(person))


def _correct_people(
    actor: User,
    old: Visit,
    new: Visit,
    kept: Sequence[tuple[HelpHistory, HelpDone, SupportRecordInput]],
    before: _Before,
) -> None:
    """Write down what this version says anew of those who were helped; what the office has put right since stays, and so does
    what the register of members keeps."""
    found: dict[UUID, tuple[Particulars, Particulars]] = {}
    for it, done, told in kept:
        said = before.particulars(done.key)
        if (
            it.first.contact_id is not None
            and told.person is not None
            and said is not None
            and told.receiver_id is None
        ):
            found.setdefault(it.first.contact_id, (said, told.person))
    if not found:
        return
    members = reads.kept_by_members(list(found))
    contacts = Contact.objects.select_for_update().filter(pk__in=found.keys() - members, erased_at=None)
    for contact in contacts.order_by("pk"):
        said, now = found[contact.pk]
        values = _new_particulars(contact, said, now)
        values |= _new_residence(contact, old, new, now, before)
        stands = people.particulars_of(contact)
        changed = people.change_contact(contact=contact, particulars=stands._replace(**values), keep_untold=True)
        if changed:
            record(
                actor=actor, verb="outreach.change", obj=Person(contact.person_id), unit=new.unit_id, changed=changed
            )


def _new_particulars(contact: Contact, said: Particulars, now: Particulars) -> dict[str, Any]:
    """What is told now and was not told before, where the register says nothing else in the meantime."""
    stands = people.particulars_of(contact)
    return {
        name: getattr(now, name)
        for name in ("name", "gender", "birth_year", "phone")
        if getattr(now, name) not in {None, "", getattr(said, name), getattr(stands, name)}
        and getattr(stands, name) in {None, "", getattr(said, name)}
    }


def _new_residence(contact: Contact, old: Visit, new: Visit, now: Particulars, before: _Before) -> dict[str, Any]:
    """Where they live at the door that is put right, for all that is known."""
    if (old.household_id, old.business_id) == (new.household_id, new.business_id):
        address = before.address
        if not address:
            return {}
    elif old.household is not None:
        address = old.household.address
    else:
        return {}
    residence = Residence(now.address, now.neighbourhood_id, now.household_id)
    return corrected_residence(contact, old=old, before=address, now=residence)


_PAIR = ("first_id", "first_name", "first_kind", "second_id", "second_name", "second_kind", "second_how")


def _correct_helpers(
    actor: User, old: Visit, new: Visit, kept: Sequence[tuple[HelpHistory, HelpDone, SupportRecordInput]]
) -> None:
    """Write down who walked along by this version. A help that another visit tells too, or that is disputed, stays as it is."""
    if all(getattr(old, name) == getattr(new, name) for name in _PAIR):
        return
    told = {it.key: one for it, _done, one in kept}
    alone, _shared = told_alone(new, [it for it, _done, _told in kept])
    by_standing = {it.standing.pk: told[it.key] for it, _done, _told in kept if it.standing is not None}
    for help in alone:  # noqa: A001
        if help.refused_at is None and (help.person_id is not None or help.business_id is not None or not help.named):
            one = by_standing[help.pk]
            support.change_helpers(actor=actor, help=help, helper=one.helper, second=one.second)


def _link_receipts(arrivals: Arrivals, kept: Sequence[tuple[HelpHistory, HelpDone, SupportRecordInput]]) -> None:
    """A receipt that the phone has shown for a help it took for a new one leads to the one there is."""
    shown = [
        (told.slip, it.standing.receipt_id)
        for it, _done, told in kept
        if told.slip is not None and it.standing is not None and it.standing.receipt_id is not None
    ]
    support.link_slips(unit=arrivals.unit, shown=[(slip, key) for slip, key in shown if slip.receipt_id != key])
