"""The ledger's reversals and postings after a change of a visit."""

from typing import NamedTuple
from uuid import UUID

from doanso.ledger.inputs import FactInput
from doanso.lib.uuid7 import uuid7
from doanso.outreach.families import visits as families
from doanso.outreach.models import Visit


class Recount(NamedTuple):
    """Entries to be reversed and to be posted, and the key under which the visit counts from now on (`counted_as`)."""

    counted_as: UUID
    reversed: list[FactInput]
    posted: list[FactInput]


def plan_recount(old: Visit, new: Visit) -> Recount:
    """Return the postings for the new row of a visit, and set the recount's key on it.

    A version that takes back anything that was counted is counted anew as a whole, under a new key.
    """
    new.counted_as = old.counted_as
    before, after = families.facts_of(old), families.facts_of(new)
    if all(entry in after for entry in before):
        return Recount(new.counted_as, [], after)
    new.counted_as = uuid7()
    return Recount(new.counted_as, before, families.facts_of(new))
