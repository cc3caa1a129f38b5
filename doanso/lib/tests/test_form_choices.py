"""What a choice field offers: the choices as they are given, after an empty one where there is one."""

from types import SimpleNamespace

import pytest
from django import forms

from doanso.lib.form_choices import set_choices, unit_choices


class ColourForm(forms.Form):
    colour = forms.ChoiceField(required=False)
    several = forms.MultipleChoiceField(required=False)
    name = forms.CharField()


def test_a_field_offers_what_is_given_each_time_it_is_shown():
    form = ColourForm()
    set_choices(form, "several", ((key, key.upper()) for key in ("r", "g")))
    set_choices(form, "colour", [("r", "Red"), ("Dark", [("b", "Blue")])], empty="All colours")

    field = form.fields["several"]
    assert [list(field.choices) for _again in range(2)] == [[("r", "R"), ("g", "G")]] * 2
    assert list(form.fields["colour"].choices) == [("", "All colours"), ("r", "Red"), ("Dark", [("b", "Blue")])]
    assert list(form.fields["colour"].widget.choices) == list(form.fields["colour"].choices)
    assert ColourForm({"colour": "x", "name": "a"}).is_valid() is False


def test_another_kind_of_field_is_refused():
    with pytest.raises(TypeError, match="name"):
        set_choices(ColourForm(), "name", [])


def test_units_are_offered_with_a_dash_for_each_level_below_the_highest():
    ward, branch = (
        SimpleNamespace(code=code, name=f"Đoàn {name}", short_name=name, depth=depth)
        for code, name, depth in (("p4", "Phường 4", 1), ("p4-kp1", "Khu phố 1", 2))
    )

    assert unit_choices([ward, branch]) == [("p4", "Đoàn Phường 4"), ("p4-kp1", "– Đoàn Khu phố 1")]
    assert unit_choices(iter([branch]), short=True) == [("p4-kp1", "Khu phố 1")]
