"""Two members of ward 4 and one of ward 5, admitted by the real action."""

from dataclasses import dataclass
from datetime import date

import pytest

from doanso.ledger.actions import MeasurePlan, open_book
from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import Particulars
from doanso.testing import Tree
from tools.fixture_replay import replayed


@dataclass
class Register:
    tree: Tree
    duc: Member
    thuy: Member
    khang: Member


@pytest.fixture
@replayed
def register(tree: Tree) -> Register:
    """Đức and Thủy in p4-kp1, Khang in p5-kp1, and a programme with one indicator to be exempt from."""
    duc, thuy = admit_many(
        actor=tree.an,
        entries=[
            Admission(
                branch=tree.units["p4-kp1"],
                particulars=Particulars(
                    name="Nguyễn Hoàng Đức",
                    gender="male",
                    birth_date=date(2001, 4, 12),
                    phone="0912345678",
                    citizen_id="082201001234",
                    email="duc@example.vn",
                    address="12 Lê Lợi",
                ),
                joined_on=date(2018, 3, 26),
                card_number="820001",
            ),
            Admission(
                branch=tree.units["p4-kp1"],
                particulars=Particulars(name="Trần Thị Thủy", gender="female", birth_year=2003),
                since=date(2022, 9, 1),
            ),
        ],
    )
    [khang] = admit_many(
        actor=tree.chi,
        entries=[
            Admission(
                branch=tree.units["p5-kp1"],
                particulars=Particulars(name="Lê Minh Khang", gender="male", birth_date=date(1999, 1, 2)),
                since=date(2020, 6, 1),
            )
        ],
    )
    open_book(
        code="thanh-nien-so",
        root=tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[MeasurePlan("exempt-payment-members", "members.exempt", topic="payment-members")],
    )
    return Register(tree, duc, thuy, khang)
