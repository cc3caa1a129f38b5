"""What survey sheets of a day said: the newest answers of each address, and the newest state of each shop."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple
from uuid import UUID

from doanso.cashless.models import ShopCheck
from doanso.places.models import Address, AddressCheck


class DayAnswers(NamedTuple):
    """The answers of an address on a day: whether somebody answered, and yes or no by question."""

    outcome: str
    answers: dict[str, bool]


def answers_of_day(addresses: Iterable[Address], on: date) -> dict[UUID, DayAnswers]:
    """Return the newest answers of that day by address; one statement."""
    checks = AddressCheck.objects.filter(address__in=list(addresses), checked_on=on).order_by("pk")
    rows = checks.values_list("address_id", "outcome", "answers")
    return {address_id: DayAnswers(outcome, answers) for address_id, outcome, answers in rows}


def shop_states_checked_on(business_ids: Iterable[UUID], on: date) -> dict[UUID, str]:
    """Return the newest state among the checks of that day, by business; one statement. Shops not checked then are left out."""
    checks = ShopCheck.objects.filter(shop__business__in=list(business_ids), happened_on=on, taken_back_at=None)
    return dict(checks.order_by("seen_at", "pk").values_list("shop__business_id", "state"))
