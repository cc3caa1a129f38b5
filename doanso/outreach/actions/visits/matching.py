"""Stage 2, match: everything that a batch names is locked and looked up; the number of statements is the same for one visit and
for a hundred.

Homes and shops that the register does not have are created by this stage, since doors and support records refer to them.
"""

from doanso.adoption.models import AdoptionStage, Obstacle
from doanso.lib import database
from doanso.outreach.actions.doors import lock_doors
from doanso.outreach.actions.visits.batches import BatchMatch, CodeMatch, VisitBatch
from doanso.outreach.actions.visits.help_histories import lock_confirmations
from doanso.outreach.actions.visits.pair_matching import check_batch_proofs, match_pairs
from doanso.outreach.actions.visits.place_matching import match_places
from doanso.outreach.models import Visit
from doanso.people import actions as people


def match_batch(batch: VisitBatch) -> BatchMatch:
    """Return the batch with its places, pairs and codes.

    Locks, in their order: cards of the batch's codes, names of its people and shops; of later versions the named locks, visits
    and doors; then the named locks of visits whose second may still confirm.
    """
    codes = _match_codes(batch)
    proofs = check_batch_proofs(batch)
    _lock_batch(batch)
    places = match_places(batch)
    return BatchMatch(batch, places, match_pairs(batch, proofs), codes)


def _match_codes(batch: VisitBatch) -> CodeMatch:
    helps = [done for visit_item in batch.items for guest in visit_item.payload.guests for done in guest.helps]
    services = {done.service for done in helps if done.before or done.after}
    obstacles = {done.obstacle for done in helps if done.obstacle}
    stages = {}
    if services:
        condition = f"service_id IN ({database.placeholders(services)})"
        rows = database.read_rows(AdoptionStage, ("service", "code", "id"), condition, [*services])
        stages = {(service, code): stage_id for service, code, stage_id in rows}
    known_obstacles = Obstacle.objects.filter(pk__in=obstacles).values_list("pk", flat=True) if obstacles else ()
    return CodeMatch(stages, frozenset(known_obstacles))


def _lock_batch(batch: VisitBatch) -> None:
    """Lock all names of people and shops of the batch, once and before any row; then rows of later versions."""
    persons = [
        guest.person for visit_item in batch.items for guest in visit_item.payload.guests if guest.person is not None
    ]
    shops = [shop.name for visit_item in batch.items if (shop := visit_item.payload.business) is not None and shop.new]
    people.lock_people_and_shops({(person.name, people.birth_year_of(person)) for person in persons}, shops)
    revision_ids = batch.revision_ids
    if revision_ids:
        # The visits in effect, with their named locks and their doors, before places and support records.
        lock_confirmations(revision_ids)
        visits = Visit.objects.select_for_update(of=("self",)).filter(pk__in=revision_ids).order_by("pk")
        doors = {door_id for _visit_id, door_id in visits.values_list("pk", "door_id")}
        places = {place.key for visit_item in batch.items if (place := visit_item.reported_place) is not None}
        lock_doors(doors | {visit_item.payload.door_id for visit_item in batch.items}, places=places)
