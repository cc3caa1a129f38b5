import pytest
from django.utils.safestring import mark_safe

from doanso.lib.slotted_templates import SlottedText, slot


def test_a_slot_is_filled_wherever_it_stands_and_escaped():
    text = SlottedText(f'<a href="{slot("path")}">{slot("name")}</a>, {slot("name")}')

    assert text.fill({"path": "/a?b=1&c=2", "name": "<An>"}) == '<a href="/a?b=1&amp;c=2">&lt;An&gt;</a>, &lt;An&gt;'
    assert text.fill({"path": "", "name": mark_safe("<b>An</b>")}) == '<a href=""><b>An</b></a>, <b>An</b>'


def test_text_without_slots_stays_as_it_is():
    assert SlottedText("100% {}").fill({}) == "100% {}"


def test_a_missing_value_is_an_error():
    with pytest.raises(KeyError):
        SlottedText(slot("name")).fill({})


def test_a_template_takes_slots_also_within_a_translated_sentence():
    text = SlottedText.of_template(
        "parts/top.html",
        {
            "shell": {name: slot(name) for name in ("user", "brand", "avatar", "role")},
            "request": {"user": {"is_authenticated": True}, "COOKIES": {}, "get_full_path": slot("path")},
            "csrf_token": slot("csrf_token"),
        },
    )
    values = {"user": "An & Bình", "brand": "P4", "avatar": "", "role": "", "csrf_token": "t", "path": "/"}

    assert "Tài khoản của An &amp; Bình" in text.fill(values)
