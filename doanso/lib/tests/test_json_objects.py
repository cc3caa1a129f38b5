"""What a machine sends is read key by key; whatever is missing, left over or of another type is named."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.problems import Refused
from doanso.lib.schema.json_objects import JsonObject, parse_json

_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
_READERS: list[Callable[[JsonObject], Any]] = [
    lambda fields: fields.text("x", 5),
    lambda fields: fields.choice("x", {"a", "b"}),
    lambda fields: fields.uuid("x"),
    lambda fields: fields.day("x"),
    lambda fields: fields.moment("x"),
    lambda fields: fields.integer("x", 0, 9),
    lambda fields: fields.flag("x"),
    lambda fields: fields.object("x"),
    lambda fields: fields.object_list("x", 2),
    lambda fields: fields.texts("x", 2, length=3),
    lambda fields: fields.uuids("x", 2),
]


@given(_ANY, st.sampled_from(_READERS))
def test_any_value_is_read_or_named(value: Any, reader: Callable[[JsonObject], Any]) -> None:
    refused = None
    try:
        reader(JsonObject({"x": value}))
    except Refused as caught:
        refused = caught.problem
    assert refused is None or (refused.code == "message_invalid" and refused.field.startswith("x"))


def _field(value: Any, reader: Callable[[JsonObject], Any]) -> str:
    with pytest.raises(Refused) as refused:
        reader(JsonObject(value))
    return refused.value.problem.field


def test_what_is_missing_or_left_over_is_named() -> None:
    assert _field({}, lambda fields: fields.text("name", 9)) == "name"
    assert _field({"name": "", "more": 1}, lambda fields: (fields.text("name", 9), fields.finish())) == "more"
    assert _field({"people": [{"a": 1}]}, lambda fields: fields.object_list("people", 6)[0].flag("a")) == "people.0.a"


def test_a_pasted_space_is_a_plain_one_and_what_nobody_types_is_refused() -> None:
    assert JsonObject({"name": "Tạp\xa0hóa\u3000Hoa\u202f"}).text("name", 20) == "Tạp hóa Hoa"
    assert _field({"name": "Tạp\nhóa"}, lambda fields: fields.text("name", 20)) == "name"


@pytest.mark.parametrize("value", [True, 1.0, "1", 10, -1])
def test_a_whole_number_is_one(value: Any) -> None:
    assert _field({"x": value}, lambda fields: fields.integer("x", 0, 9)) == "x"


@pytest.mark.parametrize("value", ["2023-11-31", "20231112", "12/11/2023", "2023-11-12T08:00:00Z", 5])
def test_a_day_is_one(value: Any) -> None:
    assert _field({"x": value}, lambda fields: fields.day("x")) == "x"


def test_a_moment_has_a_zone() -> None:
    assert JsonObject({"x": "2023-11-12T08:00:00.125Z"}).moment("x").year == 2023
    assert _field({"x": "2023-11-12T08:00:00"}, lambda fields: fields.moment("x")) == "x"


@pytest.mark.parametrize("text", ["", "{", '{"a": 1, "a": 2}', "NaN", "[" * 100_000, b"\xff"])
def test_what_is_no_json_is_refused(text: str | bytes) -> None:
    with pytest.raises(Refused) as refused:
        parse_json(text)
    assert refused.value.problem.code == "json_unreadable"
