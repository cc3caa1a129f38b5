"""The demo's incoming documents: one letter from outside that waits to be handled."""

from datetime import date, timedelta
from functools import partial

from doanso.accounts.models import User
from doanso.incoming import actions
from doanso.incoming.actions import IncomingInput
from doanso.lib.dated_actions import DatedAction, SeparateAction
from doanso.units.models import Unit

ARRIVED = date(2023, 11, 9)


def year(city: Unit, *, clerk: User, officer: User, until: date) -> list[DatedAction]:
    """Return the dated actions up to a day; each stores files, so each is a transaction of its own."""
    schedule: list[DatedAction] = [(ARRIVED, SeparateAction(partial(_take_in_letter, city, clerk, officer)))]
    return [entry for entry in schedule if entry[0] <= until]


def _take_in_letter(city: Unit, clerk: User, officer: User) -> None:
    inputs = IncomingInput(
        issuer="UBND thành phố Mỹ Tho",
        summary="V/v phối hợp tổ chức Ngày hội thanh toán không dùng tiền mặt",
        notation="2145/UBND-VX",
        dated=date(2023, 11, 8),
        answer_by=ARRIVED + timedelta(days=6),
    )
    arrival = actions.take_in(actor=clerk, unit=city, inputs=inputs)
    actions.assign_arrival(actor=clerk, arrival=arrival, user=officer, answer_by=date(2023, 11, 15))
