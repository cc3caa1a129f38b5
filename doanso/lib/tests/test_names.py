"""What no person, unit or business is called."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import names, vietnamese


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Nguyễn Văn An",
            "H'Hen Niê",
            "Y-Bhiu Êban",
            "Lê Thị Mỹ-Linh",
            "Trần An (nhỏ)",
            "LÃ VĂN Á",
            "Đ. T. Hoa",
            "Bảy",
        ),
        *("Trần A.Vn", "Lê Thị Me.Vn", "Nguyễn T.Me", "Võ C.Net Hoa"),
        *("NGUYỄN VĂN TRẦN", "Phạm Ấn", "Jean-François Æneas", ""),
    ],
)
def test_people_are_called_so(name):
    assert names.person_problem(name) is None


@pytest.mark.parametrize(
    "name",
    [
        *(
            "Tạp hóa Hoa",
            "Quán 79",
            "Cơm tấm & Bún – Cô Ba",
            "Hoa tươi hoatuoi.vn",
            "24/7 Mart",
            "@home cà phê",
            "+84 Coffee",
        ),
        *('Tiệm "Út Bảy"', "Ăn gì?", "Chi đoàn Khu phố 1", "C++ Academy: học là làm"),
    ],
)
def test_signs_and_units_are_called_so(name):
    assert names.name_problem(name) is None


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Nguyễn\u202eAn", "name_hidden_letters"),
        ("Nguyễn \u2066An\u2069", "name_hidden_letters"),
        ("Nguyễn\u200b An", "name_hidden_letters"),
        ("Nguyễn\x07An", "name_hidden_letters"),
        ("Nguyễn\nAn", "name_hidden_letters"),
        ("An\ue000", "name_hidden_letters"),
        ("\u3164\u3164", "name_hidden_letters"),
        ("Nguyễn\u034f An", "name_hidden_letters"),
        ("An\ufe0f", "name_hidden_letters"),
        ("<b>An</b>", "name_brackets"),
        ("Nguyễn ＜An＞", "name_brackets"),
        ("=1+1", "name_formula"),
        (' \'=HYPERLINK("http://x.vn")', "name_formula"),
        ("＝A1", "name_formula"),
        ("HYPERLINK(A1)", "name_link"),
        ("https://zalo.me/0912", "name_link"),
        ("Xem www.abc.vn", "name_link"),
        ("javascript:alert(1)", "name_link"),
        ("Nguyá»…n VÄƒn An", "name_garbled"),
        ("Äá»— Thá»‹ HÆ°Æ¡ng", "name_garbled"),
        ("Tráº§n Quá»‘c", "name_garbled"),
        ("Nguy?n V?n An", "name_garbled"),
        ("Nguy\ufffdn An", "name_garbled"),
    ],
)
def test_nothing_is_called_so(name, code):
    for ask in (names.name_problem, names.person_problem):
        problem = ask(name, "sign")
        assert problem is not None
        assert (problem.code, problem.field) == (code, "sign")
        assert problem.message


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Nguyễn 2 An", "name_digits"),
        ("Nguyễn An²", "name_digits"),
        ("+An", "name_formula"),
        ("- Nguyễn An", "name_formula"),
        ("@SUM(An)", "name_formula"),
        ("an@example.vn", "name_link"),
        ("facebook.com/an", "name_link"),
        ("Lê An Facebook.com/an", "name_link"),
        ("Nguyễn An shop.vn", "name_link"),
        ("Facebook.Com", "name_link"),
        ("tapchi.hoa.vn", "name_link"),
        ("...", "name_no_letters"),
    ],
)
def test_only_a_sign_may_hold(name, code):
    problem = names.person_problem(name)
    assert problem is not None
    assert problem.code == code
    assert names.name_problem(name) is None


@given(st.text())
def test_what_passes_can_be_seen_and_is_no_tag(name):
    if names.name_problem(name) is None:
        assert name.isprintable()
        assert not {"<", ">"} & set(name)
        assert not name.lstrip().startswith("=")


def test_phones_refuse_the_same_names():
    examples = json.loads((Path(__file__).parents[3] / "contract" / "names.json").read_text(encoding="utf-8"))
    assert [name for name in examples["refused"] if names.name_problem(name) is None] == []
    assert [name for name in examples["kept"] if names.name_problem(name) is not None] == []


def test_phones_know_the_same_two_spellings_for_one_name():
    examples = json.loads((Path(__file__).parents[3] / "contract" / "names.json").read_text(encoding="utf-8"))
    for key, answer in (("one_name", True), ("two_names", False)):
        for one, other in examples[key]:
            assert vietnamese.may_be_one_name(one, other) is vietnamese.may_be_one_name(other, one) is answer, one


def test_phones_make_plain_spaces_of_the_same_ones():
    examples = json.loads((Path(__file__).parents[3] / "contract" / "names.json").read_text(encoding="utf-8"))
    for pasted, plain in examples["respaced"]:
        assert vietnamese.plain_spaces(pasted) == plain
        assert names.name_problem(pasted) is not None
        assert names.name_problem(plain) is None


def test_every_letter_that_is_drawn_as_nothing_is_refused():
    # What Unicode calls a filler, a selector of variants or a joiner is in no name, printable or not.
    unseen = re.compile("HANGUL .*FILLER|VARIATION SELECTOR|(?:GRAPHEME|WORD) JOINER|^INVISIBLE|^ZERO WIDTH|INHERENT")
    unseen_letters = [
        chr(code_point) for code_point in range(0x80, 0x110000) if unseen.search(unicodedata.name(chr(code_point), ""))
    ]
    assert len(unseen_letters) > 270
    assert [letter for letter in unseen_letters if names.name_problem(f"An{letter}") is None] == []
