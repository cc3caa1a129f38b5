"""Two who meet, or settle, the same person at the same moment."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection, transaction

from doanso.lib.problems import Refused
from doanso.people.actions import Particulars, meet_many, settle_duplicate
from doanso.people.models import Contact, Duplicate, Merge, Person

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*deeds):
    """Each deed in a thread of its own, all of them let go together; what each answered or refused with."""
    gate = Barrier(len(deeds))

    def run(deed):
        gate.wait()
        try:
            return deed()
        except Refused as refused:
            return refused.problem.code
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(run, deeds))


def test_two_wards_that_tell_of_one_person_at_once_make_one(tree):
    told = [Particulars("Nguyễn Thị Mai", birth_year=1958, phone="0903111222")]

    def meet(code):
        with transaction.atomic():
            return meet_many(unit_id=tree.units[code].pk, told=told)[0]

    found = at_once(lambda: meet("p4"), lambda: meet("p5"), lambda: meet("p4"))

    assert len({one.person_id for one in found}) == 1
    assert (Person.objects.count(), Contact.objects.count()) == (1, 2)


def test_a_pair_settled_twice_at_once_is_settled_once(tree, twins):
    pair = Duplicate.objects.get()
    found = at_once(
        lambda: settle_duplicate(actor=tree.dung, duplicate=pair, decision="same").state,
        lambda: settle_duplicate(actor=tree.giang, duplicate=pair, decision="same").state,
    )

    assert "same" in found
    assert set(found) - {"same"} <= {"settled_already", "merged_meanwhile", "one_already"}
    assert Merge.objects.count() == 1
