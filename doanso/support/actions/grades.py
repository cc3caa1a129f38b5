"""Better evidence for helps: the grade on the help and in the ledger, always both."""

from collections.abc import Sequence

from doanso.support import families, ports
from doanso.support.models import Help
from doanso.tally import actions as tally


def raise_grades(*, helps: Sequence[Help], grade: int) -> list[Help]:
    """Those whose grade rises to this one. The caller holds the transaction, has locked the helps and asked its policy."""
    risen = [one for one in helps if one.taken_back_at is None and one.grade < grade]
    if not risen:
        return []
    ports.lock_wrappers(risen)
    Help.objects.filter(pk__in=[one.pk for one in risen]).update(grade=grade)
    for one in risen:
        one.grade = grade
    for family in sorted({families.family_of(one) for one in risen}):
        mine = [one.pk for one in risen if families.family_of(one) == family]
        tally.set_grades(family=family, source_ids=mine, grade=grade)
    ports.tell_wrappers(risen)
    return risen
