"""Which characters can be printed, and what becomes of others."""

import pytest

from doanso.official_form.typesetting import NUMBER_ROOM, make_printable, widen_number_room

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("text", "printable"),
    [
        ("Đoàn ≥ 95%", "Đoàn ≥ 95%"),
        ("a\u0302\u0301", "ấ"),
        ("Mỹ Tho\nTiền\tGiang", "Mỹ Tho Tiền Giang"),
        ("không\u2003gian", "không\u00a0gian"),
        ("vui 🙂\u200d", "vui \ufffd"),
        ("x" * 30, "x" * 24 + "\u200b" + "x" * 6),
    ],
    ids=["as it is", "composed", "one line", "spaces", "missing glyph", "long word"],
)
def test_text_is_made_printable(text, printable):
    assert make_printable(text) == printable


def test_room_for_a_digit_is_widened():
    assert widen_number_room(f"Số: {NUMBER_ROOM}-KH") == "Số: \u00a0\u00a0-KH"
