"""An uploaded PDF is passed, signed, numbered and issued like a written document, if its head leaves room."""

from dataclasses import replace
from datetime import date

import pytest
import typst
from django.conf import settings

from doanso.documents.actions.drafts import save_upload, start_upload
from doanso.documents.actions.letterheads import set_letterhead
from doanso.documents.actions.routing import send_on
from doanso.documents.actions.signing import begin_signing
from doanso.documents.actions.signing_files import room_problem
from doanso.documents.drafts import Draft
from doanso.documents.models import Document, DocumentState
from doanso.documents.queries.letterheads import letterhead_values
from doanso.documents.signature_fields import FixedValues
from doanso.documents.tests.conftest import ADDRESS, TODAY, Office
from doanso.documents.uploaded_signature_fields import HEIGHT, WIDTH, find_open_fields
from doanso.files.models import Blob
from doanso.files.reading import Kind, read_text
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing.queries.authorities import read_trust
from doanso.signing.verification import VerdictState, verify

pytestmark = pytest.mark.django_db

NEW_YEAR = date(2024, 1, 2)

_PAPER = """#set page("a4", margin: (left: 3cm, right: 2cm, y: 2cm))
#set text(font: "Tinos", lang: "vi", size: 14pt)
#grid(columns: (1fr, 1fr), [BCH ĐOÀN PHƯỜNG 4], [ĐOÀN TNCS HỒ CHÍ MINH])
MARK
#grid(columns: (1fr, 1fr), [NUMBER], [_DATE_])
#v(1cm)
#align(center)[*KẾ HOẠCH*]
Nội dung kế hoạch.
SIGNED
#align(right)[PERSON#h(2cm)]
"""
NUMBER = "Số:~~~~~~~~~~-KH/ĐTN"
DATE = "Phường 4, ngày~~~~~~tháng~~~~~~năm 2023"
SIGNED = "#align(right)[TM. BAN CHẤP HÀNH#h(2cm)]\n#v(3cm)"


def paper(
    *, number: str = NUMBER, dated: str = DATE, mark: str = "", signed: str = SIGNED, person: str = "Nguyễn Văn An"
) -> bytes:
    """Return a PDF as somebody would save it from Word."""
    replacements = {"NUMBER": number, "DATE": dated, "MARK": mark, "SIGNED": signed, "PERSON": person}
    source = _PAPER
    for word, instead in replacements.items():
        source = source.replace(word, instead)
    return typst.compile(source.encode(), font_paths=[str(settings.DOCUMENT_FONTS)], ignore_system_fonts=True)


UPLOADED = Draft(profile="doan", kind="plan", summary="Kế hoạch làm ở Word", is_upload=True)


def upload(office: Office, content: bytes) -> Document:
    return start_upload(actor=office.mai, unit=office.unit, draft=UPLOADED, source=content, name="ke-hoach.pdf")


def sent(office: Office, document: Document) -> Document:
    return send_on(
        actor=office.mai, document=document, expected_version=1, reviewers=[office.phuc], mandate=office.mandate
    )


def test_it_goes_the_whole_way(office: Office):
    document = office.issued(upload(office, paper()))

    assert (document.state, document.notation) == (DocumentState.ISSUED, "01-KH/ĐTN")
    content = office.bytes_of(document)
    assert verify(content, trust=read_trust(), moment=clock.now()).state == VerdictState.TEST
    words = read_text(content, Kind.PDF).pages[0].text
    assert {"01", "12", "11"} <= set(words.replace("-", " ").split())
    assert document.public is not None
    assert document.public.code[:4] in words


def test_a_year_left_free_is_filled_with_day_and_month(office: Office, business_day):
    signed = office.signed(upload(office, paper(dated=DATE.replace("2023", "~" * 9))))
    business_day(NEW_YEAR)
    document = office.issued(signed)
    assert (document.dated, document.notation) == (NEW_YEAR, "01-KH/ĐTN")
    words = " ".join(read_text(office.bytes_of(document), Kind.PDF).pages[0].text.split())
    assert "2024" in words
    assert "2023" not in words


def test_a_division_behind_the_symbol_stands_in_the_register_too(office: Office):
    document = office.issued(upload(office, paper(number=f"{NUMBER}-VP")))
    assert document.notation == "01-KH/ĐTN-VP"


@pytest.mark.parametrize(
    "number",
    [
        "Số:~~~~~~~~~~-BC/ĐTN",
        "Số:~~~~~~~~~~-KH/ĐTNP5",
        "Số:~~~~~~~~~~/KH-ĐTN",
        # Longer than a line of the register.
        "#text(size: 7pt)[Số:~~~~~~~~~~-KH/ĐTN-" + "i" * 45 + "]",
    ],
)
def test_a_symbol_that_the_register_would_not_say_is_refused_before_it_is_sent_on(office: Office, number):
    document = upload(office, paper(number=number))
    with pytest.raises(Refused) as refused:
        sent(office, document)
    assert refused.value.problem.message == (
        f"Sau chỗ ghi số, tệp PDF này in “{number.rpartition('~')[2].rstrip(']')}”, còn sổ sẽ ghi “-KH/ĐTN”. Hãy sửa trong "
        "Word rồi chọn tệp PDF mới, hoặc chọn đúng loại văn bản và thể thức như trong tệp."
    )
    document.refresh_from_db()
    assert (document.state, document.steps.count()) == (DocumentState.DRAFT, 0)


def test_a_symbol_that_changed_on_the_way_is_refused_before_anybody_signs(office: Office, refused):
    document = office.to_sign(upload(office, paper()))
    letterhead = replace(letterhead_values(office.unit, TODAY), symbol="ĐTNP4")
    set_letterhead(actor=office.an, unit=office.unit, letterhead=letterhead)
    arguments = {
        "actor": office.an,
        "document": document,
        "expected_version": 1,
        "certificate": office.hand,
        "base": ADDRESS,
    }
    assert refused(begin_signing, **arguments) == "upload_symbol"
    document.refresh_from_db()
    assert (document.state, document.base) == (DocumentState.SIGNING, None)


NO_DATE = (
    "PDF này không có dòng “ngày    tháng    năm 2023” có chừa chỗ cho ngày, tháng, hoặc “năm    ” có chừa cả chỗ cho năm. "
    "Hãy chừa chỗ trong Word, lưu lại thành PDF rồi chọn tệp đó."
)
NEW_FILE = "lưu lại thành PDF rồi chọn tệp đó."
CHANGES = {
    "no number": (
        {"number": "Số 12"},
        f"PDF này không có dòng “Số:      -KH/TĐTN” có chừa chỗ cho số. Hãy chừa chỗ trong Word, {NEW_FILE}",
    ),
    "no date": ({"dated": "Phường 4, hôm nay"}, NO_DATE),
    "a year long past": (
        {"dated": DATE.replace("2023", "2022")},
        f"Tệp PDF này in “năm 2022”, còn số sẽ là của năm 2023. Hãy ghi “năm 2023” hoặc để trống năm trong Word, {NEW_FILE}",
    ),
    # It would stand in the margin.
    "no room for the year": ({"dated": "#h(1fr)Phường 4, ngày~~~~~~tháng~~~~~~năm"}, NO_DATE),
    "no room for a number of three digits": (
        {"number": "Số:~~~~~~-KH/ĐTN"},
        f"Giữa “Số:” và “-KH/ĐTN”, tệp PDF này chừa quá ít chỗ. Hãy để 10 dấu cách ở đó trong Word, {NEW_FILE}",
    ),
    "no room for the day": (
        {"dated": "Phường 4, ngày#h(1.24em)tháng~~~~~~năm 2023"},
        f"Giữa “ngày” và “tháng”, tệp PDF này chừa quá ít chỗ. Hãy để 6 dấu cách ở đó trong Word, {NEW_FILE}",
    ),
    "a year on the next line": (
        {"dated": "Phường 4, ngày~~~~~~tháng~~~~~~năm #linebreak() 2023"},
        f"Trong tệp PDF này, năm bị rơi xuống dòng dưới “ngày … tháng … năm”. Hãy đưa tất cả về một dòng trong Word, {NEW_FILE}",
    ),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_head_without_room_is_reported_at_once_and_not_sent_on(office: Office, as_user, change):
    changed, says = CHANGES[change]
    document, mai = upload(office, paper(**changed)), as_user(office.mai)
    page = f"/documents/{document.pk}/"
    with pytest.raises(Refused) as refused:
        sent(office, document)
    code = "upload_year" if "2022" in changed.get("dated", "") else "upload_places"
    assert (refused.value.problem.code, refused.value.problem.message) == (code, says)
    preview = mai.get(f"{page}preview/").content.decode()
    assert "Tệp này chưa trình ký được." in preview
    assert says in preview
    answer = mai.post(f"{page}send-on/", {"expected_version": 1, "mandate": office.mandate.pk})
    assert answer.status_code == 422
    assert says in answer.content.decode()
    document.refresh_from_db()
    assert (document.state, document.steps.count()) == (DocumentState.DRAFT, 0)


def test_a_file_with_room_gets_no_warning_and_is_sent_on(office: Office, as_user):
    document = upload(office, paper())
    assert "chưa trình ký được" not in as_user(office.mai).get(f"/documents/{document.pk}/preview/").content.decode()
    assert sent(office, document).state == DocumentState.REVIEW


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"signed": "#align(right)[TM. BAN CHẤP HÀNH #linebreak() BÍ THƯ#h(2cm)]\n#v(1cm)"},
            "Phía trên tên “Nguyễn Văn An”, tệp PDF này chừa quá ít chỗ để ký. Hãy để năm dòng trống ở đó trong Word",
        ),
        (
            {"person": "Trần Thị Khác"},
            "PDF này không có họ tên người ký “Nguyễn Văn An” dưới chỗ để ký. Hãy chừa chỗ trong Word",
        ),
    ],
)
def test_no_room_above_the_signers_name_is_reported_when_the_signer_is_chosen(office: Office, change, says):
    document = upload(office, paper(**change))
    assert room_problem(document) is None
    with pytest.raises(Refused) as refused:
        sent(office, document)
    assert refused.value.problem.code == "upload_places"
    assert refused.value.problem.message.startswith(says)


def test_all_that_is_to_be_changed_is_listed_at_once(office: Office):
    names = ("no room for a number of three digits", "a year on the next line")
    content = paper(
        number=CHANGES[names[0]][0]["number"],
        dated=CHANGES[names[1]][0]["dated"],
        signed="#align(right)[BÍ THƯ#h(2cm)]",
    )
    problem = room_problem(upload(office, content), signer="Nguyễn Văn An")
    above = "Phía trên tên “Nguyễn Văn An”, tệp PDF này chừa quá ít chỗ để ký. Hãy để năm dòng trống ở đó trong Word, "
    assert problem.message == " ".join([*(CHANGES[name][1] for name in names), above + NEW_FILE])


def test_what_is_drawn_where_the_person_signs_covers_no_line_above(office: Office):
    places, _printed = find_open_fields(paper(), signer="Nguyễn Văn An", years=(2023,), behind="-KH/ĐTN")
    low = SIGNED.replace("3cm", "2cm")
    lower, _printed = find_open_fields(paper(signed=low), signer="Nguyễn Văn An", years=(2023,), behind="-KH/ĐTN")
    title = next(line for line in read_text(paper(signed=low)).pages[0].lines if line.text.startswith("TM."))
    assert places["signature"].height == pytest.approx(26 * 72 / 25.4)
    assert lower["signature"].height < places["signature"].height
    assert lower["signature"].y > title.foot * HEIGHT


@pytest.mark.parametrize("lower", range(0, 30, 3))
def test_a_column_beside_it_parts_no_date_however_its_lines_lie(lower):
    beside = f"#text(size: 12pt)[BCH ĐOÀN PHƯỜNG 4 #linebreak() \\*\\*\\* #linebreak() {NUMBER}]"
    content = paper(number=beside, dated=f"#v({lower}pt)#text(size: 11pt)[{DATE}]")
    places, printed = find_open_fields(content, signer="", years=(2023,), behind="-KH/ĐTN")
    assert (sorted(places), printed) == (["day", "month", "number"], FixedValues("KH/ĐTN", 2023))
    lines = {line.text: line for line in read_text(content).pages[0].lines}
    assert places["day"].baseline == places["month"].baseline == pytest.approx(lines["tháng"].foot * HEIGHT)
    # Between the words as they are set, not as another font would set them.
    assert places["month"].x == pytest.approx(lines["tháng"].right * WIDTH + 1)


def test_a_mark_of_secrecy_inside_keeps_it_out(office: Office, refused):
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch", is_upload=True)
    arguments = {"actor": office.mai, "unit": office.unit, "draft": draft, "name": "a.pdf"}
    assert refused(start_upload, **arguments, source=paper(mark="*MẬT*")) == "document_secret"
    assert not Document.objects.exists()


def test_another_file_is_another_version(office: Office, refused):
    document = upload(office, paper())
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch làm ở Word", is_upload=True)
    arguments = {
        "actor": office.mai,
        "document": document,
        "draft": draft,
        "source": paper(mark="Sửa"),
        "name": "b.pdf",
    }
    assert save_upload(**arguments, expected_version=1).version == 2
    assert refused(save_upload, **arguments, expected_version=1) == "document_changed"


def test_a_file_that_comes_too_late_is_not_kept(office: Office, refused):
    document = upload(office, paper())
    arguments = {"actor": office.mai, "document": document, "source": paper(), "name": "ke-hoach.pdf"}
    save_upload(**arguments, expected_version=1, draft=UPLOADED)
    assert refused(save_upload, **arguments, expected_version=1, draft=UPLOADED) == "document_changed"
    assert set(Blob.objects.filter(erased_at=None)) == {version.upload for version in document.versions.all()}
