"""`holders_at` returns the same accounts as asking `allows_at` of each one."""

from datetime import date, timedelta

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.access.policy import Permission
from doanso.access.roles import GRANTS
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.units.models import Unit

pytestmark = [pytest.mark.django_db, pytest.mark.long_on_postgres]

VERBS = sorted({name for verbs in GRANTS.values() for name in verbs})


def asked_of_each(permission: Permission, unit: Unit) -> set[str]:
    return {user.username for user in User.objects.all() if permission.allows_at(user, unit)}


def asked_at_once(permission: Permission, unit: Unit) -> list[str]:
    return sorted(permission.holders_at(unit).values_list("username", flat=True))


@pytest.mark.if_changed("daily", "units")
@pytest.mark.parametrize("name", VERBS)
def test_both_answers_are_the_same_at_every_unit(tree, name):
    tree.units["p5"].until = clock.today()
    tree.units["p5"].save(update_fields=["until"])
    tree.units["p5"].paths_up.update(until=clock.today())
    for unit in tree.units.values():
        assert asked_at_once(Permission(name, unit_of="id"), unit) == sorted(
            asked_of_each(Permission(name, unit_of="id"), unit)
        )


def test_a_holder_by_two_roles_is_listed_once(tree):
    RoleAssignment.objects.create(user=tree.an, role=Role.CLERK, unit=tree.units["p4"], since=date(2023, 1, 1))
    assert asked_at_once(Permission("documents.draft", unit_of="id"), tree.units["p4"]) == ["an"]


@pytest.mark.parametrize("former", ["ended", "to_come", "inactive"])
def test_who_holds_it_no_more_or_not_yet_is_not_there(tree, former):
    permission, ward, today = Permission("documents.draft", unit_of="id"), tree.units["p4"], clock.today()
    assert asked_at_once(permission, ward) == ["an"]
    if former == "inactive":
        User.objects.filter(pk=tree.an.pk).update(is_active=False)
    elif former == "ended":
        tree.an.role_assignments.update(until=today)
    else:
        tree.an.role_assignments.update(since=today + timedelta(days=1))
    assert asked_at_once(permission, ward) == []
