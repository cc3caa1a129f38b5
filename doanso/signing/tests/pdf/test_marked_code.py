"""The code that is put on a file from outside is read by an independent reader, on every page and after signing."""

import io

import pytest
from pypdf import PdfReader, PdfWriter, Transformation

from doanso.lib.tests.printed_codes import codes_by_page
from doanso.signing.pdf import stamp_pages
from doanso.signing.tests.pki import base_pdf
from doanso.signing.verification_codes import address_of, qr_png

CODE, BASE = "7KQ2M4XD9RTB", "https://chuyendoiso.tinhdoan.dongthap.gov.vn"
URL = address_of(CODE, base=BASE)


def scaled() -> bytes:
    """Two pages whose content draws at half its size."""
    writer = PdfWriter()
    for _number in range(2):
        page = writer.add_page(PdfReader(io.BytesIO(base_pdf())).pages[0])
        page.add_transformation(Transformation().scale(0.5))
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


@pytest.mark.parametrize(("file", "pages"), [(base_pdf, 1), (scaled, 2)])
def test_code_is_read_on_every_page(file, pages):
    marked = stamp_pages(file(), "7KQ2-M4XD-9RTB", qr_png(CODE, base=BASE))

    assert codes_by_page(marked) == [[[URL], [URL]]] * pages
