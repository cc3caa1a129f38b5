"""Documents as PDF in both forms: positions of all text; equal content gives equal bytes.

Golden files hold every run of letters with its position, and each page's picture. After an intended change, write them anew with
`DOANSO_RENEW_PAGES=1 ./dev test --sqlite doanso/documents/tests/form`, and look at them before you commit.
"""

import dataclasses
import functools
import io
import json
import os
from datetime import date
from pathlib import Path

import pytest
from PIL import Image, ImageChops
from pypdf import PdfReader

from doanso.documents.body.schema import EMPTY
from doanso.documents.renderers import OpenField, RenderedDocument, render_pages, render_pdf
from doanso.documents.renderers.content import DocumentContent, Issuer, as_json, field_texts, from_json
from doanso.documents.tests.form.contents import (
    CASES,
    DECISION,
    JOINT,
    LETTER,
    OPEN_PLAN,
    PLAN,
    WHOLE,
    body,
    heading,
    par,
)
from doanso.official_form.open_fields import PAGE_HEIGHT
from doanso.official_form.tests.pdf_reading import POINT, Document, Picture, Sheet, mm, style
from doanso.official_form.wording import ND30

pytestmark = [pytest.mark.sqlite_only, pytest.mark.renders]

GOLDEN = Path(__file__).parent / "golden"
RENEW = os.environ.get("DOANSO_RENEW_PAGES") == "1"
PPI = 50
# Machines round edges a little differently: so much grey, and so many dots, are no change.
MOST_GREY, MOST_DOTS = 32, 3
LEFT, RIGHT, TOP, BOTTOM = 30, 190, 20, 277


@functools.cache
def rendered(content: DocumentContent) -> RenderedDocument:
    return render_pdf(content)


@functools.cache
def read(content: DocumentContent) -> Document:
    return Document(rendered(content).pdf)


@functools.cache
def pictures(content: DocumentContent) -> list[Picture]:
    return [Picture.read(page) for page in render_pages(content, ppi=150)]


def first(content: DocumentContent) -> Sheet:
    return read(content).sheets[0]


def as_values(content: DocumentContent) -> dict[str, object]:
    """Return what a golden file holds."""
    runs = [
        [[item.text, round(item.left, 1), round(item.base, 1), round(item.size, 1), item.font] for item in sheet.runs]
        for sheet in read(content).sheets
    ]
    open_fields = {
        name: [open_field.page, *(round(item) for item in open_field.box())]
        for name, open_field in rendered(content).open_fields.items()
    }
    return {"places": open_fields, "pages": runs}


@pytest.mark.parametrize("name", list(CASES))
def test_document_says_the_same_in_the_same_places(name):
    path = GOLDEN / f"{name}.json"
    current = as_values(CASES[name])
    if RENEW:
        path.write_text(json.dumps(current, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")

    golden = json.loads(path.read_text(encoding="utf-8"))
    assert current["places"] == golden["places"]
    assert len(current["pages"]) == len(golden["pages"])
    for page, expected in zip(current["pages"], golden["pages"], strict=True):
        assert [run[0] for run in page] == [run[0] for run in expected]
        for run, expected_run in zip(page, expected, strict=True):
            assert run[3:] == expected_run[3:]
            assert run[1:3] == [pytest.approx(value, abs=0.3) for value in expected_run[1:3]]


@pytest.mark.parametrize("name", list(CASES))
def test_pages_look_as_their_pictures(name):
    drawn = [Picture.read(page).image for page in render_pages(CASES[name], ppi=PPI)]
    for number, image in enumerate(drawn, 1):
        path = GOLDEN / f"{name}-{number}.png"
        if RENEW:
            image.point(lambda grey: round(grey / 17) * 17).save(path, optimize=True)
        golden = Image.open(path).convert("L")
        assert golden.size == image.size
        assert sum(ImageChops.difference(image, golden).histogram()[MOST_GREY + 1 :]) <= MOST_DOTS


def test_same_content_gives_the_same_bytes():
    assert render_pdf(WHOLE).pdf == render_pdf(dataclasses.replace(WHOLE)).pdf
    assert render_pdf(PLAN).pdf != render_pdf(dataclasses.replace(PLAN, number=129)).pdf


def test_file_is_an_archive_with_its_own_letters():
    reader = PdfReader(io.BytesIO(rendered(WHOLE).pdf))
    data = reader.trailer["/Root"]["/Metadata"].get_data().decode()

    assert "<pdfaid:part>2</pdfaid:part>" in data.replace(" ", "")
    assert reader.metadata["/Title"] == "Kế hoạch Ra quân các đội hình thanh niên tình nguyện chuyển đổi số"
    assert reader.metadata["/Author"] == "BCH THÀNH PHỐ MỸ THO"
    assert reader.metadata["/CreationDate"].startswith("D:20231108")
    assert PdfReader(io.BytesIO(rendered(PLAN).pdf)).metadata["/CreationDate"].startswith("D:20231110")


def test_content_is_kept_as_json():
    for content in CASES.values():
        assert from_json(json.loads(json.dumps(as_json(content)))) == content


# The head.


def test_head_in_the_form_of_the_union():
    page = first(PLAN)

    assert page.lines[:6] == [
        "TỈNH ĐOÀN TIỀN GIANG ĐOÀN TNCS HỒ CHÍ MINH",
        "BCH THÀNH PHỐ MỸ THO",
        "*** Mỹ Tho, ngày 10 tháng 11 năm 2023",
        "Số: 128-KH/TĐTN",
        "KẾ HOẠCH",
        "Xây dựng “Tuyến phố công nghệ số” thứ hai năm 2023",
    ]
    assert style(page, "KẾ HOẠCH") == ("Bold", 16)
    assert style(page, "ĐOÀN TNCS HỒ CHÍ MINH") == ("Bold", 15)
    assert style(page, "BÍ THƯ") == ("Regular", 14)


def test_head_in_the_form_of_the_state():
    page = first(DECISION)

    assert "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" in page.lines[0]
    assert any("Độc lập - Tự do - Hạnh phúc" in line for line in page.lines[:3])
    number, day = page.find("Số: 09/QĐ-BCĐ"), page.find("Mỹ Tho, ngày 05 tháng 3 năm 2023")
    assert number.base == pytest.approx(day.base, abs=0.5)
    assert style(page, "QUYẾT ĐỊNH") == ("Bold", 14)
    assert style(page, "PHÓ TRƯỞNG BAN") == ("Bold", 14)
    assert page.lines[-1] == "Mã tra cứu: K7QM-4XPR"
    assert "này./." in page.lines


@pytest.mark.parametrize(
    ("superior", "name", "lines"),
    [
        ("ỦY BAN NHÂN DÂN TP MỸ THO", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ",
         ["ỦY BAN NHÂN DÂN TP MỸ THO", "BAN CHỈ ĐẠO CHUYỂN ĐỔI SỐ"]),
        ("BCH ĐOÀN TNCS HỒ CHÍ MINH TỈNH ĐỒNG THÁP", "BAN CHẤP HÀNH ĐOÀN PHƯỜNG MỸ PHONG",
         ["BCH ĐOÀN TNCS", "HỒ CHÍ MINH", "TỈNH ĐỒNG THÁP", "BAN CHẤP HÀNH ĐOÀN", "PHƯỜNG MỸ PHONG"]),
        ("", "ĐOÀN TRƯỜNG TRUNG HỌC PHỔ THÔNG CHUYÊN NGUYỄN ĐÌNH CHIỂU",
         ["ĐOÀN TRƯỜNG TRUNG", "HỌC PHỔ THÔNG CHUYÊN", "NGUYỄN ĐÌNH CHIỂU"]),
    ],
)  # fmt: skip
def test_long_names_wrap_in_even_lines_clear_of_the_other_column(superior, name, lines):
    page = first(dataclasses.replace(DECISION, issuers=(Issuer(superior, name),), circulation=""))
    number = page.find("Số: 09/QĐ-BCĐ")
    left = sorted((run for run in page.runs if run.base < number.base and run.left < 96), key=lambda run: run.base)
    texts_by_base: dict[float, str] = {}
    for run in left:
        texts_by_base[run.base] = f"{texts_by_base.get(run.base, '')} {run.text}".strip()

    assert list(texts_by_base.values()) == lines
    # The column ends at 97 mm.
    assert max(run.right for run in left) <= 96
    assert {run.size for run in left} <= {12.0, 13.0}


def test_letter_says_below_its_number_what_it_is_about():
    page = first(LETTER)
    about = page.find("V/v phối hợp tổ chức Ngày hội thanh toán")

    assert about.middle == pytest.approx(71, abs=0.5)
    assert (about.size, page.find("Số: 05-CV/TĐTN-VP").base < about.base) == (12, True)
    assert "CÔNG VĂN" not in " ".join(page.lines)
    assert [line for line in page.lines if "Kính gửi" in line] == ["Kính gửi: - Công an thành phố Mỹ Tho;"]
    assert "V/v V/v" not in " ".join(first(dataclasses.replace(LETTER, summary="V/v họp giao ban")).lines)


@pytest.mark.parametrize(
    ("urgency", "words", "width"),
    [("urgent", "KHẨN", 20), ("very-urgent", "THƯỢNG KHẨN", 40), ("express", "HOẢ TỐC", 30)],
)
def test_mark_of_urgency_has_its_box(urgency, words, width):
    content = dataclasses.replace(PLAN, urgency=urgency)
    run = first(content).find(words)
    page = Image.open(io.BytesIO(render_pages(content, ppi=150)[0])).convert("RGB")
    red = [
        (x, y)
        for x in range(page.width // 2)
        for y in range(page.height // 3)
        if (pixel := page.getpixel((x, y)))[0] > 200 and max(pixel[1:]) < 120
    ]
    left, right = min(x for x, _y in red), max(x for x, _y in red)
    top, bottom = min(y for _x, y in red), max(y for _x, y in red)
    per_mm = page.width / 210

    assert ((right - left) / per_mm, (bottom - top) / per_mm) == (
        pytest.approx(width, abs=0.5),
        pytest.approx(8, abs=0.5),
    )
    assert (run.font, run.size) == ("Tinos-Bold", 13)
    assert run.middle == pytest.approx((left + right) / 2 / per_mm, abs=0.4)


def test_how_far_it_may_go_stands_below_the_date():
    page = first(DECISION)

    assert page.find("LƯU HÀNH NỘI BỘ").base > page.find("Mỹ Tho, ngày 05 tháng 3 năm 2023").base
    assert "XEM XONG TRẢ LẠI" in " ".join(first(dataclasses.replace(PLAN, circulation="return")).lines)


def test_draft_says_so_on_every_page():
    def pale(content: DocumentContent) -> list[bool]:
        return [page.image.histogram()[237] > 50_000 for page in pictures(content)]

    assert "DỰ THẢO LẦN 2" in first(WHOLE).lines
    assert pale(WHOLE) == [True] * 5
    assert pale(PLAN) == [False]


def test_joint_document_joins_names_and_has_two_signatures_on_one_line():
    page = first(JOINT)
    names = [page.find(name) for name in ("Nguyễn Văn Mẫu", "Phạm Thị Mẫu")]

    assert page.lines[1:3] == ["BCH THÀNH PHỐ MỸ THO -", "PHÒNG GIÁO DỤC VÀ ĐÀO TẠO"]
    assert names[0].base == mm(names[1].base)
    assert names[0].middle < 110 < names[1].middle
    assert page.find("Nơi nhận:").base > names[0].base
    assert set(rendered(JOINT).open_fields) == {"signature", "seal", "signature-2", "seal-2"}


# Places to write in.


def test_room_for_number_and_date():
    open_fields = rendered(OPEN_PLAN).open_fields
    page = first(OPEN_PLAN)

    assert set(open_fields) == {"number", "day", "month", "signature", "seal"}
    number = open_fields["number"]
    before, after = page.find("Số:"), page.find("-KH/TĐTN")
    assert number.x * POINT == mm(before.right)
    assert (number.x + number.width) * POINT == mm(after.left)
    assert (number.y + number.baseline) * POINT == mm(before.base)
    assert (number.size, number.italic) == (14, False)
    # A space and two digits of 14-point letters: what is written there leaves no gap.
    assert number.width == pytest.approx(3.5 + 14, abs=0.1)
    wide = dataclasses.replace(OPEN_PLAN, digits=4)
    assert rendered(wide).open_fields["number"].width == pytest.approx(3.5 + 28, abs=0.1)
    for name in ("day", "month"):
        assert (open_fields[name].y + open_fields[name].baseline) * POINT == mm(page.find("năm 2023").base)
        assert (open_fields[name].italic, open_fields[name].width >= 14) == (True, True)


def test_without_a_year_there_is_room_for_it_too():
    open_year = dataclasses.replace(OPEN_PLAN, year=None)

    assert rendered(open_year).open_fields["year"].width >= 28
    assert field_texts(open_year, 7, date(2024, 1, 2)) == {"number": "07", "day": "02", "month": "01", "year": "2024"}
    assert field_texts(OPEN_PLAN, 128, date(2023, 11, 10), "a") == {"number": "128a", "day": "10", "month": "11"}
    assert field_texts(PLAN, 128, date(2023, 11, 10)) == {}


@pytest.mark.parametrize(
    ("place", "size"), [("Mỹ Tho", 14), ("Tân Mỹ Chánh", 12), ("Thị trấn Nguyễn Thị Minh Khai", 13)]
)
def test_date_stays_together_whatever_the_place(place, size):
    open_fields = rendered(dataclasses.replace(OPEN_PLAN, place=place, year=None)).open_fields

    assert len({open_fields[name].y for name in ("day", "month", "year")}) == 1
    assert open_fields["day"].size == pytest.approx(size, abs=0.6)
    assert open_fields["year"].x + open_fields["year"].width <= RIGHT / POINT + 0.1


def test_place_of_a_signature_between_post_and_name():
    page = first(PLAN)
    signature, seal = (rendered(PLAN).open_fields[name] for name in ("signature", "seal"))
    post, name = page.find("BÍ THƯ"), page.find("Nguyễn Văn Mẫu")

    assert (signature.width * POINT, signature.height * POINT) == (mm(39), mm(26))
    assert (signature.x + signature.width / 2) * POINT == pytest.approx(post.middle, abs=0.5)
    assert post.base < signature.y * POINT
    assert (signature.y + signature.height) * POINT < name.base
    assert (seal.width * POINT, seal.height * POINT) == (mm(36), mm(36))
    # The seal covers the left third.
    assert (seal.x + seal.width) * POINT == mm((signature.x + signature.width / 3) * POINT)
    assert seal.y + seal.height / 2 == pytest.approx(signature.y + signature.height / 2, abs=0.1)


def test_place_in_the_coordinates_of_a_pdf():
    open_field = OpenField(1, 10, 20, 30, 40)

    assert open_field.box() == (10, round(PAGE_HEIGHT - 60, 2), 40, round(PAGE_HEIGHT - 20, 2))
    assert OpenField.from_json(open_field.as_json()) == open_field


# The body.


def test_body_is_justified_and_headings_stand_out():
    page = first(PLAN)

    assert style(page, "I. MỤC ĐÍCH, YÊU CẦU") == ("Bold", 14)
    assert style(page, "1. Khảo sát hiện trạng") == ("Bold", 14)
    assert style(page, "a) Đối với hộ kinh doanh") == ("Italic", 14)
    assert page.find("nguyên tắc 1+1").font == "Tinos-Bold"
    left, _upper, right, lower = pictures(PLAN)[0].ink(TOP + 50, BOTTOM + 1)
    assert (left, right) == (mm(LEFT), pytest.approx(RIGHT, abs=0.4))
    assert lower <= BOTTOM + 0.3


def test_lists_and_tables():
    page = first(WHOLE)

    assert [line for line in page.lines if line[:2] in {"- ", "+ ", "1.", "2."}][:4] == [
        "- Thành lập đội hình;",
        "- Tập huấn:",
        "+ Đoàn viên;",
        "+ Cán bộ khu phố,",
    ]
    assert "TT Đơn vị Chỉ tiêu" in page.lines or "Chỉ tiêu" in page.lines
    assert "Tổng cộng 1.200 150" in page.lines
    assert page.find("Hộ dân").font == "Tinos-Bold"
    assert page.find("Phường 1").font == "Tinos-Regular"


def test_last_words_go_with_the_signature():
    filler = [par("Nội dung công tác của đơn vị trong tháng.") for _one in range(27)]
    content = dataclasses.replace(PLAN, body=body(*filler, heading(1, "II. Kết luận"), par("Trên đây là kế hoạch.")))
    last = read(content).sheets[-1].lines

    assert "Trên đây là kế hoạch." in last
    assert "TM. BAN THƯỜNG VỤ" in last


def test_pages_are_numbered_in_the_top_margin_from_the_second_on():
    filler = body(*[par("Nội dung công tác của đơn vị trong tháng.") for _one in range(60)])
    first_page, *later_pages = read(dataclasses.replace(PLAN, body=filler)).sheets

    assert "ĐOÀN TNCS" in first_page.lines[0]
    for number, page in enumerate(later_pages, 2):
        run = page.find(str(number))
        assert (run.size, run.middle, run.base) == (14, mm(110), mm(10 + 0.891 * 14 * POINT))


def test_appendices_begin_on_pages_of_their_own():
    sheets = read(WHOLE).sheets
    starts = [
        (number, page.lines)
        for number, page in enumerate(sheets, 1)
        if any("Phụ lục" in line for line in page.lines[:2])
    ]

    assert [number for number, _lines in starts] == [3, 4]
    # The state's form numbers the pages of each appendix for themselves.
    assert [lines[0] for _number, lines in starts] == ["Phụ lục I", "Phụ lục II"]
    assert sheets[4].lines[0] == "2"
    assert sheets[2].lines[1] == "DANH SÁCH ĐỘI HÌNH"
    union = dataclasses.replace(
        WHOLE, form=PLAN.form, appendices=WHOLE.appendices[:1], number=12, dated=date(2023, 11, 10)
    )
    page = read(union).sheets[-1]
    assert page.lines[:2] == ["3", "Phụ lục"]
    assert "(Kèm theo Kế hoạch số 12-KH-TĐTN ngày 10 tháng 11 năm 2023)" in page.lines


def test_every_page_tells_where_it_is_checked():
    document = read(WHOLE)

    assert [page.lines[-1] for page in document.sheets] == ["Mã tra cứu: K7QM-4XPR"] * 5
    assert document.links == {"https://doanso.example/v/K7QM-4XPR"}
    assert "Mã tra cứu" not in " ".join(read(dataclasses.replace(PLAN, verify_code="", verify_url="")).lines)


def test_strange_letters_and_long_words_break_nothing():
    words = (
        "chữ lạ \U0001f600 中文 ",
        "x" * 300,
        "https://" + "rat-dai/" * 40,
        "#[*đậm*] $x$ <b> @người #let",
        "\\u{0}",
    )
    content = dataclasses.replace(PLAN, summary=words[3], body=body(*(par(word) for word in words)))

    assert "#[*đậm*] $x$ <b> @người #let" in " ".join(read(content).lines)
    assert first(dataclasses.replace(PLAN, body=EMPTY)).find("Nguyễn Văn Mẫu")


def test_closing_stroke_of_the_state_stands_once():
    for words in ("Hết.", "Hết./.", "Hết /."):
        page = first(dataclasses.replace(PLAN, form=ND30, body=body(par(words))))
        assert "Hết./." in page.lines
    assert "Hết." in first(dataclasses.replace(PLAN, body=body(par("Hết.")))).lines
