"""Begin to follow shops: the step by which a business of the register gets a place on the ladder."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.cashless import policy
from doanso.cashless.models import Shop, ShopState
from doanso.lib import clock, database, vietnamese
from doanso.lib.problems import Problem, Refused
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Business
from doanso.people.queries import canonical_businesses
from doanso.units.models import Unit

LONGEST_LABEL = 120


class FollowInput(NamedTuple):
    """A business to follow. `label` says where it stands ("Chợ Mỹ Tho · sạp A12"); an empty one leaves the former label."""

    business_id: UUID
    label: str = ""


@transaction.atomic
def follow_shops(*, actor: User, unit: Unit, businesses: Sequence[FollowInput]) -> Mapping[UUID, Shop]:
    """Follow these businesses for a unit; return their shops by the ids that were given.

    A business that is followed already keeps its unit and its checks, and gets the new label. A merged business is followed as
    the one that remained. Refused for one that is unknown, erased, or in the register of a unit that is not this one or below it.
    As many statements for one as for a thousand.
    """
    policy.MANAGE_AT.require_at(actor, unit)
    present = canonical_businesses(entry.business_id for entry in businesses)
    labels = {present[entry.business_id]: entry.label.strip()[:LONGEST_LABEL] for entry in businesses}
    known = set(Business.objects.filter(pk__in=labels, erased_at=None).values_list("pk", flat=True))
    register = Business.objects.filter(pk__in={*present, *labels}, unit__in=records_below([unit.pk]))
    own = set(register.values_list("pk", flat=True))
    # Of two that were merged across units the one that was given may be the unit's own.
    if len(known) < len(labels) or not all(key in own or present[key] in own for key in present):
        raise Refused(Problem("business_unknown", _("One of these shops is not in the register any more.")))
    lock_following()
    shops = Shop.objects.select_for_update(of=("self",)).filter(business__in=known).order_by("pk")
    followed = {shop.business_id: shop for shop in shops}
    relabelled = _managed(
        actor, unit, [shop for key, shop in followed.items() if labels[key] and shop.label != labels[key]]
    )
    for shop in relabelled:
        shop.label = labels[shop.business_id]
        shop.folded = _folded(shop.label)
    Shop.objects.bulk_update(relabelled, ["label", "folded"], batch_size=500)
    record_many(AuditEventInput(actor, "cashless.follow", shop, shop.unit_id, ("label",)) for shop in relabelled)
    followed |= insert_shops(actor, unit.pk, {key: label for key, label in labels.items() if key not in followed})
    return {entry.business_id: followed[present[entry.business_id]] for entry in businesses}


def lock_following() -> None:
    """Lock the beginning to follow shops: of two who begin with one business at once, the second finds the first one's shop."""
    database.lock(["cashless.follow"], shared=False)


def insert_shops(actor: User, unit_id: UUID, labels: Mapping[UUID, str]) -> dict[UUID, Shop]:
    """Follow businesses that nobody follows, by their labels, under `lock_following`; return their shops by business."""
    now = clock.now()
    shops = [
        Shop(
            pk=uuid7(),
            business_id=key,
            unit_id=unit_id,
            label=label,
            folded=_folded(label),
            state=ShopState.NONE,
            made_at=now,
            made_by=actor,
        )
        for key, label in labels.items()
    ]
    database.insert_objects(shops)
    record_many(AuditEventInput(actor, "cashless.follow", shop, unit_id) for shop in shops)
    return {shop.business_id: shop for shop in shops}


def _folded(label: str) -> str:
    return vietnamese.fold(label)[:LONGEST_LABEL]


def _managed(actor: User, unit: Unit, shops: Sequence[Shop]) -> list[Shop]:
    """Return those of these shops that the actor manages: one that was merged may be followed by another unit."""
    elsewhere = [shop.pk for shop in shops if shop.unit_id != unit.pk]
    if not elsewhere:
        return list(shops)
    managed = set(policy.MANAGE.filter(actor, Shop.objects.filter(pk__in=elsewhere)).values_list("pk", flat=True))
    return [shop for shop in shops if shop.unit_id == unit.pk or shop.pk in managed]
