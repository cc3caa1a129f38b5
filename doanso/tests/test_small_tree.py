"""The small tree comes with the database, and only a test that asks for it sees it."""

import pytest

from doanso.access.models import RoleAssignment
from doanso.accounts.models import User
from doanso.testing import find_or_grow_tree, grow_tree
from doanso.units.models import Unit, UnitLink, UnitName, UnitPath

MODELS = (Unit, UnitName, UnitLink, UnitPath, User, RoleAssignment)


def rows() -> list[list[dict[str, object]]]:
    """Return every row of the tree without what differs from one tree to the next: keys, and when and how it was made."""
    return [
        sorted(
            (
                {
                    name: value
                    for name, value in row.items()
                    if not name.endswith("_id") and name not in ("id", "created_at", "password")
                }
                for row in model._base_manager.values()
            ),
            key=str,
        )
        for model in MODELS
    ]


def test_the_tree_of_the_database_is_the_one_that_grows(tree, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = find_or_grow_tree()
    assert (found.an, found.units["p4"]) == (tree.an, tree.units["p4"])
    assert found.an is not tree.an
    assert (set(found.users.values()), set(found.units.values())) == (set(User.objects.all()), set(Unit.objects.all()))
    assert found.an.check_password("mat-khau-dai-de-thu")
    from_template = rows()

    for model in reversed(MODELS):
        model._base_manager.all()._raw_delete(using="default")
    grow_tree()

    assert rows() == from_template


def test_a_test_that_asks_for_no_tree_begins_without_units_and_users(db):
    assert [list(model._base_manager.all()) for model in MODELS] == [[]] * len(MODELS)


@pytest.mark.django_db(transaction=True)
def test_a_test_that_really_commits_has_the_tree_too(tree):
    assert Unit.objects.get(code="p4") == tree.units["p4"]
    assert User.objects.get(username="an") == tree.an


@pytest.mark.django_db(transaction=True)
def test_and_begins_without_it_unless_it_asks():
    assert not Unit.objects.exists()
    assert not User.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_after_which_it_grows_anew(tree):
    assert Unit.objects.count() == 6
    assert RoleAssignment.objects.get(user=tree.an).unit == tree.units["p4"]
