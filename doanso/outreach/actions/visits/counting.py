"""What the ledger counts of a visit that says something else now."""

from doanso.ledger import actions as ledger
from doanso.lib.uuid7 import uuid7
from doanso.outreach.families import visits as families
from doanso.outreach.models import Visit


def count_again(old: Visit, new: Visit) -> None:
    """Count what the new version says more; one that takes back what was counted is counted anew as a whole."""
    new.counted_as = old.counted_as
    before, after = families.counted(old), families.counted(new)
    if not all(fact in after for fact in before):
        for fact in before:
            ledger.take_back(family=fact.family, source_id=fact.source_id)
        new.counted_as = uuid7()
        after = families.counted(new)
    ledger.count_many(after)
