"""The Union's form (29-HD/2013) to the millimetre: head, body, signature."""

import dataclasses

import pytest

from doanso.reports.content import PassageText
from doanso.reports.tests.contents import DRAFT, FROZEN
from doanso.reports.tests.renderers.reading import POINT, mm, pictures, read, style, with_head, with_words

pytestmark = pytest.mark.sqlite_only

LEFT, RIGHT, TOP, BOTTOM = 30, 190, 20, 277


# The head of the Union's form.


def test_head_of_the_union_stands_line_by_line():
    assert read(FROZEN).sheets[0].lines[:8] == [
        "TỈNH ĐOÀN TIỀN GIANG ĐOÀN TNCS HỒ CHÍ MINH",
        "BCH THÀNH PHỐ MỸ THO",
        "*** Mỹ Tho, ngày 02 tháng 11 năm 2023",
        "Số: 07-BC/TĐTN",
        "BÁO CÁO",
        "Kết quả chương trình chuyển đổi số tháng 10 năm 2023",
        "-----------",
        "Kính gửi: Ban Thường vụ Tỉnh Đoàn",
    ]


def test_head_of_the_union_in_its_sizes():
    page = read(FROZEN).sheets[0]

    assert {text: style(page, text) for text in (run.text for run in page.runs[:10])} == {
        "TỈNH ĐOÀN TIỀN GIANG": ("Regular", 14),
        "BCH THÀNH PHỐ MỸ THO": ("Bold", 14),
        "***": ("Regular", 14),
        "Số: 07-BC/TĐTN": ("Regular", 14),
        "ĐOÀN TNCS HỒ CHÍ MINH": ("Bold", 15),
        "Mỹ Tho, ngày 02 tháng 11 năm 2023": ("Italic", 14),
        "BÁO CÁO": ("Bold", 16),
        "Kết quả chương trình chuyển đổi số tháng 10 năm 2023": ("Bold", 14),
        "-----------": ("Regular", 14),
        "Kính gửi: Ban Thường vụ Tỉnh Đoàn": ("Regular", 14),
    }


def test_head_of_the_union_in_its_places():
    page = read(FROZEN).sheets[0]
    on_the_left = [
        page.find(text) for text in ("TỈNH ĐOÀN TIỀN GIANG", "BCH THÀNH PHỐ MỸ THO", "***", "Số: 07-BC/TĐTN")
    ]
    on_the_right = [page.find(text) for text in ("ĐOÀN TNCS HỒ CHÍ MINH", "Mỹ Tho, ngày 02 tháng 11 năm 2023")]
    below = [page.find(text) for text in ("BÁO CÁO", "-----------", "Kính gửi: Ban Thường vụ Tỉnh Đoàn")]

    assert [run.middle for run in on_the_left] == [mm(71)] * 4
    assert [run.middle for run in on_the_right] == [pytest.approx(151, abs=0.4)] * 2
    assert [run.middle for run in below] == [mm(110)] * 3
    # The letters of the first line begin at the margin; both sides stand on one line.
    assert on_the_right[0].base - 0.891 * 15 * POINT == mm(TOP)
    assert on_the_left[0].base == mm(on_the_right[0].base)
    assert on_the_left[2].base == mm(on_the_right[1].base)


def test_rule_as_long_as_the_title_parts_it_from_the_date():
    title = read(FROZEN).sheets[0].find("ĐOÀN TNCS HỒ CHÍ MINH")
    date_line = read(FROZEN).sheets[0].find("Mỹ Tho, ngày 02 tháng 11 năm 2023")
    (height, left, right), *_same = pictures(FROZEN)[0].rules(TOP, 40)

    assert (left, right) == (mm(title.left), mm(title.right))
    assert title.base < height < date_line.base - 0.7 * 14 * POINT


def test_without_a_number_there_is_room_to_write_it():
    page = read(DRAFT).sheets[0]
    before, after = page.find("Số:"), page.find("-BC/TĐTN")

    assert before.base == after.base
    assert 9 <= after.left - before.right <= 13


def test_long_names_push_everything_down_together():
    page = read(
        with_head(
            FROZEN,
            superior="Đoàn Khối các cơ quan và doanh nghiệp tỉnh Tiền Giang",
            issuer="Ban Chấp hành Đoàn phường Nguyễn Thị Minh Khai và vùng phụ cận",
        )
    ).sheets[0]

    assert page.lines[:7] == [
        "ĐOÀN KHỐI CÁC CƠ QUAN VÀ ĐOÀN TNCS HỒ CHÍ MINH",
        "DOANH NGHIỆP TỈNH TIỀN GIANG",
        "BAN CHẤP HÀNH ĐOÀN",
        "PHƯỜNG NGUYỄN THỊ MINH",
        "KHAI VÀ VÙNG PHỤ CẬN",
        "*** Mỹ Tho, ngày 02 tháng 11 năm 2023",
        "Số: 07-BC/TĐTN",
    ]


def test_without_a_superior_the_date_keeps_clear_of_the_rule():
    content = with_head(FROZEN, superior="")
    date_line = read(content).sheets[0].find("Mỹ Tho, ngày 02 tháng 11 năm 2023")
    (height, _left, _right), *_same = pictures(content)[0].rules(TOP, 40)

    assert read(content).sheets[0].lines[0] == "BCH THÀNH PHỐ MỸ THO ĐOÀN TNCS HỒ CHÍ MINH"
    assert date_line.base - height > 14 * POINT


# The body.


def test_margins_of_the_union():
    for number, page in enumerate(read(FROZEN).sheets[:3]):
        left, upper, right, lower = pictures(FROZEN)[number].ink(TOP - 1, BOTTOM + 1)

        assert [page.width, page.height] == [mm(210), mm(297)]
        assert left >= LEFT - 0.3
        assert right <= RIGHT + 0.3
        assert upper >= TOP - 0.3
        assert lower <= BOTTOM + 0.3


def test_body_is_justified_with_its_first_line_in():
    page = read(FROZEN).sheets[0]
    first, second, third = (
        page.find(text)
        for text in (
            "Ban Thường vụ Thành Đoàn đã ban hành Kế hoạch số",
            "đẩy mạnh chuyển đổi số, chỉ đạo 17 cơ sở Đoàn ra quân các đội hình thanh niên",
            "tình nguyện hỗ trợ người dân cài đặt và sử dụng các nền tảng số.",
        )
    )

    assert [run.left for run in (first, second, third)] == [mm(LEFT + 12.7), mm(LEFT), mm(LEFT)]
    assert [(run.font, run.size) for run in (first, second, third)] == [("Tinos-Regular", 14)] * 3
    assert [second.base - first.base, third.base - second.base] == [mm(18 * POINT)] * 2
    for run in (first, second):
        assert pictures(FROZEN)[0].ink(run.base - 2.5, run.base)[2] == pytest.approx(RIGHT, abs=0.4)
    assert pictures(FROZEN)[0].ink(third.base - 2.5, third.base)[2] < RIGHT - 10


def test_headings_by_their_levels():
    page = read(FROZEN).sheets[0]

    assert style(page, "I. CÔNG TÁC CHỈ ĐẠO") == ("Bold", 14)
    assert style(page, "1. Đoàn viên, thanh niên") == ("Bold", 14)
    assert style(page, "a) Đoàn viên đi học, đi làm xa") == ("Italic", 14)


def test_number_of_a_document_is_not_torn():
    words = "Theo chỉ tiêu người dân của Phường tăng từ 300 lên 350 tại Quyết định 15-QĐ/TĐTN của Thành Đoàn."

    assert "15-QĐ/TĐTN của Thành Đoàn." in read(with_words(words)).lines


def test_pages_are_numbered_in_the_top_margin_from_the_second_on():
    first, *others = read(FROZEN).sheets

    assert "ĐOÀN TNCS" in first.lines[0]
    for number, page in enumerate(others, 2):
        run = page.find(str(number))
        middle = page.width / 2 + (5 if number < 4 else 0)
        assert (run.size, run.middle, run.base) == (14, mm(middle), mm(10 + 0.891 * 14 * POINT))


# Signature and recipients.


def test_signature_and_recipients():
    page = read(FROZEN).sheets[2]
    authority, post, signer = (page.find(text) for text in ("TM. BAN THƯỜNG VỤ", "BÍ THƯ", "Nguyễn Văn Mẫu"))

    assert [style(page, run.text) for run in (authority, post, signer)] == [
        ("Bold", 14),
        ("Regular", 14),
        ("Bold", 14),
    ]
    assert [run.middle for run in (authority, post, signer)] == [pytest.approx(147.5, abs=0.4)] * 3
    # Room for a signature and a seal of 36 mm across both posts' lines.
    assert signer.base - post.base > 30
    assert style(page, "Nơi nhận:") == ("BoldItalic", 12)
    assert page.find("Nơi nhận:").left == mm(LEFT)
    assert [run.text for run in page.runs if run.size == 11 and run.text.startswith("- ")] == [
        "- Ban Thường vụ Tỉnh Đoàn (b/c);",
        "- 17 cơ sở Đoàn (t/h);",
        "- Lưu VP.",
    ]


@pytest.mark.parametrize("filler", range(10, 22))
def test_where_it_is_looked_up_stands_below_the_signature_wherever_the_page_ends(filler):
    content = dataclasses.replace(
        FROZEN, lines=(), behind=(), charts=(), changes=(), late_units=(), notes=(), units=(),
        passages=(PassageText("I", "Kết quả", 1, ("Nội dung công tác của đơn vị trong tháng.",) * filler),),
    )  # fmt: skip
    last = read(content).sheets[-1].lines

    assert any(line.startswith("Tra cứu: ") for line in last)
    assert "TM. BAN THƯỜNG VỤ" in last


def test_last_words_go_with_the_signature():
    filler = tuple("Nội dung công tác của đơn vị trong tháng." for _one in range(25))
    content = dataclasses.replace(
        FROZEN, lines=(), behind=(), charts=(), changes=(), late_units=(), notes=(), units=(),
        passages=(PassageText("I", "Kết quả", 1, (*filler, "Trên đây là báo cáo.")),),
    )  # fmt: skip
    last = read(content).sheets[-1].lines

    assert "Trên đây là báo cáo." in last
    assert "TM. BAN THƯỜNG VỤ" in last
