"""Kinds of documents, symbols, and words of authority."""

import pytest

from doanso.documents.kinds import kind_named, kinds, kinds_of_form, symbol
from doanso.documents.renderers.authority import signatory
from doanso.lib.problems import Refused
from doanso.official_form.wording import DOAN, ND30, number_line

pytestmark = pytest.mark.sqlite_only


@pytest.mark.parametrize(
    ("form", "kind", "division", "number", "line"),
    [
        (DOAN, "plan", "", 12, "Số: 12-KH/TĐTN"),
        (DOAN, "plan", "VP", 9, "Số: 09-KH/TĐTN-VP"),
        (DOAN, "letter", "", 58, "Số: 58-CV/TĐTN"),
        (DOAN, "letter", "KHCN", 8158, "Số: 8158-CV/TĐTN-KHCN"),
        (DOAN, "programme", "", 1, "Số: 01-CTr/TĐTN"),
        (ND30, "plan", "", 12, "Số: 12/KH-TĐTN"),
        (ND30, "plan", "VP", 12, "Số: 12/KH-TĐTN"),
        (ND30, "decision", "", 128, "Số: 128/QĐ-TĐTN"),
        (ND30, "letter", "", 5, "Số: 05/TĐTN"),
        (ND30, "letter", "VP", 5, "Số: 05/TĐTN-VP"),
        (DOAN, "plan", "", None, "Số: \u2007\u2007\u2007\u2007-KH/TĐTN"),
        (ND30, "plan", "", None, "Số: \u2007\u2007\u2007\u2007/KH-TĐTN"),
    ],
)
def test_line_of_the_number(form, kind, division, number, line):
    assert number_line(form, symbol(form, kind_named(kind), "TĐTN", division), number) == line


def test_abbreviations_are_those_of_the_rules():
    abbreviations_by_name = {kind.name: (kind.doan, kind.nd30) for kind in kinds()}

    assert abbreviations_by_name["Nghị quyết"] == ("NQ", "NQ")
    assert abbreviations_by_name["Kết luận"] == ("KL", "")
    assert abbreviations_by_name["Thông tri"] == ("TT", "")
    assert abbreviations_by_name["Chương trình"] == ("CTr", "CTr")
    assert abbreviations_by_name["Tờ trình"] == ("TTr", "TTr")
    assert abbreviations_by_name["Công văn"] == ("CV", "")
    assert abbreviations_by_name["Bản ghi nhớ"] == ("", "BGN")
    assert abbreviations_by_name["Trích sao"] == ("TrS", "TrS")
    assert len({kind.code for kind in kinds()}) == len(kinds()) == 35
    for form in (DOAN, ND30):
        abbreviations = [kind.abbreviation(form) for kind in kinds_of_form(form) if not kind.is_letter]
        assert len(set(abbreviations)) == len(abbreviations)


def test_form_offers_what_it_knows():
    assert "conclusion" in {kind.code for kind in kinds_of_form(DOAN)}
    assert "conclusion" not in {kind.code for kind in kinds_of_form(ND30)}
    assert "letter" in {kind.code for kind in kinds_of_form(ND30)}


def test_unknown_kind_is_refused():
    with pytest.raises(Refused) as refused:
        kind_named("poem")

    assert (
        refused.value.problem.message == "Không có loại văn bản nào mang mã “poem”. Hãy chọn một loại trong danh sách."
    )


def test_file_in_the_data_folder_goes_first(settings, tmp_path):
    settings.DATA = tmp_path
    (tmp_path / "kinds.toml").write_text('[[kind]]\ncode = "plan"\nname = "Kế hoạch"\ndoan = "KHo"\n', encoding="utf-8")

    assert [(kind.code, kind.doan, kind.order) for kind in kinds()] == [("plan", "KHo", 1)]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[kind]]\ncode = "x"\nname = "X"\n', "kind x: chưa có chữ viết tắt trong thể thức nào."),
        ('[[kind]]\ncode = "x"\nname = "X"\ndoan = "X"\nlater = true\n', "kind x: không có khóa nào tên “later”"),
        (
            '[[kind]]\ncode = "x"\nname = "X"\ndoan = "X"\n[[kind]]\ncode = "y"\nname = "Y"\ndoan = "X"\n',
            "kind y: có cùng chữ viết tắt với loại x.",
        ),
    ],
)
def test_mistake_in_the_file_is_named(settings, tmp_path, text, message):
    settings.DATA = tmp_path
    (tmp_path / "kinds.toml").write_text(text, encoding="utf-8")

    with pytest.raises(Refused) as refused:
        kinds()
    assert refused.value.problem.message.startswith(message[:20])


@pytest.mark.parametrize(
    ("wording", "body", "post", "lines", "said"),
    [
        ("TM.", "BAN THƯỜNG VỤ", "BÍ THƯ", ("TM. BAN THƯỜNG VỤ",), "BÍ THƯ"),
        ("TM.", "BAN THƯỜNG VỤ", "PHÓ BÍ THƯ", ("TM. BAN THƯỜNG VỤ",), "PHÓ BÍ THƯ"),
        ("TM.", "TM. BAN CHẤP HÀNH", "BÍ THƯ", ("TM. BAN CHẤP HÀNH",), "BÍ THƯ"),
        ("TL.", "BAN THƯỜNG VỤ", "CHÁNH VĂN PHÒNG", ("TL. BAN THƯỜNG VỤ",), "CHÁNH VĂN PHÒNG"),
        ("TUQ.", "BAN THƯỜNG VỤ", "CHÁNH VĂN PHÒNG", ("TUQ. BAN THƯỜNG VỤ",), "CHÁNH VĂN PHÒNG"),
        ("KT.", "TRƯỞNG BAN", "PHÓ TRƯỞNG BAN", ("KT. TRƯỞNG BAN",), "PHÓ TRƯỞNG BAN"),
        (
            "TM.",
            "ỦY BAN NHÂN DÂN\nKT. CHỦ TỊCH",
            "PHÓ CHỦ TỊCH",
            ("TM. ỦY BAN NHÂN DÂN", "KT. CHỦ TỊCH"),
            "PHÓ CHỦ TỊCH",
        ),
        ("Q.", "", "BÍ THƯ", (), "Q. BÍ THƯ"),
        ("Q.", "TM. BAN CHẤP HÀNH", "Q. BÍ THƯ", ("TM. BAN CHẤP HÀNH",), "Q. BÍ THƯ"),
        ("", "", "CHÁNH VĂN PHÒNG", (), "CHÁNH VĂN PHÒNG"),
    ],
)
def test_authority_to_sign(wording, body, post, lines, said):
    result = signatory(wording, body, post, "Nguyễn Văn Mẫu")

    assert (result.authority, result.post, result.name) == (lines, said, "Nguyễn Văn Mẫu")
