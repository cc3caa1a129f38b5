"""The page images of a document's own file, with number, day, signature and seal."""

import base64
import io
import re

import pytest
from PIL import Image, ImageChops

from doanso.documents.models import Document
from doanso.documents.tests.conftest import Office, issued_to
from doanso.documents.tests.test_uploads import paper, upload
from doanso.files import actions as files
from doanso.files import drawing
from doanso.files.models import Blob
from doanso.files.problems import Unavailable
from doanso.lib.problems import Problem, Refused

pytestmark = [pytest.mark.django_db, pytest.mark.renders]


def preview(client, document) -> str:
    answer = client.get(f"/documents/{document.pk}/preview/")
    assert answer.status_code == 200
    return answer.content.decode()


def sheets(text: str) -> list[bytes]:
    return [base64.b64decode(encoded) for encoded in re.findall(r"base64,([^\"]+)", text)]


def drawn(blob: Blob) -> list[bytes | None]:
    with files.open_blob(blob) as plain:
        return list(drawing.draw_pages(plain).pages)


def changed(before: bytes, after: bytes) -> tuple[int, int, int, int]:
    """Return where two images differ, as percentages of their width and height."""
    first, second = (Image.open(io.BytesIO(picture)).convert("RGB") for picture in (before, after))
    box = ImageChops.difference(first, second).getbbox()
    assert box is not None
    wide, high = first.size
    return box[0] * 100 // wide, box[1] * 100 // high, box[2] * 100 // wide, box[3] * 100 // high


def test_it_shows_the_newest_file_itself(office: Office, signed: Document, as_user):
    client = as_user(office.mai)
    assert sheets(preview(client, signed)) == drawn(signed.signed)
    issued = office.issued(signed)
    text = preview(client, issued)
    assert sheets(text) == drawn(issued.final)
    assert "Trang 1 / 1 của tệp" in text


def test_signature_seal_number_and_day_are_seen(office: Office):
    issued = issued_to(office)
    base, signed, final = (drawn(blob)[0] for blob in (issued.base, issued.signed, issued.final))
    assert base is not None
    assert signed is not None
    assert final is not None
    # The signature stands in the right half below; number and day come at the top, with the seal.
    left, top, _right, _bottom = changed(base, signed)
    assert left >= 45
    assert top >= 25
    assert changed(signed, final)[1] < 20


def test_a_draft_is_printed_by_its_form_with_its_mark(office: Office, as_user, monkeypatch):
    printed = []
    monkeypatch.setattr(
        "doanso.documents.views.previews.render_pages", lambda content, ppi: printed.append(content) or [b"x"]
    )
    client = as_user(office.mai)
    assert "Trang 1 / 1 như sẽ in" in preview(client, office.draft("Nháp"))
    assert "Trang 1 / 1 như sẽ in" in preview(client, office.to_sign())
    assert [printed_content.draft for printed_content in printed] == ["DỰ THẢO", ""]


def test_an_uploaded_file_is_seen_from_the_first_day(office: Office, as_user):
    document = upload(office, paper())
    blob = document.versions.get().upload
    assert sheets(preview(as_user(office.mai), document)) == drawn(blob)


def test_who_may_not_read_it_sees_no_page(office: Office, as_user):
    document = upload(office, paper())
    for other in (office.tree.chi, office.tree.dung, office.tree.minh):
        assert as_user(other).get(f"/documents/{document.pk}/preview/").status_code == 404


@pytest.mark.parametrize(
    "error", [Unavailable("down"), Refused(Problem("drawing_impossible", "Không vẽ được trang nào."))]
)
def test_what_cannot_be_drawn_is_said_in_its_place(office: Office, as_user, monkeypatch, error):
    def fails(blob):
        raise error

    document = upload(office, paper())
    monkeypatch.setattr(drawing, "pages_of", fails)
    text = preview(as_user(office.mai), document)
    assert str(error.problem.message) in text
    assert sheets(text) == []


def test_a_page_without_a_picture_and_pages_beyond_the_limit_are_said(office: Office, as_user, monkeypatch):
    document = upload(office, paper())
    monkeypatch.setattr(drawing, "pages_of", lambda blob: drawing.DrawnPages((b"x", None), 57))
    text = preview(as_user(office.mai), document)
    assert "Trang 1 / 57 của tệp" in text
    assert "Không vẽ được trang 2 ở đây. Hãy mở tệp để xem." in text
    assert "Đây là 2 trang đầu trong 57 trang; tệp có đủ các trang." in text
