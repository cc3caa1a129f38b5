"""A later version of a visit from its phone: matched, planned, written and posted separately."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from doanso.audit.actions import record
from doanso.lib import database
from doanso.lib.problems import Problem
from doanso.outreach import policy
from doanso.outreach.actions.doors import lock_doors, recompute_doors
from doanso.outreach.actions.visits.batches import BatchPlan, VisitPlan
from doanso.outreach.actions.visits.help_histories import ReportedHelp, find_shared, lock_reported_helps
from doanso.outreach.actions.visits.posting import post_recount
from doanso.outreach.actions.visits.residences import Residence, corrected_residence
from doanso.outreach.actions.visits.revision_planning import PriorReport, RevisionMatch, RevisionPlan, plan_revision
from doanso.outreach.actions.visits.writing import HELP_COLUMNS, drop_used_confirmations
from doanso.outreach.models import Visit, VisitSupportRecord
from doanso.outreach.queries import amendments as reads
from doanso.outreach.visit_payload import VisitPayload
from doanso.people import actions as people
from doanso.people import queries as persons
from doanso.people.actions import DoorInput, Particulars
from doanso.people.models import Contact, Person
from doanso.support import actions as support
from doanso.support.models import SupportRecord
from doanso.sync import queries as sync


def revise_visit(plan: BatchPlan, visit_plan: VisitPlan) -> Problem | None:
    """Change a visit to its phone's present report; return why that is refused, or None.

    Locks the visit, its doors, its support records and their receivers, then the ledger.
    """
    match = _match_revision(plan, visit_plan)
    if isinstance(match, Problem):
        return match
    revision = plan_revision(match)
    _write_revision(plan, revision)
    _post_revision(plan, revision)
    return None


# --- Match --------------------------------------------------------------------------------------------------------------


def _match_revision(plan: BatchPlan, visit_plan: VisitPlan) -> RevisionMatch | Problem:
    visit_id = visit_plan.visit_item.visit_id
    old = Visit.objects.select_for_update(of=("self",)).filter(pk=visit_id).first()
    if old is None or old.taken_back_at is not None:
        message = _("This visit was taken back in the office. Record it as a new one if it did take place.")
        return Problem("taken_back", message)
    if reads.is_amended_since(visit_id, visit_plan.visit_item.record.content_hash):
        message = _("The office has put this visit right since. An officer chooses which of the two stands.")
        return Problem("amended", message)
    if old.unit_id != plan.batch.unit.pk or not policy.RECORD.allows(plan.batch.actor, old):
        return Problem("other_unit", _("A visit stays with the unit that made it."), "unit")
    door = visit_plan.match.door
    lock_doors({old.door_id, door.door_id if door is not None else None})
    histories = lock_reported_helps(old)
    _lock_receivers(plan, visit_plan, histories)
    contacts = [history.first.contact for history in histories if history.first.contact is not None]
    chosen, canonical = _chosen_persons(plan.batch.home_id, visit_plan, [contact.person_id for contact in contacts])
    help_keys = [planned.payload.key for planned in visit_plan.helps]
    return RevisionMatch(
        plan.batch,
        visit_plan,
        old,
        histories,
        _prior_report(visit_plan),
        shared=find_shared(old, [history.key for history in histories]),
        existing=set(SupportRecord.objects.filter(pk__in=help_keys).values_list("pk", flat=True)),
        chosen_persons=chosen,
        canonical_persons=canonical,
        member_contacts=reads.contacts_of_members([contact.pk for contact in contacts]),
    )


def _lock_receivers(plan: BatchPlan, visit_plan: VisitPlan, histories: Collection[ReportedHelp]) -> None:
    """Lock the contacts of receivers reported before and now, after support records and before the ledger."""
    inputs = [planned.inputs for planned in visit_plan.helps]
    reported = [entry.person for entry in inputs if entry.person is not None and entry.receiver_id is None]
    contact_ids = {history.first.contact_id for history in histories} | {entry.receiver_id for entry in inputs}
    people.lock_known(unit_id=plan.batch.home_id, inputs=reported, contact_ids=contact_ids - {None})  # type: ignore[arg-type]


def _chosen_persons(
    home_id: UUID, visit_plan: VisitPlan, person_ids: Collection[UUID]
) -> tuple[dict[UUID, UUID], dict[UUID, UUID]]:
    """Return canonical persons by the contacts that the phone has chosen, and by these persons."""
    inputs = [planned.inputs for planned in visit_plan.helps if planned.inputs.person is not None]
    contact_ids = {entry.receiver_id for entry in inputs if entry.receiver_id is not None}
    if not contact_ids:
        return {}, {}
    chosen_contacts = Contact.objects.filter(pk__in=contact_ids, unit_id=home_id, erased_at=None)
    chosen = dict(chosen_contacts.values_list("pk", "person_id"))
    canonical = persons.canonical({*chosen.values(), *person_ids})
    return {contact_id: canonical[person_id] for contact_id, person_id in chosen.items()}, canonical


def _prior_report(visit_plan: VisitPlan) -> PriorReport:
    payload = sync.earlier_content(visit_plan.visit_item.visit_id, visit_plan.visit_item.record.base)
    if not isinstance(payload, VisitPayload):
        return PriorReport({}, "")
    place = payload.household or payload.business
    address = DoorInput(place.number, place.street).address if place is not None and place.new else ""
    return PriorReport({done.key: guest for guest in payload.guests for done in guest.helps}, address)


# --- Write --------------------------------------------------------------------------------------------------------------


def _write_revision(plan: BatchPlan, revision: RevisionPlan) -> None:
    """Write the visit, its report of remaining support records, and new data of their receivers."""
    new = revision.new
    new.save(force_update=True)
    drop_used_confirmations(plan, [new])
    row_ids = dict(VisitSupportRecord.objects.filter(visit=new).values_list("support_record_id", "pk"))
    columns = [
        (row_ids[history.key], *plan.match.codes.columns_of(planned.payload))
        for history, planned in revision.kept_helps
    ]
    database.update_rows(VisitSupportRecord, HELP_COLUMNS[2:], columns)
    if revision.unlinked:
        VisitSupportRecord.objects.filter(visit=new, support_record__in=revision.unlinked).delete()
    _correct_receivers(plan, revision)


def _correct_receivers(plan: BatchPlan, revision: RevisionPlan) -> None:
    """Write what this version newly reports of receivers; corrections by the office since are kept."""
    if not revision.particulars:
        return
    contacts = Contact.objects.select_for_update().filter(pk__in=revision.particulars, erased_at=None)
    for contact in contacts.order_by("pk"):
        before, now = revision.particulars[contact.pk]
        values = _new_particulars(contact, before, now) | _new_residence(contact, revision, now)
        registered = people.particulars_of(contact)
        changed = people.change_contact(contact=contact, particulars=registered._replace(**values), keep_untold=True)
        if changed:
            person, unit_id = Person(contact.person_id), revision.new.unit_id
            record(actor=plan.batch.actor, action="outreach.change", obj=person, unit=unit_id, changed=changed)


def _new_particulars(contact: Contact, before: Particulars, now: Particulars) -> dict[str, Any]:
    """Return the particulars that are newly reported, where the register has not changed them in the meantime."""
    registered = people.particulars_of(contact)
    return {
        name: getattr(now, name)
        for name in ("name", "gender", "birth_year", "phone")
        if getattr(now, name) not in {None, "", getattr(before, name), getattr(registered, name)}
        and getattr(registered, name) in {None, "", getattr(before, name)}
    }


def _new_residence(contact: Contact, revision: RevisionPlan, now: Particulars) -> dict[str, Any]:
    """Return address fields of receivers who live at the corrected door."""
    old, new = revision.match.old, revision.new
    if (old.household_id, old.business_id) == (new.household_id, new.business_id):
        address = revision.match.prior.address
        if not address:
            return {}
    elif old.household is None:
        return {}
    else:
        address = old.household.address
    residence = Residence(now.address, now.neighbourhood_id, now.household_id)
    return corrected_residence(contact, old=old, before=address, now=residence)


# --- Post ---------------------------------------------------------------------------------------------------------------

_PAIR = ("first_id", "first_name", "first_kind", "second_id", "second_name", "second_kind", "second_how")


def _post_revision(plan: BatchPlan, revision: RevisionPlan) -> None:
    """Post the present counts of the visit and its support records, then its history and the state of its doors."""
    actor, old, new = plan.batch.actor, revision.match.old, revision.new
    post_recount(revision.recount)
    # Before new support records are recorded: one of the same receiver, service and day would be taken for the removed one.
    support.take_back_helps(actor=actor, support_records=revision.dropped)
    _change_helpers(plan, revision)
    _redirect_receipts(plan, revision)
    _add_helps(plan, revision)
    record(actor=actor, action="outreach.change", obj=new, unit=new.unit_id, changed=revision.changed_fields)
    recompute_doors(door_ids={door_id for door_id in (old.door_id, new.door_id) if door_id is not None})


def _change_helpers(plan: BatchPlan, revision: RevisionPlan) -> None:
    """Write the helpers of this version. A support record that another visit reports too, or that is disputed or erased, is
    kept.
    """
    old, new = revision.match.old, revision.new
    if all(getattr(old, name) == getattr(new, name) for name in _PAIR):
        return
    for history, planned in revision.kept_helps:
        current = history.current
        if current is None or history.key in revision.match.shared or current.refused_at is not None:
            continue
        if current.person_id is not None or current.business_id is not None or not current.named:
            inputs = planned.inputs
            support.change_helpers(
                actor=plan.batch.actor, support_record=current, helper=inputs.helper, second=inputs.second
            )


def _redirect_receipts(plan: BatchPlan, revision: RevisionPlan) -> None:
    """Redirect a receipt that the phone showed for a support record it took for new to the existing receipt."""
    shown = [
        (planned.inputs.receipt, history.current.receipt_id)
        for history, planned in revision.kept_helps
        if planned.inputs.receipt is not None
        and history.current is not None
        and history.current.receipt_id not in {None, planned.inputs.receipt.receipt_id}
    ]
    support.redirect_receipts(unit=plan.batch.unit, shown=shown)


def _add_helps(plan: BatchPlan, revision: RevisionPlan) -> None:
    if not revision.added:
        return
    batch = plan.batch
    inputs = [planned.inputs for planned in revision.added]
    results = support.add_helps(actor=batch.actor, unit=batch.unit, entries=inputs, home=batch.home_id, locked=True)
    rows = [
        (result.support_record_id, revision.new.pk, *plan.match.codes.columns_of(planned.payload))
        for planned, result in zip(revision.added, results, strict=True)
    ]
    database.insert_rows(VisitSupportRecord, HELP_COLUMNS, rows, keep_known=True)
