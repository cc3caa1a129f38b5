"""Stage 2, match: the teammates that a batch names, the proofs it brings and the confirmations that wait for it."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from doanso.outreach.actions.cards import CardProof, ProofResult, check_proofs
from doanso.outreach.actions.visits.batches import PairMatch, VisitBatch
from doanso.outreach.actions.visits.help_histories import lock_confirmations
from doanso.outreach.models import AwaitedConfirmation, How, Teammate, Visit
from doanso.outreach.visit_payload import VisitPayload
from doanso.units.models import Unit


def check_batch_proofs(batch: VisitBatch) -> dict[UUID, ProofResult]:
    """Return by visit the results of its cards and codes. Locks cards, which come before names."""
    proofs = {
        visit_item.visit_id: CardProof(second.teammate_id, second.how, second.proof, visit_item.counted_on)
        for visit_item in batch.items
        if (second := visit_item.payload.second) is not None and second.how in {How.CARD, How.CODE}
    }
    if not proofs:
        return {}
    results = check_proofs(unit=Unit(pk=batch.home_id), proofs=list(proofs.values()))
    return dict(zip(proofs, results, strict=True))


def match_pairs(batch: VisitBatch, proofs: Mapping[UUID, ProofResult]) -> PairMatch:
    """Return all possible members of the pairs, and who has confirmed. Takes the named locks of visits that may still be
    confirmed.
    """
    confirmed_by = _read_confirmations(batch)
    teammate_ids = {visit_item.payload.first_id for visit_item in batch.items}
    teammate_ids |= {
        second.teammate_id for visit_item in batch.items if (second := visit_item.payload.second) is not None
    }
    teammate_ids |= {teammate_id for visit_words in confirmed_by.values() for teammate_id in visit_words}
    # The phone does not know whose card it was.
    teammate_ids |= {result.teammate_id for result in proofs.values()}
    teammate_ids.discard(None)
    holders = {batch.holder_of(visit_item).pk for visit_item in batch.items}
    named = Q(pk__in=teammate_ids) | Q(user__in=holders)
    teammates = Teammate.objects.filter(named, unit_id__in={batch.home_id, batch.unit.pk})
    rows = teammates.select_related("member__person", "member__contact")
    return PairMatch({teammate.pk: teammate for teammate in rows}, proofs, confirmed_by)


def _read_confirmations(batch: VisitBatch) -> dict[UUID, list[UUID]]:
    """Return by visit the teammates who confirmed on their own phone: before the visit came or, of a later version, since."""
    confirmed_by: dict[UUID, list[UUID]] = {}
    open_visits = [visit_item.visit_id for visit_item in batch.items if _may_be_confirmed(visit_item.payload)]
    if open_visits:
        lock_confirmations(open_visits)
        words = AwaitedConfirmation.objects.filter(visit_id__in=open_visits).order_by("confirmed_at", "pk")
        for visit_id, teammate_id in words.values_list("visit_id", "teammate_id"):
            confirmed_by.setdefault(visit_id, []).append(teammate_id)
    if batch.revision_ids:
        confirmed = Visit.objects.filter(pk__in=batch.revision_ids, second_how=How.SIGN_IN, second__isnull=False)
        for visit_id, teammate_id in confirmed.values_list("pk", "second_id"):
            confirmed_by.setdefault(visit_id, []).insert(0, teammate_id)
    return confirmed_by


def _may_be_confirmed(payload: VisitPayload) -> bool:
    """Return whether the second may still confirm on a phone of their own."""
    return payload.second is None or payload.second.how in {How.SIGN_IN, How.NONE}
