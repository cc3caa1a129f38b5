"""Stage 5, post: the ledger's entries and the history of written visits and their support records."""

from doanso.audit.actions import AuditEventInput
from doanso.ledger import actions as ledger
from doanso.outreach.actions.visits.batches import WrittenVisits
from doanso.outreach.actions.visits.recounts import Recount
from doanso.outreach.families import visits as families
from doanso.support import actions as support


def post_new_visits(written: WrittenVisits) -> None:
    """Post new visits to history and ledger, in the same two calls as their support records."""
    actor, unit_id = written.batch.actor, written.batch.unit.pk
    support.post_support_records(
        written.records,
        events=[AuditEventInput(actor, "outreach.record", visit, unit_id) for visit in written.visits],
        counted=[entry for visit in written.visits for entry in families.facts_of(visit)],
    )


def post_recount(recount: Recount) -> None:
    """Reverse and post the entries of a visit that has changed; a known entry with equal content does nothing."""
    for entry in recount.reversed:
        ledger.take_back(family=entry.family, source_id=entry.source_id)
    ledger.count_many(recount.posted)
