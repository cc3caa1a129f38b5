"""Two changes of the tree at the same moment are carried out one after the other."""

from contextlib import suppress

import pytest
from django.core.exceptions import PermissionDenied

from doanso.ledger.recount import recount
from doanso.organisation.actions import merge_units, rename_unit, undo
from doanso.people.tests.test_at_once import at_once
from doanso.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_one_takes_back_another_does_not_hold(tree):
    def unit(code):
        return Unit.objects.get(code=code)

    def rename(code, name):
        # Of a unit that has ended nobody may change anything; while it is being taken back, that is a matter of turns.
        with suppress(PermissionDenied):
            rename_unit(actor=tree.giang, unit=unit(code), name=f"Chi đoàn {name}", short_name=name)

    for name in ("Một", "Hai", "Ba", "Tư"):
        change = merge_units(actor=tree.giang, units=[unit("p4-kp2")], into=unit("p4-kp1"))
        at_once(
            lambda change=change: undo(actor=tree.giang, change=change),
            lambda name=name: rename("p4-kp2", name),
            lambda name=name: rename("p4-kp1", name),
        )
        assert unit("p4-kp2").until is None
    assert list(recount()) == []
