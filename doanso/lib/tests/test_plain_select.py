import pytest
from django.forms import ChoiceField, Form, Select

from doanso.lib.plain_select import PlainSelect

CHOICES = [
    ("", "Tất cả"),
    ("p4", "Phường 4 <b>&"),
    ('Nhóm "A"', [(1, "một"), (2, "hai")]),
]


@pytest.mark.parametrize("value", [None, "p4", "2"])
def test_it_writes_what_django_writes(value):
    written = [
        type("Choice", (Form,), {"unit": ChoiceField(choices=CHOICES, required=required, widget=widget)})(
            {"unit": value}
        )["unit"].as_widget(attrs={"class": "form-select", "disabled": True, "hidden": False})
        for widget in (Select, PlainSelect)
        for required in (True, False)
    ]

    assert written[2:] == written[:2]
