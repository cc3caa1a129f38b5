"""What lists of deeds have told already, for their owners: a list brought again brings nothing twice."""

from collections.abc import Collection, Mapping
from uuid import UUID

from doanso.imports.models import Told
from doanso.lib import database


def told_before(*, kind: str, keys: Collection[str]) -> dict[str, UUID]:
    """What was recorded of these keys."""
    if not keys:
        return {}
    return dict(Told.objects.filter(kind=kind, key__in=keys).values_list("key", "target"))


def remember_told(*, kind: str, targets: Mapping[str, UUID]) -> None:
    """Keep what was recorded of each key, in the transaction that records it. A key that somebody else has kept meanwhile
    is an `IntegrityError`: the importer then judges the row anew."""
    database.insert_rows(Told, ("kind", "key", "target"), [(kind, key, target) for key, target in targets.items()])


def forget_told(*, kind: str, targets: Collection[UUID]) -> None:
    """Nothing leads any more from a list to what was recorded: its person is erased."""
    Told.objects.filter(kind=kind, target__in=targets).delete()
