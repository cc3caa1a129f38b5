"""Controls written by Python are Django's own to the letter."""

from datetime import date

import pytest
from django import forms
from django.forms.renderers import DjangoTemplates
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy

from doanso.lib.form_renderer import FormRenderer

AWKWARD = """<b>"Bảy" & 'Tư'</b>"""
CHOICES = [
    ("", "…"),
    (1, AWKWARD),
    ("group <1>", [("a", gettext_lazy("Filter")), ('"b"', mark_safe("<i>safe</i>"))]),
    ("c", 0),
]


class AllControls(forms.Form):
    text = forms.CharField(max_length=40, widget=forms.TextInput(attrs={"placeholder": AWKWARD, "list": "names"}))
    number = forms.IntegerField(min_value=0)
    email = forms.EmailField()
    url = forms.URLField(assume_scheme="https")
    password = forms.CharField(widget=forms.PasswordInput)
    hidden = forms.UUIDField(widget=forms.HiddenInput)
    day = forms.DateField()
    file = forms.FileField(widget=forms.FileInput)
    several_files = forms.FileField()
    search = forms.CharField(widget=forms.SearchInput)
    phone = forms.CharField(widget=forms.TelInput)
    long_text = forms.CharField(widget=forms.Textarea(attrs={"rows": 3, "hidden": False, "readonly": True}))
    box = forms.BooleanField()
    choice = forms.ChoiceField(choices=CHOICES)
    choices = forms.MultipleChoiceField(choices=CHOICES)
    boxes = forms.MultipleChoiceField(choices=CHOICES, widget=forms.CheckboxSelectMultiple)
    radio = forms.ChoiceField(choices=CHOICES, widget=forms.RadioSelect)


VALUES = {
    **dict.fromkeys(("text", "password", "search", "phone", "long_text", "email", "url"), AWKWARD),
    "number": 0,
    "hidden": "x",
    "day": date(2023, 3, 5),
    "box": True,
    "choice": '"b"',
    "choices": ["1", "a"],
    "boxes": ["a", "c"],
    "radio": "c",
}


@pytest.mark.parametrize("initial", [{}, VALUES], ids=["empty", "filled"])
@pytest.mark.parametrize("name", AllControls.base_fields)
def test_a_control_is_written_as_djangos_templates_write_it(name, initial):
    ours = AllControls(initial=initial, renderer=FormRenderer())[name]
    templates = AllControls(initial=initial, renderer=DjangoTemplates())[name]

    assert str(ours) == str(templates)
    if name in ("choice", "choices", "boxes", "radio"):
        for option, template_option in zip(ours, templates, strict=True):
            assert option.tag() == template_option.tag()
            assert option.tag(wrap_label=True) == template_option.tag(wrap_label=True)


def test_what_was_sent_is_written_back_the_same_way():
    sent = {name: str(value) if not isinstance(value, list) else value for name, value in VALUES.items()}
    ours = AllControls(sent, renderer=FormRenderer())
    templates = AllControls(sent, renderer=DjangoTemplates())
    assert [str(field) for field in ours] == [str(field) for field in templates]


def test_the_product_writes_its_forms_this_way(settings):
    assert settings.FORM_RENDERER == "doanso.lib.form_renderer.FormRenderer"
