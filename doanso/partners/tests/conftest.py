"""A bank of ward 4 in the small tree, with a contact, an agreement up to 30/11/2023 and an undertaking."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from doanso.accounts.models import User
from doanso.partners import actions
from doanso.partners.actions import AgreementInput, ContactInput, PartnerInput, UndertakingInput
from doanso.partners.models import Agreement, Partner, PartnerContact, Undertaking
from doanso.testing import Tree
from tools.fixture_replay import replayed

PHONE = "0909123456"


@dataclass
class Partnership:
    """The tree, and what ward 4 has written down of its bank."""

    tree: Tree
    bank: Partner
    contact: PartnerContact
    agreement: Agreement
    booths: Undertaking

    def fresh[M: (Partner, PartnerContact, Agreement, Undertaking)](self, record: M) -> M:
        return type(record).objects.get(pk=record.pk)

    def partner(self, name: str, code: str = "p4", *, by: User | None = None, kind: str = "bank") -> Partner:
        actor = by or {"p4": self.tree.an, "p5": self.tree.chi, "my-tho": self.tree.dung}[code]
        return actions.create_partner(actor=actor, unit=self.tree.units[code], inputs=PartnerInput(kind, name))

    def agree(self, partner: Partner | None = None, **changes: Any) -> Agreement:
        values = {"title": "Thỏa thuận khác", "valid_from": date(2023, 1, 1), "valid_until": date(2023, 12, 31)}
        partner = partner or self.bank
        actor = self.tree.an if partner.unit_id == self.tree.units["p4"].pk else self.tree.dung
        return actions.add_agreement(actor=actor, partner=partner, inputs=AgreementInput(**values | changes))

    def undertake(self, partner: Partner | None = None, **changes: Any) -> Undertaking:
        values = {"kind": "courses", "text": "Lớp cho người lớn tuổi", "quantity": 3}
        partner = partner or self.bank
        actor = self.tree.an if partner.unit_id == self.tree.units["p4"].pk else self.tree.dung
        return actions.add_undertaking(actor=actor, partner=partner, inputs=UndertakingInput(**values | changes))


@pytest.fixture
@replayed
def partnership(tree: Tree) -> Partnership:
    an = tree.an
    bank = actions.create_partner(
        actor=an,
        unit=tree.units["p4"],
        inputs=PartnerInput("bank", "Ngân hàng Sông Tiền", "Sông Tiền", website="songtien.example"),
    )
    contact = actions.add_contact(
        actor=an, partner=bank, inputs=ContactInput("Lê Thị Ngân", "Trưởng phòng", PHONE, "ngan@songtien.example")
    )
    agreement = actions.add_agreement(
        actor=an,
        partner=bank,
        inputs=AgreementInput(
            "Thỏa thuận phối hợp", date(2023, 3, 1), date(2023, 11, 30), date(2023, 2, 27), "05/TTHT-2023"
        ),
    )
    booths = actions.add_undertaking(
        actor=an,
        partner=bank,
        inputs=UndertakingInput(
            "booths", "Gian mở tài khoản tại ngày hội", 2, due_on=date(2023, 11, 20), agreement_id=agreement.pk
        ),
    )
    return Partnership(tree, bank, contact, agreement, booths)
