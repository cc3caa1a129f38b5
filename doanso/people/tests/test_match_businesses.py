"""Finding the shop a row means. A shop is not its owner."""

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from doanso.people.actions import BusinessInput, match_or_create_businesses
from doanso.people.models import Business, Duplicate

SHOP = BusinessInput("Tạp hóa Hoa", "Tạp hóa", phone="0903111222", address="12 Lê Lợi")


def meet(tree, code, *inputs):
    with transaction.atomic():
        return match_or_create_businesses(unit_id=tree.units[code].pk, inputs=inputs)


def test_a_shop_is_made_once_whatever_reports_it(tree):
    [first] = meet(tree, "p4", SHOP)
    [again] = meet(tree, "p4", BusinessInput("TẠP HOÁ HOA", address="Số 12 đường Lê Lợi"))
    [other] = meet(tree, "p5", SHOP)

    assert (first.is_new, again.is_new, other.is_new) == (True, False, False)
    assert {first.business_id, again.business_id, other.business_id} == {Business.objects.get().pk}
    assert (again.known_elsewhere, other.known_elsewhere) == (False, True)


@pytest.mark.parametrize(
    ("changes", "doubtful"),
    [
        (BusinessInput("Tạp hóa Hoa", phone="0903111222", address="90 Lê Lợi"), True),
        (BusinessInput("Tạp hóa Hòe", phone="0903111222"), True),
        (BusinessInput("Quán cơm Hoa", phone="0903111222"), False),
        (BusinessInput("Tạp hóa Hoa", phone="0977000111", address="90 Lê Lợi"), False),
    ],
    ids=["another door", "a letter off", "another trade", "a namesake"],
)
def test_what_is_merely_similar_is_new(tree, changes, doubtful):
    meet(tree, "p4", SHOP)
    [met] = meet(tree, "p4", changes)

    assert met.is_new
    assert met.doubtful is doubtful
    assert Duplicate.objects.exists() is doubtful


def test_five_hundred_take_as_many_statements_as_one(tree):
    crowd = [BusinessInput(f"Quán {place}", phone=f"09{place:08}") for place in range(500)]
    with CaptureQueriesContext(connection) as single:
        meet(tree, "p4", SHOP)
    with CaptureQueriesContext(connection) as many:
        meet(tree, "p4", *crowd)

    assert len(many) == len(single)
