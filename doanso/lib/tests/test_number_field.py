import pytest
from django import forms

from doanso.lib.number_field import WholeNumberField, parse_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        *(("1250", 1250), ("1.250", 1250), (" 1 250 ", 1250), ("95%", 95), ("1.000.000", 1_000_000)),
        *(
            (typed, None)
            for typed in ("2.5", "1.50", "12.5%", "1,5", "1.0000", ".5", "-3", "1e3", "²", "٣", "", "1234567890")
        ),
    ],
)
def test_a_number_is_whole_and_its_points_stand_between_thousands(typed, number):
    assert parse_number(typed) == number


class _Form(forms.Form):
    needed = WholeNumberField(example=1250)
    optional = WholeNumberField(required=False)


def test_a_field_returns_the_number_or_nothing():
    form = _Form({"needed": "1.250", "optional": " "})
    assert form.is_valid()
    assert form.cleaned_data == {"needed": 1250, "optional": None}
    assert 'value="1.250"' in str(_Form(initial={"needed": 1250})["needed"])


def test_anything_else_is_refused_with_an_example():
    form = _Form({"needed": "", "optional": "2,5"})
    assert not form.is_valid()
    assert {name: [error.code for error in errors] for name, errors in form.errors.as_data().items()} == {
        "needed": ["required"], "optional": ["number"],
    }  # fmt: skip
    assert "1.250" in _Form({"needed": "x"}).errors["needed"][0]


@pytest.mark.parametrize("typed", ["9999999999", "9.999.999.999"])
def test_a_number_that_is_too_long_is_not_told_to_be_whole(typed):
    assert _Form({"needed": typed}).errors["needed"] == ["Số này có hơn 9 chữ số. Hãy kiểm tra lại."]
    assert _Form({"needed": "999.999.999"}).errors.keys() == set()
