"""A year of birth as forms read it."""

import pytest
from django import forms

from doanso.lib import clock
from doanso.lib.year_field import OLDEST, BirthYearField
from doanso.testing import TODAY

pytestmark = pytest.mark.sqlite_only


@pytest.fixture(autouse=True)
def _today(monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: TODAY)


@pytest.mark.parametrize(
    ("typed", "year"),
    [("1951", 1951), (" 1951 ", 1951), (str(TODAY.year), TODAY.year), (str(TODAY.year - OLDEST), TODAY.year - OLDEST)],
)
def test_a_year_in_four_digits(typed, year):
    assert BirthYearField().clean(typed) == year


def test_nothing_where_nothing_need_be():
    assert BirthYearField(required=False).clean(" ") is None


@pytest.mark.parametrize(
    "typed", ["51", "1951a", "１９５１", "-1951", str(TODAY.year + 1), str(TODAY.year - OLDEST - 1), "19511951"]
)
def test_anything_else_is_refused_with_the_example(typed):
    with pytest.raises(forms.ValidationError) as refused:
        BirthYearField(example=1975).clean(typed)
    assert refused.value.code == "year"
    assert refused.value.messages == ["Nhập năm sinh gồm 4 chữ số, ví dụ 1975."]
