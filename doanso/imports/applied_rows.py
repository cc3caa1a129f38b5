"""Rows of lists applied before, by keyed hashes, for the lists' owners: a row imported again writes nothing."""

from collections.abc import Collection, Mapping
from uuid import UUID

from doanso.imports.models import AppliedRow
from doanso.lib import database


def known_targets(*, kind: str, keys: Collection[str]) -> dict[str, UUID]:
    """Return by key the id of the record that was made of its row."""
    if not keys:
        return {}
    return dict(AppliedRow.objects.filter(kind=kind, key__in=keys).values_list("key", "target"))


def remember_targets(*, kind: str, targets: Mapping[str, UUID]) -> None:
    """Store by key the record that was made of its row, in the transaction that makes it.

    Raise `IntegrityError` for a key that another transaction has kept meanwhile: the importer then judges the row anew.
    """
    database.insert_rows(
        AppliedRow, ("kind", "key", "target"), [(kind, key, target) for key, target in targets.items()]
    )


def forget_targets(*, kind: str, targets: Collection[UUID]) -> None:
    """Delete the keys of records of an erased person, so that no list leads to them any more."""
    AppliedRow.objects.filter(kind=kind, target__in=targets).delete()
