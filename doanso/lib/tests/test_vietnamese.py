import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib import vietnamese
from doanso.lib.vietnamese import (
    canonical_tones,
    fold,
    has_legacy_font,
    matches,
    name_key,
    nfc,
    rank,
    same_name,
    sort_key,
    tidy_name,
)

# Both styles of tone placement stand in it on purpose.
SYLLABLES = ["an", "ân", "án", "anh", "ánh", "bảo", "bình", "châu", "duy", "dũng", "đức", "đạt", "giang", "hòa", "hoà"]
SYLLABLES += [
    "huỳnh",
    "hương",
    "khánh",
    "khoẻ",
    "lê",
    "linh",
    "nguyễn",
    "oanh",
    "phước",
    "phương",
    "quân",
    "quý",
    "quỳnh",
]
SYLLABLES += [
    "tâm",
    "thảo",
    "thị",
    "thuỷ",
    "thủy",
    "thư",
    "trần",
    "tuấn",
    "uyên",
    "văn",
    "vân",
    "yến",
    "ưng",
    "ơn",
    "ông",
]
names = st.lists(st.sampled_from(SYLLABLES), min_size=1, max_size=5).map(" ".join)
forms = st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"])
cases = st.sampled_from([str.lower, str.upper, str.title])


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("Nguyễn Thị Đức", "nguyen thi duc"),
        ("  NGUYỄN   THỊ\tĐỨC\n", "nguyen thi duc"),
        (unicodedata.normalize("NFD", "Đặng Thuỳ Trâm"), "dang thuy tram"),
        ("Huỳnh Ðức", "huynh duc"),
        ("H'Hen Niê", "h'hen nie"),
        ("José Müller", "jose muller"),
        ("Nguyễn\u00a0Văn\u200b An", "nguyen van an"),
        ("Straße", "strasse"),
        ("", ""),
    ],
)
def test_fold(text, key):
    assert fold(text) == key


@given(names, forms, cases)
def test_fold_ignores_form_and_case(name, form, case):
    assert fold(unicodedata.normalize(form, case(name))) == fold(name)
    assert fold(name).isascii()


@given(st.text())
def test_fold_twice_is_fold_once(text):
    once = fold(text)
    assert fold(once) == once
    assert "  " not in once
    assert once == once.strip()


def test_fold_is_fast_enough_for_whole_registers():
    many = ["Nguyễn Thị Hoà", "TRẦN VĂN ĐỨC", "Lê Hữu Phước", "Đặng Thuỳ Trang"] * 25_000
    start = time.process_time()
    for name in many:
        fold(name)
    assert len(many) / (time.process_time() - start) > 200_000


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("NGUYỄN VĂN AN", "Nguyễn Văn An"),
        ("nguyễn văn an", "Nguyễn Văn An"),
        ("Nguyễn văn An", "Nguyễn văn An"),
        ("  Lê \u00a0Thị  Bé ", "Lê Thị Bé"),
        (unicodedata.normalize("NFD", "TRẦN THỊ ĐẸP"), "Trần Thị Đẹp"),
        ("H'HEN NIÊ", "H'Hen Niê"),
        ("Ðặng Văn Ðức", "Đặng Văn Đức"),
        ("\ufeffLê Lợi", "Lê Lợi"),
    ],
)
def test_tidy_name(text, name):
    assert tidy_name(text) == name


@given(names, cases, forms)
def test_tidy_name_undoes_capitals_and_decomposition(name, case, form):
    assert tidy_name(unicodedata.normalize(form, case(name))) == name.title()


@given(st.text())
def test_tidy_name_is_settled(text):
    once = tidy_name(text)
    assert nfc(once) == once
    assert " ".join(once.split()) == once


def test_nfc_repairs_a_tone_typed_before_the_hat():
    assert nfc("Nguye\u0303\u0302n") == "Nguyễn"
    assert nfc("u\u031b\u0301 o\u0323\u031b") == "ứ ợ"


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("Hoà", "Hòa"),
        ("HOÀ", "HÒA"),
        ("Hòa", "Hòa"),
        ("khoẻ", "khỏe"),
        ("Thuỷ", "Thủy"),
        ("Thuý Kiều", "Thúy Kiều"),
        ("Quý", "Quý"),
        ("Qúy", "Quý"),
        ("gìa", "già"),
        ("gì", "gì"),
        ("Hòang", "Hoàng"),
        ("tòan", "toàn"),
        ("Khuỷu", "Khuỷu"),
        ("ngoài", "ngoài"),
        ("của", "của"),
        ("giữa", "giữa"),
        ("thuở", "thuở"),
        ("rượu", "rượu"),
        ("Xoóng", "Xoóng"),
        ("Hoà-Thuỷ (Quỳ)", "Hòa-Thủy (Quỳ)"),
        ("Dvořák café", "Dvořák café"),
    ],
)
def test_canonical_tones(text, canonical):
    assert canonical_tones(text) == canonical


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Trần Thị Hoà", "TRẦN THỊ HÒA", True),
        ("Hoà", unicodedata.normalize("NFD", "hòa"), True),
        ("Lê  Thuý", "Lê Thúy", True),
        ("Hòa", "Hoa", False),
        ("Hòa", "Hóa", False),
        ("Đức", "Dức", False),
        ("Lê An", "An Lê", False),
    ],
)
def test_same_name(one, other, same):
    assert same_name(one, other) is same
    assert same_name(other, one) is same


@given(st.text())
def test_canonical_tones_keeps_letters(text):
    once = canonical_tones(text)
    assert canonical_tones(once) == once
    assert fold(once) == fold(text)


def test_sort_goes_by_given_name_then_letters_then_tones():
    in_order = [
        "Trần Thị An",
        "Lê Án",
        "Nguyễn Ánh",
        "Lê Ăn",
        "Lê Ân",
        "Lê Thị Bình",
        "Nguyễn Văn Bình",
        "Nguyễn Thị Dung",
        "Nguyễn Dũng",
        "Lê Văn Đức",
        "Nguyễn Em",
        "Nguyễn Ên",
        "Trần Hoa",
        "Trần Hòa",
        "Trần Hỏa",
        "Trần Hõa",
        "Trần Hóa",
        "Trần Họa",
        "Lê Oanh",
        "Lê Ông",
        "Lê Ơn",
        "Lê Uyên",
        "Lê Ưng",
        "Lê Yến",
    ]
    shuffled = in_order[1::2] + in_order[::2]
    assert sorted(shuffled, key=sort_key) == in_order
    assert sorted(shuffled, key=lambda name: sort_key(name).encode()) == in_order


def test_shorter_name_sorts_before_one_it_begins():
    assert sort_key("Lê An") < sort_key("Lê Văn An") < sort_key("Lê Anh")
    assert sort_key("") < sort_key("An")


@given(names, names, cases, forms)
def test_sort_key_is_of_the_name_not_of_its_spelling(one, other, case, form):
    again = unicodedata.normalize(form, case(one))
    assert sort_key(again) == sort_key(one)
    assert (sort_key(one) == sort_key(other)) == same_name(one, other)


@given(st.text(max_size=300))
def test_sort_key_suits_every_collation(text):
    key = sort_key(text)
    assert len(key) <= vietnamese.SORT_KEY_LENGTH
    assert all(char in "0123456789abcdefghijklmnopqrstuvwxyz" for char in key)


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("đức", "Nguyễn Văn Đức", vietnamese.EXACT),
        ("Hoà", "Lê Hòa", vietnamese.EXACT),
        ("đứ", "Nguyễn Văn Đức", vietnamese.EXACT_START),
        ("duc", "Nguyễn Văn Đức", vietnamese.FOLDED),
        ("đuc", "Nguyễn Văn Đức", vietnamese.FOLDED),
        ("du", "Nguyễn Văn Đức", vietnamese.FOLDED_START),
        ("duc nguyen", "Nguyễn Văn Đức", vietnamese.FOLDED),
        ("uc", "Nguyễn Văn Đức", None),
        ("duc tran", "Nguyễn Văn Đức", None),
    ],
)
def test_rank(query, name, expected):
    assert rank(query, name) == expected
    assert matches(query, name) is (expected is not None)


def test_exact_spelling_ranks_first():
    found = ["Lê Dục", "Lê Đức", "Lê Đúc"]
    assert min(found, key=lambda name: rank("đúc", name)) == "Lê Đúc"


@given(names)
def test_a_name_finds_itself(name):
    assert rank(name, name) == vietnamese.EXACT
    assert matches(fold(name), name)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyeãn Vaên Ñöùc",
        "NGUYEÃN VAÊN ÑÖÙC",
        "Traàn Thò Hoøa",
        "Voõ Thò",
        "NguyÔn V¨n §øc",
        "TrÇn ThÞ Hoa",
        "Lª V¨n B¶y",
        "Hä vµ tªn",
    ],
)
def test_old_fonts_are_recognised(text):
    assert has_legacy_font(text)


@pytest.mark.parametrize(
    "text",
    [
        "Nguyễn Văn Đức",
        "Hoà",
        "Thuỷ",
        "José Müller",
        "Huỳnh Ðức",
        "TRẦN ÁNH",
        "lõa",
        "loã",
        "An",
        "Xã Đạo Thạnh",
        "H'Hen Niê",
    ],
)
def test_unicode_is_not_an_old_font(text):
    assert not has_legacy_font(text)
    assert not has_legacy_font(unicodedata.normalize("NFD", text))


@given(names, cases)
def test_no_vietnamese_name_is_taken_for_an_old_font(name, case):
    assert not has_legacy_font(case(name))


def test_name_key_is_lower_canonical():
    assert name_key("  TRẦN  THỊ HOÀ ") == "trần thị hòa"
