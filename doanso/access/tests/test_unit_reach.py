"""A reach read once for several units gives the same answers as asking each permission about each object."""

import pytest

from doanso.access.policy import Permission, UnitReach, current_role_assignments
from doanso.access.roles import GRANTS
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.units.models import Unit, UnitPath

pytestmark = [pytest.mark.django_db, pytest.mark.long_on_postgres]

# One permission of each kind: which roles have it, and how far.
_NAMES = sorted({name for scopes in GRANTS.values() for name in scopes})
_OF_EACH_KIND = {tuple(scopes.get(name) for scopes in GRANTS.values()): name for name in _NAMES}
PERMISSIONS = [Permission(name, unit_of="id") for name in _OF_EACH_KIND.values()]


@pytest.fixture
def units(tree):
    """All units, of which one has ended and leaves its records to a branch of the next ward."""
    today = clock.today()
    Unit.objects.filter(pk=tree.units["p4-kp2"].pk).update(until=today, keeper=tree.units["p5-kp1"])
    UnitPath.objects.filter(unit=tree.units["p4-kp2"]).update(until=today)
    return list(Unit.objects.all())


def test_it_answers_as_each_permission_does(tree, units):
    ended = next(unit for unit in units if unit.until is not None)
    for actor in User.objects.all():
        reach = UnitReach(actor, units)
        for permission in PERMISSIONS:
            allowed = set(permission.filter(actor, Unit.objects.all()).values_list("code", flat=True))
            assert {unit.code for unit in units if reach.allows(permission, unit)} == allowed
            for unit in tree.units["p4"], tree.units["p4-kp1"], ended:
                assert reach.allows_at(permission, unit) == permission.allows_at(actor, unit)


def test_one_statement_reads_it(tree, units, django_assert_num_queries):
    actor = tree.an
    actor.prepared_role_assignments = current_role_assignments(actor)

    with django_assert_num_queries(1):
        reach = UnitReach(actor, units)
        for permission in PERMISSIONS:
            assert len([reach.allows(permission, unit) for unit in units]) == len(units)


def test_the_own_record_is_reached_wherever_it_is(tree):
    permission = Permission("members.view", unit_of="id", own_of="successor__user")
    unit = tree.units["p5"]
    reach = UnitReach(tree.khoa, [unit])

    assert reach.allows(permission, unit, owner_id=tree.khoa.pk)
    assert not reach.allows(permission, unit, owner_id=tree.an.pk)
    assert not reach.allows(permission, unit)
