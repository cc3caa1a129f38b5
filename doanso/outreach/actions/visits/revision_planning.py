"""Stage 3, plan, of a later version of a visit: which support records stay, are removed and are added. Pure: reads and writes
nothing.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.visits.batches import PlannedHelp, VisitBatch, VisitPlan
from doanso.outreach.actions.visits.help_histories import ReportedHelp
from doanso.outreach.actions.visits.planning import new_visit
from doanso.outreach.actions.visits.recounts import Recount, plan_recount
from doanso.outreach.models import Visit
from doanso.outreach.rules import versions as rules
from doanso.outreach.rules import visits as visit_rules
from doanso.outreach.rules.versions import NamedReceiver
from doanso.outreach.visit_payload import GuestPayload
from doanso.people import actions as people
from doanso.people.actions import Particulars
from doanso.support.models import SupportRecord


class PriorReport(NamedTuple):
    """The version that a revision replaces, as far as its text is kept: guests by the keys of their support records."""

    guests: Mapping[UUID, GuestPayload]
    address: str

    def person_of(self, key: UUID) -> Particulars | None:
        """Return the person reported under the key of one of their support records."""
        guest = self.guests.get(key)
        return guest.person if guest is not None else None


class RevisionMatch(NamedTuple):
    """A visit in effect with the plan of its later version; rows are locked."""

    batch: VisitBatch
    plan: VisitPlan
    old: Visit
    histories: Sequence[ReportedHelp]
    prior: PriorReport
    # Keys of support records that another visit reports too, and of all that exist.
    shared: Collection[UUID]
    existing: Collection[UUID]
    # Canonical persons by the unit's contacts that the phone has chosen, and by persons.
    chosen_persons: Mapping[UUID, UUID]
    canonical_persons: Mapping[UUID, UUID]
    # Contacts whose names the register of members keeps.
    member_contacts: Collection[UUID]


class KeptHelp(NamedTuple):
    """A support record that stays in its place, and the later version's report of it."""

    history: ReportedHelp
    planned: PlannedHelp


class RevisionPlan(NamedTuple):
    """The changes of a visit by its later version."""

    match: RevisionMatch
    new: Visit
    kept_helps: Sequence[KeptHelp]
    added: Sequence[PlannedHelp]
    # Records that only this visit reported and does not report any more; keys of those that another visit reports too.
    dropped: Sequence[SupportRecord]
    unlinked: Collection[UUID]
    # By contact: the reported particulars before and now.
    particulars: Mapping[UUID, tuple[Particulars, Particulars]]
    recount: Recount

    @property
    def changed_fields(self) -> list[str]:
        """Return the names of the visit's fields that differ."""
        old, new = self.match.old, self.new
        fields = Visit._meta.concrete_fields
        return [field.name for field in fields if getattr(old, field.attname) != getattr(new, field.attname)]


def plan_revision(match: RevisionMatch) -> RevisionPlan:
    """Return the changes of each support record of the visit.

    One of the same receiver, service and day stays, with its confirmations, disputes and its place in the ledger's line. One
    that is no longer reported is taken back. One of another receiver, service or day is a new support record, and waits for its
    receiver's confirmation.
    """
    left = [history for history in match.histories if history.current is not None]
    kept_helps: list[KeptHelp] = []
    open_helps = list(match.plan.helps)
    # Those reported under their own key first, so that no other takes their place.
    for by_key in (True, False):
        for planned in list(open_helps):
            history = next(
                (
                    history
                    for history in left
                    if (history.key == planned.payload.key) == by_key and _is_same_help(match, history, planned)
                ),
                None,
            )
            if history is not None:
                left.remove(history)
                open_helps.remove(planned)
                kept_helps.append(KeptHelp(history, planned))
    new = _revised_row(match)
    return RevisionPlan(
        match,
        new,
        kept_helps,
        [_with_free_key(match, planned) for planned in open_helps],
        [history.current for history in left if history.current is not None and history.key not in match.shared],
        {history.key for history in left if history.key in match.shared},
        _plan_particulars(match, kept_helps),
        plan_recount(match.old, new),
    )


def _revised_row(match: RevisionMatch) -> Visit:
    """Return the unsaved row of the later version; when and from whom the visit came stays as it was."""
    old, new = match.old, new_visit(match.batch, match.plan)
    new.arrived_on, new.recorded_at, new.recorded_by_id = old.arrived_on, old.recorded_at, old.recorded_by_id
    new.device_id = old.device_id
    if new.paired and old.paired:
        new.paired_on = old.paired_on
    return new


def _with_free_key(match: RevisionMatch, planned: PlannedHelp) -> PlannedHelp:
    """Return an added support record under a new key where another one has the key that the phone reports."""
    if planned.payload.key not in match.existing:
        return planned
    return planned._replace(inputs=planned.inputs._replace(source_id=uuid7()))


def _is_same_help(match: RevisionMatch, history: ReportedHelp, planned: PlannedHelp) -> bool:
    """Return whether a planned support record is this one: the same receiver, service and day."""
    first, inputs, key = history.first, planned.inputs, planned.payload.key
    if history.erased:
        return history.key == key
    # The counted day: a day that was ahead when the visit came is the day of arrival.
    counted_then = visit_rules.counted_day(match.plan.visit_item.payload.happened_on, match.old.arrived_on)
    if first.service_id != inputs.service or first.happened_on not in {inputs.happened_on, counted_then}:
        return False
    if inputs.business is not None:
        return first.business_id == inputs.receiver_id
    if inputs.person is None:
        return not first.named
    contact = first.contact
    if contact is None:
        return False
    if inputs.receiver_id is not None and inputs.receiver_id in match.chosen_persons:
        return match.chosen_persons[inputs.receiver_id] == match.canonical_persons[contact.person_id]
    reported, registered = _named_receiver(inputs.person), NamedReceiver(contact.name, contact.birth_year)
    if history.key != key:
        return rules.exactly_same(reported, registered)
    before = match.prior.person_of(key)
    return rules.same_person(reported, _named_receiver(before) if before is not None else registered)


def _named_receiver(person: Particulars) -> NamedReceiver:
    return NamedReceiver(person.name, people.birth_year_of(person))


def _plan_particulars(
    match: RevisionMatch, kept_helps: Sequence[KeptHelp]
) -> dict[UUID, tuple[Particulars, Particulars]]:
    """Return by contact the reported particulars before and now, of receivers whose names no register of members keeps."""
    particulars: dict[UUID, tuple[Particulars, Particulars]] = {}
    for history, planned in kept_helps:
        contact_id, inputs = history.first.contact_id, planned.inputs
        before = match.prior.person_of(planned.payload.key)
        if contact_id is None or inputs.person is None or before is None or inputs.receiver_id is not None:
            continue
        if contact_id not in match.member_contacts:
            particulars.setdefault(contact_id, (before, inputs.person))
    return particulars
