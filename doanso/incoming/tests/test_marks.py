"""No mark of secrecy enters the book of incoming documents: not in a file, not in an entry's words."""

import pytest

from doanso.documents.tests.conftest import Office
from doanso.files.models import Blob
from doanso.files.tests.office import docx, paragraph, xlsx
from doanso.incoming.actions import IncomingInput, complete_arrival, return_arrival, take_in
from doanso.incoming.models import Arrival

pytestmark = pytest.mark.django_db
MARK = "TUYỆT MẬT"
BOX = "<w:r><w:pict><w:txbxContent>%s</w:txbxContent></w:pict></w:r>"


def test_no_file_bears_a_mark_in_a_box_of_its_head(office: Office, refused):
    arguments = {"actor": office.mai, "unit": office.unit, "inputs": IncomingInput("Công an phường", "Phối hợp")}
    plain = paragraph("Kính gửi: Ban Thường vụ Đoàn phường")
    in_box = docx(plain, paragraph("Phối hợp", BOX % paragraph("T Ố I  M Ậ T")))
    assert refused(take_in, **arguments, source=in_box, name="a.docx") == "document_secret"
    assert not Arrival.objects.exists()
    assert not Blob.objects.exists()
    assert take_in(**arguments, source=docx(plain), name="a.docx").blob is not None


def test_a_secret_workbook_is_refused_by_the_law_before_its_kind(office: Office, refused):
    arguments = {
        "actor": office.mai,
        "unit": office.unit,
        "inputs": IncomingInput("Công an phường", "Phối hợp"),
        "name": "a.xlsx",
    }
    assert refused(take_in, **arguments, source=xlsx("TỐI MẬT", "Danh sách")) == "document_secret"
    assert refused(take_in, **arguments, source=xlsx("Danh sách")) == "file_kind_unknown"
    assert not Arrival.objects.exists()


def test_no_entry_bears_a_mark_in_its_words(office: Office, refused):
    arguments = {"actor": office.mai, "unit": office.unit}
    for inputs in (
        IncomingInput("Công an phường", MARK),
        IncomingInput("TỐI MẬT", "Phối hợp"),
        IncomingInput("Công an", "Phối hợp", notation="MẬT"),
    ):
        assert refused(take_in, **arguments, inputs=inputs) == "document_secret"
    assert not Arrival.objects.exists()
    entered = take_in(**arguments, inputs=IncomingInput("Công an phường", "Phối hợp bảo mật"))
    for action in (complete_arrival, return_arrival):
        assert refused(action, actor=office.mai, arrival=entered, words=MARK) == "document_secret"
