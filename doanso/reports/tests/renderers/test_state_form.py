"""The state's form (Nghị định 30/2020): head, rules, body, addressees."""

import pytest

from doanso.reports.tests.contents import OF_THE_STATE
from doanso.reports.tests.renderers.reading import mm, pictures, read, style, with_head

pytestmark = pytest.mark.sqlite_only

TOP, BOTTOM = 20, 277


def test_head_of_the_state():
    page = read(OF_THE_STATE).sheets[0]

    assert page.lines[:7] == [
        "UBND TỈNH TIỀN GIANG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BAN CHỈ ĐẠO",
        "Độc lập - Tự do - Hạnh phúc",
        "CHUYỂN ĐỔI SỐ TP MỸ THO",
        "Số: 07/BC-BCĐ",
        "Mỹ Tho, ngày 02 tháng 11 năm 2023",
        "BÁO CÁO",
    ]
    assert {text: style(page, text) for text in page.lines[1:3] + page.lines[4:8]} == {
        "BAN CHỈ ĐẠO": ("Bold", 13),
        "Độc lập - Tự do - Hạnh phúc": ("Bold", 14),
        "Số: 07/BC-BCĐ": ("Regular", 13),
        "Mỹ Tho, ngày 02 tháng 11 năm 2023": ("Italic", 14),
        "BÁO CÁO": ("Bold", 14),
        "Kết quả chương trình chuyển đổi số tháng 10 năm 2023": ("Bold", 14),
    }
    assert style(page, "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM") == ("Bold", 13)
    assert style(page, "UBND TỈNH TIỀN GIANG") == ("Regular", 13)


def test_rules_of_the_state():
    page = read(OF_THE_STATE).sheets[0]
    motto = page.find("Độc lập - Tự do - Hạnh phúc")
    rules = pictures(OF_THE_STATE)[0].rules(TOP, 70)
    below_motto = next(rule for rule in rules if rule[1] > 110 and rule[0] < 40)
    below_issuer = next(rule for rule in rules if rule[2] < 90)

    assert below_motto[1:] == (mm(motto.left), mm(motto.right))
    issuer, end = page.find("CHUYỂN ĐỔI SỐ"), page.find("TP MỸ THO")
    assert 1 / 3 <= (below_issuer[2] - below_issuer[1]) / (end.right - issuer.left) <= 1 / 2


def test_body_of_the_state():
    assert "Tập trung hỗ trợ các đơn vị còn chậm./." in read(OF_THE_STATE).lines
    assert pictures(OF_THE_STATE)[0].ink(80, BOTTOM)[2] == pytest.approx(195, abs=0.4)
    # Its appendix counts its own pages, and the first shows no number.
    assert read(OF_THE_STATE).sheets[3].lines[0] == "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ"


def test_several_addressees_are_listed():
    lines = read(with_head(OF_THE_STATE, to=("Tỉnh Đoàn", "UBND thành phố"))).sheets[0].lines

    assert "Kính gửi: - Tỉnh Đoàn;" in lines
    assert "- UBND thành phố." in lines
