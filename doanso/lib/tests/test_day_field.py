"""The one field for a day: what people type becomes a day, or an error that says what to type."""

from datetime import date

import pytest
from django import forms

from doanso.lib.day_field import DayField

pytestmark = pytest.mark.sqlite_only


class OneDay(forms.Form):
    on = DayField(label="Ngày", required=False)


@pytest.mark.parametrize("typed", ["26/03/2025", "26.3.2025", "26-3-2025"])
def test_a_day_as_people_type_it(typed: str) -> None:
    form = OneDay({"on": typed})
    assert form.is_valid()
    assert form.cleaned_data["on"] == date(2025, 3, 26)


@pytest.mark.parametrize("typed", ["31/02/2025", "hôm qua", "26/03", "1" * 21])
def test_what_is_no_day_is_an_error_of_its_field(typed: str) -> None:
    form = OneDay({"on": typed})
    assert not form.is_valid()
    assert form.errors["on"][0]


def test_nothing_is_no_day_and_a_day_is_shown_as_it_is_typed() -> None:
    form = OneDay({"on": " "})
    assert form.is_valid()
    assert form.cleaned_data["on"] is None
    assert 'value="05/03/2025"' in str(OneDay(initial={"on": date(2025, 3, 5)})["on"])
