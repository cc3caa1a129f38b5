"""Two accounts with one user name or one phone at the same moment: the second is refused in words."""

import pytest
from django.db import transaction

from doanso.accounts.actions import create_user
from doanso.accounts.models import User
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


@pytest.mark.parametrize(
    ("username", "phone", "refusal"),
    [("ngan", "0909123456", "username_taken"), ("ngan", "", "username_taken"), ("hoa", "0909123456", "phone_taken")],
)
def test_the_second_of_two_at_once_is_refused(tree, username, phone, refusal):
    def create(name, number):
        return lambda: create_user(actor=tree.an, username=name, display_name="Lê Thị Ngân", phone_number=number)

    before = User.objects.count()
    with transaction.atomic():
        create("ngan", "0909123456")()
        other = waiting(create(username, phone))
    other.join(PATIENCE)

    assert other.answer == refusal
    assert User.objects.count() == before + 1
