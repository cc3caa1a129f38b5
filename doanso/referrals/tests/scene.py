"""Set-up that tests of 1+2 share: members, slots that are handed over, and people who fill them."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.models import Book
from doanso.ledger.queries import figures
from doanso.members.actions import Admission, admit_many
from doanso.members.models import Member
from doanso.people.actions import Particulars, link_sign_in
from doanso.referrals import actions, slot_keys
from doanso.referrals.actions import FilledSlotResult, GuidedPersonInput
from doanso.referrals.models import ReferralSlot
from doanso.support import queries as support
from doanso.support.actions import confirm_receipt
from doanso.testing import TODAY, Tree

BOOK_DAYS = (date(2023, 1, 1), date(2023, 12, 31))


@dataclass
class ReferralScene:
    """Khoa (born 2002, signs in) and Thủy (born 2003, no sign-in) of p4-kp1, Khang of p5-kp1; a book that counts 1+2."""

    tree: Tree
    khoa: Member
    thuy: Member
    khang: Member
    book: Book

    def open(self, kind: str = "friend", member: Member | None = None) -> ReferralSlot:
        """Hand a slot over: by Khoa himself, by the branch's secretary for Thủy."""
        member = member or self.khoa
        actor = {self.khoa.pk: self.tree.khoa, self.thuy.pk: self.tree.binh, self.khang.pk: self.tree.chi}[member.pk]
        return actions.open_slot(actor=actor, member_id=member.pk, kind=kind)

    def accept(
        self, slot: ReferralSlot, name: str = "Nguyễn Minh Khang", year: int = 2001, **details: Any
    ) -> FilledSlotResult:
        """Accept an invitation as the helped person, on their own phone."""
        staff = details.pop("staff", False)
        return actions.accept_invitation(
            slot_id=slot.pk, guided=guided(name, year, **details), staff_browser=staff, device=[name, "A phone"]
        )

    def both(self, member: Member | None = None) -> tuple[ReferralSlot, ReferralSlot]:
        """Return the slots of a friend and a relative who have both confirmed."""
        friend = self.accept(self.open("friend", member)).slot
        relative = self.accept(self.open("relative", member), "Huỳnh Thị Sáu", 1975).slot
        return friend, relative

    def figure(self, code: str = "refer-two", unit: str = "my-tho", on: date = TODAY) -> int:
        """Return a unit's figure."""
        key = self.tree.units[unit].pk
        return int(figures(book=self.book, unit_ids=[key], on=on)[key, code].total)


def guided(name: str = "Nguyễn Minh Khang", year: int | None = 2001, **details: Any) -> GuidedPersonInput:
    """Return a person who was guided to the portal and agrees to be written down."""
    fields: dict[str, Any] = {"services": ("portal",), "purposes": ("support",)} | details
    return GuidedPersonInput(name=name, birth_year=year, **fields)


def confirm(filled: FilledSlotResult) -> None:
    """Confirm the receipt as the helped person, on a phone of their own."""
    confirm_receipt(receipt_id=filled.receipt_id, staff_browser=False, device=["own", "phone"])


def link_of(slot: ReferralSlot) -> str:
    """Return the secret of a slot's link."""
    keys = slot_keys.keys_of(slot)
    assert keys is not None
    return keys.link


def receipt_link(filled: FilledSlotResult) -> str:
    """Return the secret of a receipt's link."""
    keys = support.keys_of(filled.receipt_id)
    assert keys is not None
    return keys.link


def make_scene(tree: Tree) -> ReferralScene:
    """See `Referring`."""
    admitted = admit_many(
        actor=tree.an,
        entries=[
            Admission(
                branch=tree.units["p4-kp1"],
                particulars=Particulars(name="Huỳnh Đăng Khoa", gender="male", birth_date=date(2002, 5, 1)),
                since=date(2022, 9, 1),
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
    khoa, thuy = admitted
    link_sign_in(person=khoa.person, user=tree.khoa)
    book = open_book(
        code="lan-toa",
        root=tree.units["my-tho"],
        first_day=BOOK_DAYS[0],
        last_day=BOOK_DAYS[1],
        measures=[
            MeasurePlan("refer-two", "outreach.referred-two"),
            MeasurePlan("members", "members.active"),
            MeasurePlan("exempt-refer-two", "members.exempt", topic="refer-two"),
            MeasurePlan("portal-residents", "support.people", "portal", level=1),
        ],
    )
    return ReferralScene(tree, khoa, thuy, khang, book)
