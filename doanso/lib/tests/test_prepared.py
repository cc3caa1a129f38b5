"""A prepared query returns what its queryset returns, for every value, and is compiled once."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from django.db.models import Q
from django.db.transaction import TransactionManagementError

from doanso.lib.database import prepared
from doanso.lib.database.prepared import PreparedQuery
from doanso.units.models import Unit, UnitName

pytestmark = pytest.mark.django_db


def _count_builds(build):
    built = []

    def counted(*values):
        built.append(values)
        return build(*values)

    return PreparedQuery(counted), built


def test_each_value_has_its_own_rows_and_the_query_is_built_once(tree):
    query, built = _count_builds(lambda key: UnitName.objects.select_related("unit").filter(unit_id=key))
    units = list(tree.units.values())

    names = [query(unit.pk) for unit in units]

    assert [[name.unit for name in of_unit] for of_unit in names] == [[unit] for unit in units]
    assert query(uuid4()) == []
    assert len(built) == 1


def test_a_list_is_compiled_per_length_up_to_a_bound(tree, monkeypatch):
    monkeypatch.setattr(prepared, "MOST_VALUES", 2)
    query, built = _count_builds(
        lambda keys: Unit.objects.filter(pk__in=keys).order_by("code").values_list("code", flat=True)
    )
    units = sorted(tree.units.values(), key=lambda unit: unit.code)[:3]
    keys = [unit.pk for unit in units]

    for _repeated in range(2):
        for length in (1, 2, 3):
            assert query(keys[:length]) == [unit.code for unit in units[:length]]
    assert query([]) == []
    # Lengths 1 and 2 once each; 3 and the empty list every time.
    assert [len(values[0]) for values in built] == [1, 2, 3, 3, 0]


def test_a_day_that_stands_in_several_places_is_passed_to_each(tree):
    query = PreparedQuery(
        lambda key, on: Unit.objects.filter(Q(until=None) | Q(until__gt=on), pk=key, since__lte=on).values_list(
            "pk", flat=True
        )
    )
    unit = tree.units["p4"]

    assert query(unit.pk, unit.since) == [unit.pk]
    assert query(unit.pk, unit.since - timedelta(days=1)) == []
    Unit.objects.filter(pk=unit.pk).update(until=date(2023, 6, 1))
    assert query(unit.pk, date(2023, 5, 31)) == [unit.pk]
    assert query(unit.pk, date(2023, 6, 1)) == []


def test_get_and_first(tree):
    query = PreparedQuery(lambda code: Unit.objects.filter(code=code))

    assert query.get("p4") == query.first("p4") == tree.units["p4"]
    assert query.first("?") is None
    with pytest.raises(Unit.DoesNotExist):
        query.get("?")


def test_a_value_that_the_query_does_not_pass_on_is_refused(tree):
    with pytest.raises(ValueError, match="every value"):
        PreparedQuery(lambda key, _other: Unit.objects.filter(pk=key))(uuid4(), uuid4())
    with pytest.raises(TypeError, match="int"):
        PreparedQuery(lambda number: Unit.objects.filter(code=number)[:1])([1])


@pytest.mark.django_db(transaction=True)
def test_rows_are_locked_in_a_transaction_only(tree):
    query = PreparedQuery(lambda key: Unit.objects.select_for_update().filter(pk=key))
    with transaction.atomic():
        assert query.get(tree.units["p4"].pk) == tree.units["p4"]

    with pytest.raises(TransactionManagementError):
        query(tree.units["p4"].pk)
