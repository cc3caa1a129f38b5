"""A PDF that was made elsewhere: passed, signed, numbered and issued like a written one, where its head leaves room."""

from datetime import date

import pytest
import typst
from django.conf import settings

from doanso.documents.actions.drafts import start_upload, write_upload
from doanso.documents.actions.signing import begin_signing
from doanso.documents.drafts import Draft
from doanso.documents.models import Document, DocumentState
from doanso.documents.tests.conftest import ADDRESS, Office
from doanso.files.reading import Kind, read_text
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.signing.queries.authorities import trust
from doanso.signing.verification import State, verify

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
#v(3cm)
#align(right)[Nguyễn Văn An#h(2cm)]
"""
NUMBER = "Số:~~~~~~~~~~-KH/ĐTN"
DATE = "Phường 4, ngày~~~~~~tháng~~~~~~năm 2023"


def paper(*, number: str = NUMBER, dated: str = DATE, mark: str = "") -> bytes:
    """What somebody set in Word and saved as PDF."""
    source = _PAPER.replace("NUMBER", number).replace("DATE", dated).replace("MARK", mark)
    return typst.compile(source.encode(), font_paths=[str(settings.DOCUMENT_FONTS)], ignore_system_fonts=True)


def upload(office: Office, content: bytes) -> Document:
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch làm ở Word", is_upload=True)
    return start_upload(actor=office.mai, unit=office.unit, draft=draft, source=content, name="ke-hoach.pdf")


def test_it_goes_the_whole_way(office: Office):
    document = office.issued(upload(office, paper()))

    assert (document.state, document.notation) == (DocumentState.ISSUED, "01-KH/ĐTN")
    content = office.bytes_of(document)
    assert verify(content, trust=trust(), moment=clock.now()).state == State.TEST
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
def test_a_symbol_that_the_register_would_not_say_is_refused_before_anybody_signs(office: Office, number):
    document = office.to_sign(upload(office, paper(number=number)))
    said = {"actor": office.an, "document": document, "read": 1, "certificate": office.hand, "base": ADDRESS}
    with pytest.raises(Refused) as refused:
        begin_signing(**said)
    assert refused.value.problem.message == (
        f"Sau chỗ ghi số, tệp PDF này in “{number.rpartition('~')[2].rstrip(']')}”, còn sổ sẽ ghi “-KH/ĐTN”. Hãy sửa trong "
        "Word rồi chọn tệp PDF mới, hoặc chọn đúng loại văn bản và thể thức như trong tệp."
    )
    document.refresh_from_db()
    assert (document.state, document.base) == (DocumentState.SIGNING, None)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"number": "Số 12"}, "“Số:"),
        ({"dated": "Phường 4, hôm nay"}, "“ngày"),
        # The year would stand in the margin.
        ({"dated": "#h(1fr)Phường 4, ngày~~~~~~tháng~~~~~~năm"}, "“ngày"),
    ],
)
def test_a_head_without_room_is_refused_before_anybody_signs(office: Office, refused, change, says):
    document = office.to_sign(upload(office, paper(**change)))
    said = {"actor": office.an, "document": document, "read": 1, "certificate": office.hand, "base": ADDRESS}
    assert refused(begin_signing, **said) == "upload_places"
    document.refresh_from_db()
    assert (document.state, document.base) == (DocumentState.SIGNING, None)


def test_a_mark_of_secrecy_inside_keeps_it_out(office: Office, refused):
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch", is_upload=True)
    said = {"actor": office.mai, "unit": office.unit, "draft": draft, "name": "a.pdf"}
    assert refused(start_upload, **said, source=paper(mark="*MẬT*")) == "document_secret"
    assert not Document.objects.exists()


def test_another_file_is_another_version(office: Office, refused):
    document = upload(office, paper())
    draft = Draft(profile="doan", kind="plan", summary="Kế hoạch làm ở Word", is_upload=True)
    said = {"actor": office.mai, "document": document, "draft": draft, "source": paper(mark="Sửa"), "name": "b.pdf"}
    assert write_upload(**said, read=1).version == 2
    assert refused(write_upload, **said, read=1) == "document_changed"
