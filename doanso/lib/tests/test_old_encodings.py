"""TCVN3 and VNI distinguished from Unicode by whole columns, and converted."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.lib.old_encodings import ColumnEvidence, decode, encodings_of
from doanso.lib.vietnamese import is_syllable
from doanso.tests.lists.people import FAMILIES, GIVENS, MIDDLES, typed_in

KNOWN = [
    ("tcvn3", "NguyÔn V¨n §øc", "Nguyễn Văn Đức"),
    ("tcvn3", "TrÇn ThÞ Thñy", "Trần Thị Thủy"),
    ("tcvn3", "V\u00ad\u00acng Quèc Tr\u00adêng", "Vương Quốc Trường"),
    ("tcvn3", "HUúNH THÞ LÜNH", "HUỲNH THỊ LĨNH"),
    ("tcvn3", "§ç Ngäc ¸nh", "Đỗ Ngọc Ánh"),
    ("tcvn3", "12 §èng §a, ph\u00adêng 4", "12 Đống Đa, phường 4"),
    ("vni", "Nguyeãn Vaên Ñöùc", "Nguyễn Văn Đức"),
    ("vni", "TRAÀN THÒ BÍCH", "TRẦN THỊ BÍCH"),
    ("vni", "Huyønh Quyønh Nhö", "Huỳnh Quỳnh Như"),
    ("vni", "Khu phoá 4, phöôøng Taân Long", "Khu phố 4, phường Tân Long"),
]


def detected(texts):
    evidence = ColumnEvidence()
    for text in texts:
        evidence.add(text)
    return evidence.verdict()


@pytest.mark.parametrize(("font", "typed", "meant"), KNOWN)
def test_known_texts_are_converted(font, typed, meant):
    assert decode(typed, font) == meant
    assert detected([typed]) == font


@pytest.mark.parametrize(
    ("texts", "verdict"),
    [
        (["Nguyễn Văn An", "Lê Na", "Hà My"], ""),
        (["José Müller", "H'Hen Niê", "Noël"], ""),
        (["Vâ An", "Lª Na"], "tcvn3"),
        (["Nguyễn Văn An", "TrÇn Lan"], "mixed"),
        (["An", "", "12/3"], ""),
    ],
)
def test_the_whole_column_decides(texts, verdict):
    assert detected(texts) == verdict


names = st.builds(" ".join, st.tuples(st.sampled_from(FAMILIES), st.sampled_from(MIDDLES), st.sampled_from(GIVENS)))


@given(st.lists(names, min_size=8, max_size=20), st.sampled_from(["tcvn3", "vni"]))
def test_a_column_comes_back_as_it_was_meant(meant, font):
    typed = [typed_in(name, font) for name in meant]
    assert detected(typed) == font
    assert [decode(name, font) for name in typed] == meant


@given(names)
def test_no_name_in_unicode_is_taken_for_an_old_font(name):
    assert encodings_of(name) == set()
    assert all(map(is_syllable, name.split()))
