"""`database.new_object` makes of column values what a model's constructor makes."""

import pytest

from doanso.lib.database import new_object
from doanso.lib.uuid7 import uuid7
from doanso.people.models import Person, Request


def values_of(row: Person | Request) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


@pytest.mark.parametrize("model", [Person, Request])
def test_what_is_not_given_has_its_default(model: type[Person | Request]) -> None:
    key = uuid7()
    assert values_of(new_object(model, id=key)) == values_of(model(id=key))
    assert new_object(model, id=key)._state.adding


def test_a_key_that_is_not_given_is_made_for_each() -> None:
    assert len({new_object(Person).pk for _time in range(3)}) == 3


def test_a_column_that_is_none_is_refused() -> None:
    with pytest.raises(TypeError, match="'nickname'"):
        new_object(Person, id=uuid7(), nickname="Lan")
