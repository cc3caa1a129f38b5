"""The printed report: the official form to the millimetre, every figure with its address, and nothing written becomes code."""

import dataclasses
import functools
import threading
from datetime import date

import pytest

from doanso.reports.content import Chart, Column, Head, Line, Passage, ReportContent, UnitRow
from doanso.reports.forms.pdf import render_pages, render_pdf
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, OF_THE_STATE, written
from doanso.reports.tests.forms.reading import POINT, Document, Picture, Sheet, width

pytestmark = pytest.mark.sqlite_only

LEFT, RIGHT, TOP, BOTTOM = 30, 190, 20, 277


def mm(value):
    return pytest.approx(value, abs=0.15)


@functools.cache
def read(content: ReportContent) -> Document:
    return Document(render_pdf(content, base=BASE))


@functools.cache
def pictures(content: ReportContent) -> list[Picture]:
    return [Picture.read(page) for page in render_pages(content, base=BASE, ppi=150)]


def picture(content: ReportContent, page: int) -> Picture:
    return pictures(content)[page]


def with_head(content: ReportContent, **changes) -> ReportContent:
    return dataclasses.replace(content, head=dataclasses.replace(content.head, **changes))


def with_words(words: str) -> ReportContent:
    return dataclasses.replace(FROZEN, passages=(Passage("I", "Chỉ đạo", 1, (words,)),))


def style(page: Sheet, text: str) -> tuple[str, float]:
    run = page.find(text)
    return run.font.removeprefix("Tinos-"), round(run.size, 1)


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
    (height, left, right), *_same = picture(FROZEN, 0).rules(TOP, 40)

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
        "BAN CHẤP HÀNH ĐOÀN PHƯỜNG",
        "NGUYỄN THỊ MINH KHAI VÀ",
        "VÙNG PHỤ CẬN",
        "*** Mỹ Tho, ngày 02 tháng 11 năm 2023",
        "Số: 07-BC/TĐTN",
    ]


def test_without_a_superior_the_date_keeps_clear_of_the_rule():
    content = with_head(FROZEN, superior="")
    date_line = read(content).sheets[0].find("Mỹ Tho, ngày 02 tháng 11 năm 2023")
    (height, _left, _right), *_same = picture(content, 0).rules(TOP, 40)

    assert read(content).sheets[0].lines[0] == "BCH THÀNH PHỐ MỸ THO ĐOÀN TNCS HỒ CHÍ MINH"
    assert date_line.base - height > 14 * POINT


# The body.


def test_margins_of_the_union():
    for number, page in enumerate(read(FROZEN).sheets[:3]):
        left, upper, right, lower = picture(FROZEN, number).ink(TOP - 1, BOTTOM + 1)

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
        assert picture(FROZEN, 0).ink(run.base - 2.5, run.base)[2] == pytest.approx(RIGHT, abs=0.4)
    assert picture(FROZEN, 0).ink(third.base - 2.5, third.base)[2] < RIGHT - 10


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


# Figures.


def test_numbers_table_keeps_people_and_times_apart():
    page = read(FROZEN).sheets[0]
    rows = [line for line in page.lines if "Số lượt" in line or "5.000" in line]

    assert rows == [
        "Kết quả Số lượt",
        "2 ký tài khoản dịch vụ công 5.000 612 4.120 655 4.502 82,4% Chậm",
    ]
    people, times = page.find("Kết quả"), page.find("Số lượt")
    assert page.find("612").right < people.right < page.find("4.120").right < times.left < page.find("655").right


def test_share_stands_with_its_denominator_and_the_uncounted_says_so():
    said = read(FROZEN).sheets[0].lines

    assert "1 VNeID mức độ 2 (đoàn 100% 312 2.871/3.140 91,4% Theo kịp" in said
    assert "Ngày hội thanh toán không chưa có số" in said


def test_figures_stand_at_the_end_of_section_two():
    order = [
        "II. KẾT QUẢ THỰC HIỆN",
        "Bảng 1. Kết quả thực hiện các chỉ tiêu",
        "Bảng 2. So với kỳ trước, nhịp độ và dự báo",
        "Bảng 3. Bằng chứng của số liệu",
        "Bảng 4. Số ước tính chưa có hồ sơ (không tính vào kết quả)",
        "Bảng 5. Đơn vị chậm tiến độ và nguyên nhân",
        "Thay đổi so với kỳ trước",
        "Đơn vị gửi số liệu muộn: Đoàn xã Tân Mỹ Chánh.",
        "Biểu đồ 1. Người dân được giúp đăng ký tài khoản dịch vụ công",
        "III. ĐÁNH GIÁ",
        "IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI",
        "Nơi nhận:",
        "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ",
    ]

    assert [line for line in read(FROZEN).lines if line in order] == order


def test_beside_the_figures_stand_pace_evidence_errors_estimates_and_reasons():
    said = read(FROZEN).sheets[1].lines

    assert [line for line in said if line[:4] in {"705 ", "ký t", "4.12", "1 Ng", "2 Đo"}] == [
        "705 612 −93 4.164 4.890",
        "ký tài khoản dịch vụ công 12 1.108 2.200 760 40 3",
        "4.120 85",
        "1 Người dân được giúp 96 300 Thiếu người biết hướng dẫn",
        "2 Đoàn Phường 4 VNeID mức độ 2 90,0% 100% Chưa nêu nguyên nhân",
    ]


def test_every_figure_leads_to_its_records():
    document = read(FROZEN)
    counted = [line for line in FROZEN.lines if line.path]

    assert document.links == {
        *(BASE + line.path for line in counted),
        *(BASE + unit.path for unit in FROZEN.units if unit.path),
        BASE + FROZEN.path,
    }
    # In the numbers table: in the period and in all, of people and of times where those are counted.
    first = document.sheets[0].links
    assert [first.count(BASE + line.path) for line in counted] == [2, 4]


def test_chart_is_drawn_and_not_a_picture():
    page = read(FROZEN).sheets[2]

    assert not page.page.images
    assert {"Chỉ tiêu: 5.000", "4.120", "02/10", "31/10"} <= {run.text for run in page.runs}


def test_numbers_table_repeats_its_heads_and_tears_no_row():
    many = tuple(
        dataclasses.replace(FROZEN.lines[1], title=f"Người dân được giúp việc thứ {one}") for one in range(100, 140)
    )
    pages = [page for page in read(dataclasses.replace(FROZEN, lines=many)).sheets if "Kết quả Số lượt" in page.lines]

    assert len(pages) == 3
    for page in pages:
        # Each row has three lines; its figures stand in the middle one.
        rows = [run.base for run in page.runs if run.text == "5.000"]
        titles = [run.base for run in page.runs if run.text == "Người dân được giúp việc"]
        assert [base - title for base, title in zip(rows, titles, strict=False)][:3] == [mm(rows[0] - titles[0])] * 3


# Signature and recipients.


def test_signature_and_recipients():
    page = read(FROZEN).sheets[2]
    authority, post, signer = (page.find(text) for text in ("TM. BAN THƯỜNG VỤ", "BÍ THƯ", "Nguyễn Văn Mẫu"))

    assert [style(page, run.text) for run in (authority, post, signer)] == [("Bold", 14)] * 3
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


def test_last_words_go_with_the_signature():
    filler = tuple("Nội dung công tác của đơn vị trong tháng." for _one in range(25))
    content = dataclasses.replace(
        FROZEN, lines=(), behind=(), charts=(), changes=(), late_units=(), notes=(), units=(),
        passages=(Passage("I", "Kết quả", 1, (*filler, "Trên đây là báo cáo.")),),
    )  # fmt: skip
    last = read(content).sheets[-1].lines

    assert "Trên đây là báo cáo." in last
    assert "TM. BAN THƯỜNG VỤ" in last


# Draft and frozen.


def test_frozen_report_names_its_set_on_every_page():
    document = read(FROZEN)

    assert all("Bản số liệu: 5f2b8c0d9e1a4736…" in page.lines for page in document.sheets)
    assert f"Mã bản số liệu (SHA-256): {FROZEN.frozen_hash}" in document.sheets[2].lines
    assert f"Tra cứu: {BASE}{FROZEN.path}" in document.sheets[2].lines
    assert not any("DỰ THẢO" in line for page in document.sheets for line in page.lines)


def test_draft_says_so_on_every_page():
    document = read(DRAFT)

    assert style(document.sheets[0], "DỰ THẢO") == ("Bold", 13)
    for page in document.sheets:
        assert "DỰ THẢO – số liệu chưa chốt" in page.lines
        # And across the page, pale.
        assert page.page.extract_text().count("DỰ THẢO") >= 2


# Appendix.


def many_units(count: int) -> ReportContent:
    units = tuple(UnitRow(number, f"Chi đoàn khu phố {number}", ("1.250", "") * 4) for number in range(1, count + 1))
    return dataclasses.replace(FROZEN, units=units)


def test_appendix_lies_across_and_repeats_its_heads():
    pages = [page for page in read(many_units(60)).sheets if page.width > page.height]

    assert len(pages) == 3
    for page in pages:
        assert [page.width, page.height] == [mm(297), mm(210)]
        assert "Đoàn viên VNeID mức độ 2 Người dân được giúp" in page.lines
    rows = [line for page in pages for line in page.lines if "Chi đoàn khu phố" in line]
    assert rows == [f"{number} Chi đoàn khu phố {number} 1.250 – 1.250 – 1.250 – 1.250 –" for number in range(1, 61)]
    assert [sum("TỔNG CỘNG" in line for line in page.lines) for page in pages] == [0, 0, 1]
    assert "TỔNG CỘNG 2.200 1.980 1.980 1.552 78,3% 1.328 136 20" in pages[-1].lines


def test_appendix_says_to_which_document_it_belongs():
    belongs = "(Kèm theo Báo cáo số 07-BC/TĐTN ngày 02 tháng 11 năm 2023 của Thành Đoàn Mỹ Tho)"

    assert belongs in read(FROZEN).sheets[3].lines


def test_too_many_columns_become_two_tables_between_two_heads():
    columns = tuple(Column(f"c{place}", f"Chỉ tiêu {place}", over=f"Nhóm {place // 4}") for place in range(48))
    units = (UnitRow(1, "Đoàn Phường 1", tuple(str(1000 + place) for place in range(48)), note="Gửi trễ"),)
    sheets = read(dataclasses.replace(FROZEN, columns=columns, units=units, sums=())).sheets[3:]

    first = "1 Đoàn Phường 1 " + " ".join(str(1000 + place) for place in range(24))
    second = "1 Đoàn Phường 1 " + " ".join(str(1000 + place) for place in range(24, 48)) + " Gửi trễ"
    assert [line for sheet in sheets for line in sheet.lines if line.startswith("1 Đoàn")] == [first, second]


def test_without_units_there_is_no_appendix():
    assert all(page.width < page.height for page in read(many_units(0)).sheets)


def test_nothing_but_a_head_is_a_page():
    bare = ReportContent(
        "doan", "", "p", "Đoàn Phường 4", "p4", "week", date(2023, 10, 2), date(2023, 10, 8),
        Head("", "Đoàn Phường 4", "BC/ĐTN", "Phường 4", date(2023, 10, 9), "BÁO CÁO", "Tuần"), (),
    )  # fmt: skip

    assert len(read(bare).sheets) == 1
    assert read(bare).sheets[0].lines[:2] == [
        "ĐOÀN PHƯỜNG 4 ĐOÀN TNCS HỒ CHÍ MINH",
        "*** Phường 4, ngày 09 tháng 10 năm 2023",
    ]


def test_number_too_wide_for_its_cell_gets_smaller_letters():
    huge = dataclasses.replace(FROZEN.lines[0], total=12_345_678, denominator=98_765_432, in_period=1_234_567)
    page = read(dataclasses.replace(FROZEN, lines=(huge,))).sheets[0]

    for text, room in (("12.345.678/98.765.432", 22), ("1.234.567", 13)):
        run = page.find(text)
        assert run.size < 11
        assert width(text, run.font, run.size) <= room - 2.4 + 0.05


# What people write.


@pytest.mark.parametrize(
    "text",
    ["#pagebreak() ] $x$ *đậm* _nghiêng_ @ai <nhãn> // ghi", '"); #eval("1") \\', "= Đầu đề", "- Chỉ", "https://a.vn"],
)
def test_what_somebody_wrote_is_only_text(text):
    document = read(written(text))
    said = " ".join(line for page in document.sheets for line in page.lines).replace("\u200b", "")

    assert said.count(text.split()[0]) >= 10
    assert text in said
    assert document.links == {BASE + FROZEN.lines[1].path, BASE + FROZEN.path}


def test_letters_no_font_has_show_as_missing_and_do_not_break_the_file():
    content = with_words("Đạt 🎉 日 \x07x\u200d ≥ 5 → ✓")

    assert any("Đạt \ufffd \ufffd x" in line for line in read(content).lines)
    assert " ".join(char for line in read(content).lines for char in line if char in "≥→✓") == "≥ → ✓"


def test_decomposed_letters_are_put_together():
    content = with_words("Nguye\u0302\u0303n")

    assert "Nguyễn" in read(content).lines


def test_address_longer_than_a_line_breaks():
    content = with_words("https://doanso.example/" + "rat-dai/" * 30)

    assert picture(content, 0).ink(80, 120)[2] <= RIGHT + 0.3


def test_chart_without_points_is_left_out():
    content = dataclasses.replace(FROZEN, charts=(Chart("Trống", "người", ()), Chart("Một", "%", (("02/10", 0),))))

    assert [line for line in read(content).lines if line.startswith("Biểu đồ")] == ["Biểu đồ 1. Một"]


def test_line_without_anything_is_a_row():
    content = dataclasses.replace(FROZEN, lines=(Line("x", "Chưa đếm", "count", "", "", None, None, None),))

    assert "Chưa đếm" in " ".join(read(content).sheets[0].lines)


# The state's form.


def test_head_of_the_state():
    page = read(OF_THE_STATE).sheets[0]

    assert page.lines[:7] == [
        "UBND TỈNH TIỀN GIANG CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "BAN CHỈ ĐẠO CHUYỂN ĐỔI",
        "Độc lập - Tự do - Hạnh phúc",
        "SỐ TP MỸ THO",
        "Số: 07/BC-BCĐ",
        "Mỹ Tho, ngày 02 tháng 11 năm 2023",
        "BÁO CÁO",
    ]
    assert {text: style(page, text) for text in page.lines[1:3] + page.lines[4:8]} == {
        "BAN CHỈ ĐẠO CHUYỂN ĐỔI": ("Bold", 13),
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
    rules = picture(OF_THE_STATE, 0).rules(TOP, 70)
    below_motto = next(rule for rule in rules if rule[1] > 110 and rule[0] < 40)
    below_issuer = next(rule for rule in rules if rule[2] < 90)

    assert below_motto[1:] == (mm(motto.left), mm(motto.right))
    issuer = page.find("BAN CHỈ ĐẠO CHUYỂN ĐỔI")
    assert 1 / 3 <= (below_issuer[2] - below_issuer[1]) / (issuer.right - issuer.left) <= 1 / 2


def test_body_of_the_state():
    assert "Tập trung hỗ trợ các đơn vị còn chậm./." in read(OF_THE_STATE).lines
    assert picture(OF_THE_STATE, 0).ink(80, BOTTOM)[2] == pytest.approx(195, abs=0.4)
    # Its appendix counts its own pages, and the first shows no number.
    assert read(OF_THE_STATE).sheets[3].lines[0] == "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ"


def test_several_addressees_are_listed():
    said = read(with_head(OF_THE_STATE, to=("Tỉnh Đoàn", "UBND thành phố"))).sheets[0].lines

    assert "Kính gửi: - Tỉnh Đoàn;" in said
    assert "- UBND thành phố." in said


# The file.


def test_same_content_gives_the_same_bytes():
    once = render_pdf(FROZEN, base=BASE)
    found = []
    threads = [threading.Thread(target=lambda: found.append(render_pdf(FROZEN, base=BASE))) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(found) == {once}
    assert render_pdf(with_head(FROZEN, dated=date(2023, 11, 3)), base=BASE) != once


def test_file_is_an_archive_with_its_own_fonts():
    reader = read(FROZEN).reader
    fonts = {
        font.get_object()["/BaseFont"].partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()
    }
    root = reader.trailer["/Root"]

    assert fonts == {"Tinos-Regular", "Tinos-Bold", "Tinos-Italic", "Tinos-BoldItalic"}
    assert b"<pdfaid:part>2</pdfaid:part>" in root["/Metadata"].get_data()
    assert reader.metadata.title == "BÁO CÁO Kết quả chương trình chuyển đổi số tháng 10 năm 2023"
    assert reader.metadata.author == "Thành Đoàn Mỹ Tho"
    assert reader.metadata.creation_date.date() == date(2023, 11, 2)
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("vi", True)


def test_parts_are_bookmarks():
    assert [one.title for one in read(FROZEN).reader.outline if not isinstance(one, list)] == [
        "I. CÔNG TÁC CHỈ ĐẠO",
        "II. KẾT QUẢ THỰC HIỆN",
        "III. ĐÁNH GIÁ",
        "IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI",
        "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ",
    ]
