from datetime import date

import pytest

from doanso.lib import clock
from doanso.testing import TREE_BEGAN
from doanso.units import queries
from doanso.units.models import Unit, UnitLink, UnitName, UnitPath

MOVED = date(2022, 7, 1)


@pytest.fixture
def moved(tree):
    """Branch p4-kp2 stood under ward 4 until July 2022, and under ward 5 under another name since."""
    branch, ward4, ward5 = (tree.units[code] for code in ("p4-kp2", "p4", "p5"))
    UnitLink.objects.filter(unit=branch).update(until=MOVED)
    UnitPath.objects.filter(unit=branch, ancestor=ward4).update(until=MOVED)
    UnitLink.objects.create(unit=branch, parent=ward5, since=MOVED)
    UnitPath.objects.create(unit=branch, ancestor=ward5, depth=1, since=MOVED)
    UnitName.objects.filter(unit=branch).update(until=MOVED)
    UnitName.objects.create(unit=branch, name="Chi đoàn Khu phố 9", short_name="Khu phố 9", sort_key="9", since=MOVED)
    return tree


def codes(units):
    return [unit.code for unit in units]


def test_children_are_those_of_the_day(moved):
    ward4, ward5 = moved.units["p4"], moved.units["p5"]

    assert codes(queries.children(ward4)) == ["p4-kp1"]
    assert codes(queries.children(ward4, date(2022, 6, 30))) == ["p4-kp1", "p4-kp2"]
    assert "p4-kp2" in codes(queries.children(ward5, MOVED))


def test_names_are_those_of_the_day_or_the_nearest(moved):
    branch = moved.units["p4-kp2"]

    assert queries.named_unit(branch).short_name == "Khu phố 9"
    assert queries.named_unit(branch, date(2022, 6, 30)).short_name == "Khu phố 2"
    assert queries.named_unit(branch, date(1999, 1, 1)).short_name == "Khu phố 2"
    assert str(queries.named_unit(branch)) == "Chi đoàn Khu phố 9"
    assert [name.short_name for name in queries.all_names(branch)] == ["Khu phố 9", "Khu phố 2"]


def test_ancestors_lead_from_the_root_and_parent_is_the_last(moved):
    branch = moved.units["p4-kp2"]

    assert codes(queries.ancestors(branch)) == ["my-tho", "p5"]
    assert queries.parent(branch) == moved.units["p5"]
    assert queries.parent(branch, date(2022, 6, 30)) == moved.units["p4"]
    assert queries.parent(moved.units["my-tho"]) is None


def test_a_subtree_reads_as_a_tree(moved):
    below = queries.subtree(moved.units["my-tho"])

    assert [(unit.code, unit.depth) for unit in below] == [
        ("my-tho", 0), ("p4", 1), ("p4-kp1", 2), ("p5", 1), ("p4-kp2", 2), ("p5-kp1", 2),
    ]  # fmt: skip
    assert queries.subtree_ids(moved.units["p4"]) == {moved.units["p4"].pk, moved.units["p4-kp1"].pk}


def test_branches_and_roots(moved):
    assert codes(queries.branches(moved.units["p5"])) == ["p4-kp2", "p5-kp1"]
    assert codes(queries.branches(moved.units["p4-kp1"])) == ["p4-kp1"]
    assert codes(queries.roots()) == ["my-tho"]
    assert queries.is_below(moved.units["p4-kp2"], moved.units["p5"])
    assert not queries.is_below(moved.units["p4-kp2"], moved.units["p4"])
    assert queries.is_below(moved.units["p4"], moved.units["p4"])


def test_reads_ask_a_fixed_number_of_statements(moved, django_assert_num_queries):
    city = moved.units["my-tho"]
    with django_assert_num_queries(1):
        queries.subtree(city)
    with django_assert_num_queries(1):
        trees = queries.subtrees([city.pk, moved.units["p4"].pk])
    assert codes(trees[moved.units["p4"].pk]) == ["p4", "p4-kp1"]
    assert trees[city.pk] == queries.subtree(city)
    with django_assert_num_queries(1):
        queries.children(city)
    with django_assert_num_queries(2):
        queries.ancestors(moved.units["p4-kp1"])
    with django_assert_num_queries(1):
        assert len(queries.named_units_by_id(unit.pk for unit in moved.units.values())) == 6
    with django_assert_num_queries(1):
        assert set(queries.units_by_code(["p4", "p5", "nowhere"])) == {"p4", "p5"}


def test_the_named_path_is_the_ancestors_and_the_unit_of_that_day(moved, django_assert_num_queries):
    branch = moved.units["p4-kp2"]
    for on in (None, TREE_BEGAN):
        expected = [(unit.code, unit.name, unit.depth) for unit in queries.ancestors(branch, on)]
        expected.append((branch.code, queries.named_unit(branch, on).name, 0))
        with django_assert_num_queries(1):
            path = queries.named_path(Unit.objects.filter(pk=branch.pk), on or clock.today())
        assert [(unit.code, unit.name, unit.depth) for unit in path] == expected
        assert set(Unit.objects.filter(pk__in=queries.units_above(branch, on or clock.today()))) == {
            unit.unit for unit in path
        }


def test_without_a_unit_there_is_no_path(moved, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert queries.named_path(Unit.objects.none(), clock.today()) == []
    assert queries.named_path(Unit.objects.filter(code="nowhere"), clock.today()) == []
