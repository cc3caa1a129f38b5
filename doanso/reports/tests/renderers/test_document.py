"""A report as a document still to be signed: its own pages, with places for what signing fills in."""

import dataclasses
import functools

import pytest

from doanso.lib.tests.printed_codes import codes_by_page
from doanso.official_form.open_fields import RenderedDocument
from doanso.reports.content import ReportContent
from doanso.reports.renderers.pdf import render_document
from doanso.reports.tests.contents import BASE, FROZEN, OF_THE_STATE
from doanso.reports.tests.renderers.reading import POINT, Document, mm, read, with_head

pytestmark = pytest.mark.sqlite_only

OPEN = with_head(FROZEN, number=None)
URL = "https://doanso.example/v/K7QM-4XPR"


@functools.cache
def made(content: ReportContent) -> RenderedDocument:
    return render_document(content, base=BASE, verify_code="K7QM-4XPR", verify_url=URL)


def test_number_date_signature_and_seal_have_their_places():
    places, page = made(OPEN).open_fields, Document(made(OPEN).pdf).sheets[0]

    assert set(places) == {"number", "day", "month", "year", "signature", "seal"}
    before, after = page.find("Số:"), page.find("-BC/TĐTN")
    assert places["number"].x * POINT == mm(before.right)
    assert (places["number"].x + places["number"].width) * POINT == mm(after.left)
    assert (places["day"].y + places["day"].baseline) * POINT == mm(page.find("tháng").base)
    assert places["signature"].page == places["seal"].page == 3


def test_number_that_is_known_is_printed():
    assert "number" not in made(OF_THE_STATE).open_fields
    assert any("Số: 07/BC-BCĐ" in line for line in Document(made(OF_THE_STATE).pdf).sheets[0].lines)


def test_all_else_is_the_report_as_it_was():
    document, report = Document(made(OPEN).pdf), read(OPEN)

    assert len(document.sheets) == len(report.sheets)
    assert [line for line in document.sheets[1].lines if "Mã tra cứu" not in line] == report.sheets[1].lines
    assert all("Mã tra cứu: K7QM-4XPR" in " ".join(sheet.lines[-2:]) for sheet in document.sheets)
    assert URL in document.links
    assert any("Bản số liệu" in line for line in document.sheets[0].lines)


def test_code_of_every_page_is_read_from_paper():
    for content in (OPEN, OF_THE_STATE):
        pages = codes_by_page(made(content).pdf)
        assert pages == [[[URL], [URL]]] * len(Document(made(content).pdf).sheets)


def test_appendix_leaves_the_date_open():
    text = " ".join(Document(made(OPEN).pdf).sheets[3].lines)

    assert "Kèm theo Báo cáo số" in text
    assert "02 tháng 11" not in text


def test_same_content_gives_the_same_bytes():
    again = render_document(dataclasses.replace(OPEN), base=BASE, verify_code="K7QM-4XPR", verify_url=URL)

    assert again.pdf == made(OPEN).pdf
