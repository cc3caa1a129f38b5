"""One person in two wards' lists: figures follow when the two become one, when that is taken back, and when they are erased."""

from django.core.management import call_command

from doanso.ledger.queries import erased_count
from doanso.people.actions import erase_person, open_request, resolve_duplicate, undo_merge
from doanso.people.models import Duplicate, Merge
from doanso.support.tests.conftest import Ward, record_input, ward  # noqa: F401
from doanso.testing import TODAY, Tree

NAME, PHONE = "Nguyễn Thị Mai", "0903111222"


def test_two_records_of_one_person_count_once_when_they_are_one(tree: Tree, ward: Ward) -> None:  # noqa: F811
    def figures() -> tuple[int, int, int, int]:
        call_command("recount")
        codes = ("portal-residents", "portal-times")
        return tuple(ward.figure(code, unit) for code in codes for unit in ("p4", "p5"))  # type: ignore[return-value]

    ward.support_record(record_input(NAME, 1958, phone=PHONE))
    # A year off, so nobody can know.
    ward.support_record(record_input(NAME, 1959, phone=PHONE), unit="p5")
    assert figures() == (1, 1, 1, 1)

    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    assert figures() == (1, 0, 1, 1)

    # The second ward helps its own record again; it stays with that record when the two are parted.
    ward.support_record(record_input(NAME, 1959, phone=PHONE, service="payment"), unit="p5")
    assert ward.figure("payment-residents", "p5") == 1
    undo_merge(actor=tree.dung, merge=Merge.objects.get())
    assert figures() == (1, 1, 1, 1)
    assert ward.figure("payment-residents", "p5") == 1

    resolve_duplicate(actor=tree.dung, duplicate=Duplicate.objects.get(), decision="same")
    merge = Merge.objects.get(undone_at=None)
    request = open_request(
        actor=tree.dung, person_id=merge.gone_id, unit_id=tree.units["p5"].pk, kind="erase", channel="paper"
    )
    erase_person(actor=tree.dung, request=request)
    assert figures() == (1, 0, 1, 1)
    city = tree.units["my-tho"].pk
    assert (
        erased_count(book=ward.book, measure=ward.book.measures.get(code="portal-residents"), unit_id=city, on=TODAY)
        == 1
    )

    # No key is kept: recorded again, the same person is somebody new and counts anew.
    ward.support_record(record_input(NAME, 1958, phone=PHONE))
    assert figures() == (2, 0, 2, 1)
