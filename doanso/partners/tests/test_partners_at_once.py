"""One form sent twice at the same moment makes one partner, one contact, one agreement, one undertaking."""

from datetime import date

import pytest
from django.db import transaction

from doanso.lib.uuid7 import uuid7
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.partners import actions
from doanso.partners.actions import AgreementInput, ContactInput, PartnerInput, UndertakingInput
from doanso.partners.models import Partner

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]

BANK = PartnerInput("bank", "Ngân hàng Sông Tiền")


def one_after_the_other(first, second):
    """Run the second action while the first is not committed; return the first's key and the second's key or refusal."""
    with transaction.atomic():
        made = first()
        other = waiting(second)
    other.join(PATIENCE)
    return made.pk, getattr(other.answer, "pk", other.answer)


def test_one_form_sent_twice_at_once_makes_one_partner(tree):
    key = uuid7()

    def send():
        return actions.create_partner(actor=tree.an, unit=tree.units["p4"], inputs=BANK, key=key)

    assert one_after_the_other(send, send) == (key, key)
    assert Partner.objects.count() == 1


def test_a_form_sent_to_two_wards_at_once_makes_the_first_alone(tree):
    key = uuid7()

    def send(actor, code):
        return lambda: actions.create_partner(actor=actor, unit=tree.units[code], inputs=BANK, key=key)

    assert one_after_the_other(send(tree.an, "p4"), send(tree.chi, "p5")) == (key, "form_used")
    assert Partner.objects.get().unit == tree.units["p4"]


@pytest.mark.parametrize(
    ("add", "inputs"),
    [
        (actions.add_contact, ContactInput("Lê Thị Ngân")),
        (actions.add_agreement, AgreementInput(title="Thỏa thuận", valid_from=date(2023, 1, 1))),
        (actions.add_undertaking, UndertakingInput("courses", "Lớp cho người lớn tuổi", 3)),
    ],
)
def test_a_form_sent_to_two_partners_at_once_adds_to_the_first_alone(tree, add, inputs):
    key = uuid7()
    first, second = (
        actions.create_partner(actor=tree.an, unit=tree.units["p4"], inputs=PartnerInput("bank", name))
        for name in ("Ngân hàng Sông Tiền", "Ví Sông Hậu")
    )

    def send(partner):
        return lambda: add(actor=tree.an, partner=partner, inputs=inputs, key=key)

    assert one_after_the_other(send(first), send(second)) == (key, "form_used")
