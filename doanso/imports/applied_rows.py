"""Which rows of lists were applied already, by keyed hashes for the lists' owners: a row imported again writes nothing."""

from collections.abc import Collection, Mapping
from uuid import UUID

from doanso.imports.models import AppliedRow
from doanso.lib import database


def known_targets(*, kind: str, keys: Collection[str]) -> dict[str, UUID]:
    """Return what was recorded of these keys."""
    if not keys:
        return {}
    return dict(AppliedRow.objects.filter(kind=kind, key__in=keys).values_list("key", "target"))


def remember_targets(*, kind: str, targets: Mapping[str, UUID]) -> None:
    """Keep what each key's row was recorded as, in the transaction that records it.

    Raise `IntegrityError` for a key that another transaction has kept meanwhile: the importer then judges the row anew.
    """
    database.insert_rows(
        AppliedRow, ("kind", "key", "target"), [(kind, key, target) for key, target in targets.items()]
    )


def forget_targets(*, kind: str, targets: Collection[UUID]) -> None:
    """Delete the keys of what was recorded of a person who is erased: nothing leads from a list to it any more."""
    AppliedRow.objects.filter(kind=kind, target__in=targets).delete()
