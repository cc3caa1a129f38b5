"""The small tree with services, a book of people and shops helped, and inputs of ward 4."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID
from zlib import crc32

import pytest

from doanso.adoption.models import Service
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.models import Book, MeasureKind
from doanso.ledger.queries import figures
from doanso.members.tests.conftest import register  # noqa: F401
from doanso.people.actions import BusinessInput, Particulars
from doanso.support.actions import ConsentInput, Helper, SupportRecordInput, record_helps
from doanso.support.models import SupportRecord
from doanso.testing import TODAY, Tree
from tools.fixture_replay import replayed

AGREED = ConsentInput(("support",), "paper", "2023-09")


def record_input(name: str = "Nguyễn Văn Bảy", year: int = 1951, **overrides: Any) -> SupportRecordInput:
    """Return the input of a resident helped with the portal, with a phone of their own."""
    phone = overrides.pop("phone", f"09{crc32(name.encode()) % 10**8:08}")
    person = Particulars(name=name, birth_year=year, phone=phone, address=overrides.pop("address", ""))
    fields = {
        "service": "portal",
        "happened_on": TODAY,
        "helper": Helper("Trần Gia Huy"),
        "consent": AGREED,
    } | overrides
    return SupportRecordInput(person=person, **fields)


def shop(name: str = "Tạp hóa Bảy", **overrides: Any) -> SupportRecordInput:
    """Return the input of a shop helped with payments."""
    business = BusinessInput(name=name, phone=overrides.pop("phone", ""), address=overrides.pop("address", ""))
    fields = {"service": "payment", "happened_on": TODAY, "helper": Helper("Trần Gia Huy")} | overrides
    return SupportRecordInput(business=business, **fields)


@dataclass
class Ward:
    """Wards 4 and 5, and the book that counts both."""

    tree: Tree
    book: Book

    def figure(self, code: str = "portal-residents", unit: str = "my-tho") -> int:
        """Return a unit's figure of today."""
        return self.grades(code, unit).total

    def grades(self, code: str = "portal-residents", unit: str = "my-tho") -> Any:
        """Return a unit's figure of today by grades."""
        key = self.tree.units[unit].pk
        figures_by_key = figures(book=self.book, unit_ids=[key], on=TODAY)
        return figures_by_key[key, code]

    def support_record(self, *entries: SupportRecordInput, unit: str = "p4") -> list[SupportRecord]:
        """Record help by the unit's own secretary."""
        actor = {"p4": self.tree.an, "p4-kp1": self.tree.binh, "p5": self.tree.chi}[unit]
        results = record_helps(actor=actor, unit=self.tree.units[unit], entries=entries)
        return [SupportRecord.objects.get(pk=result.support_record_id) for result in results]


@pytest.fixture
@replayed
def ward(tree: Tree) -> Ward:
    """Make services and a book of the year with four measures of help."""
    for place, code in enumerate(("portal", "payment", "vneid"), start=1):
        Service.objects.create(code=code, name=f"Dịch vụ {code}", short_name=code, icon="id", position=place)
    book = open_book(
        code="giup-dan",
        root=tree.units["my-tho"],
        first_day=date(2023, 1, 1),
        last_day=date(2023, 12, 31),
        measures=[
            MeasurePlan("portal-residents", "support.people", "portal", level=1),
            MeasurePlan("portal-times", "support.people", "portal", kind=MeasureKind.TIMES),
            MeasurePlan("payment-shops", "support.businesses", "payment", level=1),
            MeasurePlan("payment-residents", "support.people", "payment", level=1),
        ],
    )
    return Ward(tree, book)


@pytest.fixture
def thirty(settings: Any) -> None:
    """Have a round ask at least thirty."""
    settings.RECHECK_SHARE, settings.RECHECK_LEAST = 5, 30


@pytest.fixture
def link_of() -> Callable[[SupportRecord], str]:
    """Return a function that decrypts the link of a record's receipt."""

    def opened(support_record: SupportRecord) -> str:
        from doanso.support.receipt_keys import keys_of

        support_record.refresh_from_db()
        assert support_record.receipt is not None
        keys = keys_of(support_record.receipt)
        assert keys is not None
        return keys.link

    return opened


def key_of(number: int) -> UUID:
    """Return a record's own key, as a phone or a list would make one."""
    return UUID(int=number)
