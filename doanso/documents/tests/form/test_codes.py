"""The printed verification code of every document is decoded by an independent reader, at 150 and at 300 dpi."""

import dataclasses
import io
import zipfile

import pytest

from doanso.documents.kinds import kinds, symbol
from doanso.documents.renderers import render_docx, render_pages, render_pdf
from doanso.documents.tests.form.contents import JOINT, LETTER, PLAN, VERIFY, WHOLE
from doanso.lib.tests.printed_codes import codes_by_page, codes_in_png
from doanso.official_form.tests.pdf_reading import Document, Picture
from doanso.official_form.wording import DOAN, ND30

pytestmark = pytest.mark.sqlite_only

URL = VERIFY["verify_url"]
READ = [[URL], [URL]]
LONG = "https://chuyendoiso.tinhdoan.dongthap.gov.vn/verify/7KQ2M4XD9RTB/"
# What printers leave white.
EDGE = 5


@pytest.mark.renders
@pytest.mark.parametrize("form", [DOAN, ND30])
def test_code_of_every_kind_is_read(form):
    offered_kinds = [kind for kind in kinds() if kind.exists_in(form)]
    contents = {
        kind.code: dataclasses.replace(PLAN, form=form, kind=kind, symbol=symbol(form, kind, "TĐTN"))
        for kind in offered_kinds
    }

    read = {code: codes_by_page(render_pdf(content).pdf) for code, content in contents.items()}

    assert read == {code: [READ] for code in contents}


@pytest.mark.parametrize(
    ("content", "pages"),
    [(WHOLE, 5), (dataclasses.replace(WHOLE, form=DOAN), 5), (JOINT, 1), (dataclasses.replace(JOINT, form=ND30), 1)],
)
def test_code_is_read_on_every_page(content, pages):
    assert codes_by_page(render_pdf(content).pdf) == [READ] * pages


@pytest.mark.parametrize("form", [DOAN, ND30])
def test_long_address_is_read_and_stays_on_the_paper(form):
    content = dataclasses.replace(PLAN, form=form, verify_code="7KQ2-M4XD-9RTB", verify_url=LONG)
    pdf = render_pdf(content).pdf

    assert codes_by_page(pdf) == [[[LONG], [LONG]]]
    assert Document(pdf).sheets[0].lines[-1] == "Mã tra cứu: 7KQ2-M4XD-9RTB"


@pytest.mark.parametrize("form", [DOAN, ND30])
def test_code_keeps_clear_of_the_edge_and_of_the_text(form):
    page = Picture.read(render_pages(dataclasses.replace(LETTER, form=form), ppi=150)[0])
    _left, upper, right, lower = page.ink(275, 297)

    assert upper > 277
    assert lower < 297 - EDGE
    assert right < 210 - EDGE


def test_code_in_word_is_read_and_no_line_cuts_it():
    with zipfile.ZipFile(io.BytesIO(render_docx(WHOLE))) as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
        footers = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/footer")]
        styles = archive.read("word/styles.xml").decode()

    assert pictures
    assert [codes_in_png(picture) for picture in pictures] == [[URL]] * len(pictures)
    # A line of a fixed height shows only the lower edge of a picture in it.
    assert "exact" not in "".join([*footers, styles])
