"""Checks that phones bring: which shop is meant, who was there, and what counts as read."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models.expressions import Combinable
from django.utils.translation import gettext as _

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.cashless import code_keys, policy
from doanso.cashless.actions.checks import CheckInput, CheckPair, SeenCode, ShopVisit, write_checks
from doanso.cashless.actions.following import insert_shops, lock_following
from doanso.cashless.models import CheckOrigin, Shop
from doanso.lib import clock
from doanso.lib.problems import Problem
from doanso.members.queries import home_units
from doanso.outreach.models import Teammate
from doanso.people.models import Business
from doanso.people.queries import canonical_businesses
from doanso.sync.ports import IncomingRecord
from doanso.units import queries as units
from doanso.units.models import Unit


class ScanPayload(NamedTuple):
    """What a phone read of the displayed code, and what it showed; without the account."""

    result: str
    fingerprint: str
    bank: str
    last_four: str
    several: bool = False


class CheckPayload(NamedTuple):
    """One `cashless.check` 1 body."""

    business_id: UUID
    happened_on: date
    seen_at: datetime
    state: str
    used_recently: bool | None
    reason: str
    scan: ScanPayload | None
    team_id: UUID | None
    first_id: UUID | None
    second_id: UUID | None
    second_name: str
    owner_says_changed: bool | None


@transaction.atomic(savepoint=False)
def record_checks(*, actor: User, unit: Unit, records: Sequence[IncomingRecord]) -> list[Problem | None]:
    """Record checks of one unit's phones; return for each why it was set aside, or None.

    A shop of the ward's register that nobody follows yet is followed from its first check on. Days that have not come are today.
    """
    policy.CHECK.require_for(actor, unit)
    keeping = units.keeping_unit(unit)
    home_id = home_units([keeping.pk])[keeping.pk]
    shops = _shops({record.content.business_id for record in records}, home_id, actor)
    teammates = _teammates(records, {home_id, unit.pk})
    visits: list[ShopVisit] = []
    answers: list[Problem | None] = []
    for record in records:
        shop = shops.get(record.content.business_id)
        if shop is None:
            message = _("This shop is not in the register of this ward. Fetch the list of shops anew.")
            answers.append(Problem("shop_unknown", message, "business"))
        else:
            answers.append(None)
            visits.append(_visit(record, shop, teammates, actor))
    if visits:
        write_checks(visits)
    return answers


def _shops(business_ids: set[UUID], home_id: UUID, actor: User) -> dict[UUID, Shop]:
    """Return the shops of these businesses in the ward, by the keys that phones sent; those of the register that nobody follows
    are followed.
    """
    present = canonical_businesses(business_ids)
    wanted = set(present) | set(present.values())
    # Shops of units that ended belong to the one that keeps their records.
    ward = records_below([home_id])
    followed = {shop.business_id: shop for shop in Shop.objects.filter(business__in=wanted)}
    missing = {present[key] for key in present if key not in followed and present[key] not in followed}
    if missing:
        followed |= _follow(missing, ward, home_id, actor)
    chosen = {key: followed.get(remaining) or followed.get(key) for key, remaining in present.items()}
    keys = [shop.pk for shop in chosen.values() if shop is not None]
    within = set(Shop.objects.filter(pk__in=keys, unit__in=ward).values_list("pk", flat=True))
    return {key: shop for key, shop in chosen.items() if shop is not None and shop.pk in within}


def _follow(business_ids: set[UUID], ward: Combinable, home_id: UUID, actor: User) -> dict[UUID, Shop]:
    """Follow those of these businesses that are in the ward's register; return their shops by business."""
    lock_following()
    followed = {shop.business_id: shop for shop in Shop.objects.filter(business__in=business_ids)}
    own = Business.objects.filter(pk__in=business_ids - set(followed), unit__in=ward, erased_at=None, gone_at=None)
    return followed | insert_shops(actor, home_id, dict.fromkeys(own.values_list("pk", flat=True), ""))


def _teammates(records: Sequence[IncomingRecord], unit_ids: Collection[UUID]) -> dict[UUID, Teammate]:
    wanted = {key for record in records for key in (record.content.first_id, record.content.second_id) if key}
    return Teammate.objects.filter(unit__in=list(unit_ids)).in_bulk(wanted)


def _visit(record: IncomingRecord, shop: Shop, teammates: Mapping[UUID, Teammate], actor: User) -> ShopVisit:
    payload: CheckPayload = record.content
    made_by = record.holder or actor
    first = teammates.get(payload.first_id) if payload.first_id is not None else None
    second = teammates.get(payload.second_id) if payload.second_id and payload.second_id != payload.first_id else None
    inputs = CheckInput(
        happened_on=min(payload.happened_on, clock.today()),
        state=payload.state,
        used_recently=payload.used_recently,
        reason=payload.reason,
        seen=_seen(payload.scan, record.device_id),
        phone_scan=payload.scan.result if payload.scan is not None else "",
        owner_says_changed=payload.owner_says_changed,
    )
    return ShopVisit(
        shop_id=shop.pk,
        inputs=inputs,
        pair=CheckPair(
            first.name if first is not None else made_by.display_name,
            first,
            second,
            second.name if second is not None else payload.second_name,
        ),
        made_by=made_by,
        seen_at=payload.seen_at - timedelta(seconds=record.skew),
        origin=CheckOrigin.PHONE,
        record_id=record.record_id,
        device_id=record.device_id,
        replaces=bool(record.base),
    )


def _seen(scan: ScanPayload | None, device_id: UUID) -> SeenCode | None:
    if scan is None or not scan.fingerprint:
        return None
    key = code_keys.codes_key(device_id)
    return SeenCode(
        scan.bank,
        scan.last_four,
        scan.fingerprint,
        partial(code_keys.phone_fingerprint, key),
        scan.fingerprint,
        scan.several,
    )
