"""Two requests for doors at the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection

from doanso.accounts.models import User
from doanso.outreach.actions.doors import take_doors
from doanso.outreach.models import Door
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.walking import lay_street

pytestmark = pytest.mark.django_db(transaction=True)


def test_two_phones_never_get_the_same_door(outing: Outing) -> None:
    lay_street(outing, "Ấp Bắc", map(str, range(1, 18)))
    gate = Barrier(4)

    def ask(actor: User) -> Callable[[], list[Door]]:
        def run() -> list[Door]:
            gate.wait()
            try:
                return [
                    door
                    for _again in range(3)
                    for door in take_doors(actor=actor, drive=outing.drive, want=2, near_id=outing.doors[0].pk)
                ]
            finally:
                connection.close()

        return run

    askers = [outing.tree.lan, outing.tree.an, outing.tree.dung, outing.tree.giang]
    with ThreadPoolExecutor(len(askers)) as pool:
        got = [future.result() for future in [pool.submit(ask(asker)) for asker in askers]]

    keys = [door.pk for doors in got for door in doors]
    assert len(keys) == len(set(keys))
    for actor, doors in zip(askers, got, strict=True):
        assert {door.pk for door in Door.objects.filter(taken_by=actor)} == {door.pk for door in doors}
    assert Door.objects.filter(taken_by=None).count() == 20 - len(keys)
