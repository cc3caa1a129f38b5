"""The printed report: every figure with its address, a draft that says so, and nothing written becomes code."""

import dataclasses
import io
import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from doanso.reports.content import (
    DocumentHead,
    LaggingFigure,
    LineChart,
    ReportColumn,
    ReportContent,
    ReportLine,
    UnitRow,
)
from doanso.reports.renderers.pdf import render_pdf
from doanso.reports.tests.contents import BASE, DRAFT, FROZEN, written
from doanso.reports.tests.renderers.reading import mm, pictures, read, style, width, with_head, with_words

pytestmark = [pytest.mark.sqlite_only, pytest.mark.renders]


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
    lines = read(FROZEN).sheets[0].lines

    assert "1 VNeID mức độ 2 (đoàn 100% 312 2.871/3.140 91,4% Theo kịp" in lines
    assert "Ngày hội thanh toán không chưa có số" in lines
    uncounted = dataclasses.replace(FROZEN.lines[2], state="none", state_text="Chưa có số liệu")
    assert "Chưa có" in " ".join(read(dataclasses.replace(FROZEN, lines=(uncounted,))).lines)
    assert "chưa có số" not in " ".join(read(dataclasses.replace(FROZEN, lines=(uncounted,))).lines)


def test_units_that_gave_no_reason_are_named_in_one_line():
    silent = tuple(
        LaggingFigure(f"Đoàn Phường {unit}", indicator, "1", "9")
        for unit in range(1, 13)
        for indicator in ("VNeID mức độ 2", "Người dân được giúp", "Cửa hàng")[: 1 + unit % 3]
    )
    content = dataclasses.replace(FROZEN, behind=(*FROZEN.behind[:1], *silent))
    printed = " ".join(read(content).lines)

    assert printed.count("nêu nguyên nhân") == 1
    assert (
        "Chậm tiến độ, chưa nêu nguyên nhân: 12 đơn vị (Đoàn Phường 1, 2 chỉ tiêu; Đoàn Phường 2, 3 chỉ tiêu; Đoàn"
        in printed
    )
    assert "Đoàn Phường 12)." in printed
    assert len(read(content).sheets) == len(read(FROZEN).sheets)
    assert "nêu nguyên nhân" not in " ".join(read(dataclasses.replace(FROZEN, behind=FROZEN.behind[:1])).lines)


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
    lines = read(FROZEN).sheets[1].lines

    assert [line for line in lines if line[:4] in {"705 ", "đăng", "4.12", "1 Ng", "Chậm"}] == [
        "705 612 −93 4.164 4.890",
        "đăng ký tài khoản dịch vụ 12 1.108 2.200 760 40 1,2% – 5,4% 3",
        "4.120 85",
        "1 Người dân được giúp 96 300",
        "Chậm tiến độ, chưa nêu nguyên nhân: 1 đơn vị (Đoàn Phường 4).",
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
        dataclasses.replace(FROZEN.lines[1], title=f"Người dân được giúp việc thứ {number}")
        for number in range(100, 140)
    )
    pages = [page for page in read(dataclasses.replace(FROZEN, lines=many)).sheets if "Kết quả Số lượt" in page.lines]

    assert len(pages) == 3
    for page in pages:
        # Each row has three lines; its figures stand in the middle one.
        rows = [run.base for run in page.runs if run.text == "5.000"]
        titles = [run.base for run in page.runs if run.text == "Người dân được giúp việc"]
        assert [base - title for base, title in zip(rows, titles, strict=False)][:3] == [mm(rows[0] - titles[0])] * 3


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


def test_sums_never_stand_alone_on_a_page():
    for count in range(20, 24):
        content = dataclasses.replace(many_units(count), lines=(), charts=(), behind=(), changes=(), passages=())
        *_others, last = read(content).sheets

        assert [line.split(" ")[0] for line in last.lines[-3:-1]] == [str(count), "TỔNG"]


def test_appendix_says_to_which_document_it_belongs():
    belongs = "(Kèm theo Báo cáo số 07-BC/TĐTN ngày 02 tháng 11 năm 2023 của Thành Đoàn Mỹ Tho)"

    assert belongs in read(FROZEN).sheets[3].lines


def test_too_many_columns_become_two_tables_between_two_heads():
    columns = tuple(ReportColumn(f"c{place}", f"Chỉ tiêu {place}", over=f"Nhóm {place // 4}") for place in range(48))
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
        DocumentHead("", "Đoàn Phường 4", "BC/ĐTN", "Phường 4", date(2023, 10, 9), "BÁO CÁO", "Tuần"), (),
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
    printed = " ".join(line for page in document.sheets for line in page.lines).replace("\u200b", "")

    assert printed.count(text.split()[0]) >= 10
    assert text in printed
    assert document.links == {BASE + FROZEN.lines[1].path, BASE + FROZEN.path}


@given(st.text(min_size=1, max_size=60))
@settings(max_examples=20, deadline=None)
def test_whatever_somebody_wrote_there_is_a_document(text):
    assert render_pdf(written(text), base=BASE).startswith(b"%PDF-1.7")


def test_letters_no_font_has_show_as_missing_and_do_not_break_the_file():
    content = with_words("Đạt 🎉 日 \x07x\u200d ≥ 5 → ✓")

    assert any("Đạt \ufffd \ufffd x" in line for line in read(content).lines)
    assert " ".join(char for line in read(content).lines for char in line if char in "≥→✓") == "≥ → ✓"


def test_decomposed_letters_are_put_together():
    content = with_words("Nguye\u0302\u0303n")

    assert "Nguyễn" in read(content).lines


def test_address_longer_than_a_line_breaks():
    content = with_words("https://doanso.example/" + "rat-dai/" * 30)

    assert pictures(content)[0].ink(80, 120)[2] <= 190.3


def test_chart_without_points_is_left_out():
    content = dataclasses.replace(
        FROZEN, charts=(LineChart("Trống", "người", ()), LineChart("Một", "%", (("02/10", 0),)))
    )

    assert [line for line in read(content).lines if line.startswith("Biểu đồ")] == ["Biểu đồ 1. Một"]


def test_line_without_anything_is_a_row():
    content = dataclasses.replace(FROZEN, lines=(ReportLine("x", "Chưa đếm", "count", "", "", None, None, None),))

    assert "Chưa đếm" in " ".join(read(content).sheets[0].lines)


# The file.


def test_report_made_where_no_address_is_known_is_printed_without_one():
    printed = " ".join(PdfReader(io.BytesIO(render_pdf(FROZEN, base=""))).pages[-2].extract_text().split())

    assert FROZEN.frozen_hash in printed.replace(" ", "")
    assert "Tra cứu" not in printed


def test_same_content_gives_the_same_bytes():
    once = render_pdf(FROZEN, base=BASE)
    rendered = []
    threads = [threading.Thread(target=lambda: rendered.append(render_pdf(FROZEN, base=BASE))) for _one in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert set(rendered) == {once}
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
    assert [bookmark.title for bookmark in read(FROZEN).reader.outline if not isinstance(bookmark, list)] == [
        "I. CÔNG TÁC CHỈ ĐẠO",
        "II. KẾT QUẢ THỰC HIỆN",
        "III. ĐÁNH GIÁ",
        "IV. NHIỆM VỤ TRỌNG TÂM THỜI GIAN TỚI",
        "PHỤ LỤC SỐ LIỆU THEO ĐƠN VỊ",
    ]
