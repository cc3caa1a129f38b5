"""What checks say about shops as of a day, for the apps above; a constant number of statements."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import date
from typing import NamedTuple
from uuid import UUID

from doanso.cashless.models import ACCEPTING, ShopCheck
from doanso.cashless.queries.merges import merged_into
from doanso.cashless.rules.ladder import READ_RESULTS, CheckFacts, status_of
from doanso.people.queries import canonical_businesses


class ShopStatus(NamedTuple):
    """A shop as of a day. `used_recently` is the answer of the newest check, None where it was not asked.

    `checked_on` is the day of the newest check, `code_checked_on` of the newest one at which the displayed code was read, and
    `code_scan` what it was (`ScanResult`).
    """

    state: str
    accepts: bool
    used_recently: bool | None
    checked_on: date | None
    code_checked_on: date | None
    code_scan: str = ""


def shop_states(business_ids: Collection[UUID], on: date) -> Mapping[UUID, ShopStatus]:
    """Return the status of each of these shops as of a day, by the ids that were given; a business that was never checked until
    then is left out.

    Checks of businesses that were merged since count for the one that remained. Two statements, and one or two for each level of
    merges.
    """
    present = canonical_businesses(business_ids)
    wanted = set(present) | set(present.values())
    merged = merged_into(set(present.values()))
    rows = (
        ShopCheck.objects.filter(shop__business__in=wanted | set(merged), taken_back_at=None, happened_on__lte=on)
        .order_by("-happened_on", "-seen_at", "-pk")
        .values_list("shop__business_id", "happened_on", "state", "used_recently", "scan")
    )
    checks: dict[UUID, list[CheckFacts]] = defaultdict(list)
    for business_id, happened_on, state, used_recently, scan in rows:
        key = merged.get(business_id) or present.get(business_id, business_id)
        checks[key].append(CheckFacts(happened_on, state, used_recently, scan))
    statuses = {}
    for business_id, remaining_id in present.items():
        if remaining_id in checks:
            status = status_of(checks[remaining_id])
            statuses[business_id] = ShopStatus(
                status.state,
                status.state in ACCEPTING,
                status.used_recently,
                status.checked_on,
                status.code_checked_on,
                next((check.scan for check in checks[remaining_id] if check.scan in READ_RESULTS), ""),
            )
    return statuses
