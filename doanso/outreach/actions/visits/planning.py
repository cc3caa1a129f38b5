"""Stage 3, plan: the writes of each visit, or why it is set aside. Pure: reads and writes nothing."""

from doanso.lib import database, encryption
from doanso.lib.problems import Problem
from doanso.outreach.actions.visits.batches import (
    BatchMatch,
    BatchPlan,
    CodeMatch,
    PairPlan,
    PlaceMatch,
    PlannedHelp,
    VisitBatch,
    VisitItem,
    VisitPlace,
    VisitPlan,
)
from doanso.outreach.actions.visits.pair_planning import helped_self_problem, helper_of, plan_pair
from doanso.outreach.models import How, Visit
from doanso.outreach.rules import visits as rules
from doanso.outreach.rules.visits import PairMember
from doanso.outreach.visit_payload import GuestPayload, HelpPayload
from doanso.people.actions import BusinessInput, Particulars
from doanso.support import actions as support
from doanso.support.actions import ReceiptInput, SupportRecordInput
from doanso.support.models import SupportRecordSource

SIGNATURE = "outreach.visit.signature"
"""Context under which a signature is encrypted."""


def plan_batch(match: BatchMatch) -> BatchPlan:
    """Return the plan of each visit of a matched batch, in the batch's order."""
    pairs = zip(match.batch.items, match.places, strict=True)
    return BatchPlan(match, [_plan_visit(match, visit_item, place) for visit_item, place in pairs])


def _plan_visit(match: BatchMatch, visit_item: VisitItem, place: PlaceMatch) -> VisitPlan:
    pair = PairPlan(_NOBODY)
    if place.problem is not None:
        return VisitPlan(visit_item, place, pair, (), place.problem)
    pair = plan_pair(match, visit_item)
    helps = _plan_helps(match, visit_item, place.place, pair)
    problem = pair.problem or helped_self_problem(match.pairs, visit_item, pair)
    for planned in helps:
        problem = problem or _code_problem(match.codes, planned.payload)
    for planned in helps:
        problem = problem or support.help_problem(planned.inputs, match.batch.today)
    return VisitPlan(visit_item, place, pair, helps, problem)


_NOBODY = PairMember(None, "", "", rules.NONE)


def _code_problem(codes: CodeMatch, done: HelpPayload) -> Problem | None:
    """Return why a stage or an obstacle that the phone names is not on the server's list."""
    for code, field in ((done.before, "before"), (done.after, "after")):
        if code and (done.service, code) not in codes.stages:
            return rules.code_problem(code, (), field)
    return rules.code_problem(done.obstacle, codes.obstacles, "obstacle")


def _plan_helps(match: BatchMatch, visit_item: VisitItem, place: VisitPlace, pair: PairPlan) -> list[PlannedHelp]:
    """Return the planned support records of a visit. Those of one guest name one person or shop object, by which `support`
    knows that they have one receiver.
    """
    first = helper_of(match.pairs, pair.first)
    second = helper_of(match.pairs, pair.second) if pair.second is not None and pair.second.confirmed else None
    helps = []
    for guest in visit_item.payload.guests:
        person = _resident(guest.person, place) if guest.person is not None else None
        shop = _shop(place) if guest.business else None
        receipt = _receipt(guest, visit_item)
        for done in guest.helps:
            inputs = SupportRecordInput(
                service=done.service,
                happened_on=visit_item.counted_on,
                person=person,
                business=shop,
                helper=first,
                second=second,
                consent=guest.consent if person is not None else None,
                source=SupportRecordSource.VISIT,
                source_id=done.key,
                receipt=receipt,
                receiver_id=place.business_id if shop is not None else guest.contact_id,
            )
            helps.append(PlannedHelp(done, inputs))
    return helps


def _resident(person: Particulars, place: VisitPlace) -> Particulars:
    """Return the person with the place of the meeting."""
    return person._replace(
        address=place.address, neighbourhood_id=place.neighbourhood_id, household_id=place.household_id
    )


def _shop(place: VisitPlace) -> BusinessInput:
    return BusinessInput(place.name, address=place.address, neighbourhood_id=place.neighbourhood_id)


def _receipt(guest: GuestPayload, visit_item: VisitItem) -> ReceiptInput | None:
    """Return the receipt that the phone showed until the end of the visit."""
    receipt = guest.receipt
    return ReceiptInput(receipt.key, receipt.link, receipt.code, visit_item.ended_at) if receipt is not None else None


def new_visit(batch: VisitBatch, plan: VisitPlan) -> Visit:
    """Return the unsaved row of a planned visit."""
    visit_item, match, pair = plan.visit_item, plan.match, plan.pair
    payload, place, first, second = visit_item.payload, match.place, pair.first, pair.second
    paired = rules.is_pair(first, second)
    return database.new_object(
        Visit,
        id=visit_item.visit_id,
        unit_id=batch.unit.pk,
        drive_id=match.drive_id,
        door_id=match.door.door_id if match.door is not None else None,
        household_id=place.household_id,
        business_id=place.business_id,
        neighbourhood_id=place.neighbourhood_id,
        outcome=payload.outcome,
        follow_up_on=payload.follow_up_on,
        in_area=payload.in_area,
        happened_on=payload.happened_on,
        arrived_on=batch.today,
        recorded_at=batch.now,
        began_at=visit_item.began_at,
        ended_at=visit_item.ended_at,
        recorded_by_id=batch.actor.pk,
        device_id=visit_item.record.device_id,
        team_id=pair.team_id,
        first_id=first.teammate_id,
        first_name=first.name,
        first_kind=first.kind,
        first_how=first.how,
        second_id=second.teammate_id if second is not None else None,
        second_name=second.name if second is not None else "",
        second_kind=second.kind if second is not None else "",
        second_how=second.how if second is not None else How.NONE,
        second_problem=pair.second_problem,
        signature_encrypted=encryption.encrypt(pair.signature, context=SIGNATURE) if pair.signature else b"",
        paired=paired,
        paired_on=batch.today if paired else None,
        content_hash=visit_item.record.content_hash,
        counted_as=visit_item.visit_id,
    )
