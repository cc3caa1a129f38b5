import pytest
from hypothesis import given
from hypothesis import strategies as st

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.search_words import LONGEST, SearchWords, words_condition


def test_words_are_read_without_diacritics_spaces_and_invisible_letters():
    words = SearchWords.parse("  Nguyễn\u200b   Văn\tAn\0 ")

    assert words.text == "Nguyễn Văn An"
    assert words.folded == ("nguyen", "van", "an")
    assert words.key == "nguyen van an"


def test_a_single_letter_and_an_empty_text_search_for_nothing():
    assert not SearchWords.parse("t")
    assert not SearchWords.parse("   ")
    assert SearchWords.parse("ý t")


def test_a_long_text_is_cut():
    assert SearchWords.parse("an " * 100).text == ("an " * 100)[:LONGEST].strip()


def test_only_whole_numbers_are_numbers():
    assert SearchWords.parse("0912 345 678").is_number
    assert SearchWords.parse("+84 912.345.678").is_number
    assert not SearchWords.parse("0912").is_number
    assert not SearchWords.parse("12-KH/TĐTN 2023").is_number


def test_each_word_must_begin_a_word_in_any_order():
    assert SearchWords.parse("an nguy").match("Nguyễn Văn Ân")
    assert not SearchWords.parse("guyen").match("Nguyễn Văn Ân")


def test_the_spelling_with_accents_ranks_first():
    words = SearchWords.parse("Nguyễn Văn An")

    assert words.rank("Nguyễn Văn An") < words.rank("Nguyên Van An")
    assert words.rank("Trần Văn An") is None


def test_hit_letters_are_distinguished_from_the_rest():
    assert SearchWords.parse("le loi").pieces("Trường Lê Lợi") == [
        ("Trường", False),
        (" ", False),
        ("Lê", True),
        (" ", False),
        ("Lợi", True),
    ]
    assert SearchWords.parse("pho").pieces("Phường") == [("Phường", False)]
    assert SearchWords.parse("phu").pieces("Phường") == [("Phư", True), ("ờng", False)]


@given(st.text(max_size=60), st.text(max_size=60))
def test_pieces_are_the_title(typed, title):
    assert "".join(piece for piece, _hit in SearchWords.parse(typed).pieces(title)) == title


@pytest.mark.django_db
def test_a_condition_finds_the_texts_that_have_the_words():
    names = ["nguyen van an", "tran thi lan", "van nguyen", "le vang"]
    User.objects.bulk_create(User(username=name, folded=name, created_at=clock.now()) for name in names)
    found = {
        text: sorted(User.objects.filter(words_condition(text.split())).values_list("folded", flat=True))
        for text in ("van", "ng v", "an", "")
    }
    assert found == {
        "van": ["le vang", "nguyen van an", "van nguyen"],
        "ng v": ["nguyen van an", "van nguyen"],
        "an": ["nguyen van an"],
        "": sorted(names),
    }
