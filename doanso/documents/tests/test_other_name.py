"""A certificate in another name, accepted as "written differently": every place that says valid names its holder."""

import unicodedata

import pytest

from doanso.documents.models import Document
from doanso.documents.queries.verdicts import signature_lines
from doanso.documents.tests.conftest import Office
from doanso.signing.models import PublicFile
from doanso.signing.queries.authorities import read_trust
from doanso.signing.queries.public import examine_file, verdict_of_public
from doanso.signing.verification import SignatureVerdict, Verdict

pytestmark = pytest.mark.django_db
BOTH = "Chủ chứng thư số: Nguyễn Văn An. Tên in trên văn bản: Nguyễn Thị Ánh."


def test_document_verdict_and_public_page_name_the_holder_beside_the_printed_name(office: Office, client, as_user):
    office.an.display_name = "Nguyễn Thị Ánh"
    office.an.save()
    office.mandate.user.refresh_from_db()
    signed = office.signed()
    assert signature_lines(signed)[0].notes == (BOTH,)
    document = office.issued(signed)

    public = PublicFile.objects.get()
    verdict = verdict_of_public(public, read_trust())
    assert (verdict.signatures[0].signer, verdict.signatures[0].printed) == ("Nguyễn Văn An", "Nguyễn Thị Ánh")
    assert "other_name" in {note.code for note in verdict.notes}
    assert Verdict.from_json(verdict.as_json()) == verdict
    assert examine_file(office.bytes_of(document)).verdict.signatures[0].printed == "Nguyễn Thị Ánh"
    assert BOTH in client.get(f"/verify/{public.code}/").content.decode()
    assert BOTH in as_user(office.mai).get(f"/documents/{document.pk}/signatures/").content.decode()


@pytest.mark.parametrize(
    ("holder", "printed", "is_other"),
    [
        ("NGUYỄN THỊ HOÀ", "Nguyễn Thị Hòa", False),
        (unicodedata.normalize("NFD", "Nguyễn Văn Ân"), "Nguyễn Văn Ân", False),
        ("Nguyễn  Văn An", "Nguyễn Văn An", False),
        ("NGUYEN THI HOA", "Nguyễn Thị Hòa", False),
        ("Nguyễn Thị Hoa", "Nguyễn Thị Hòa", True),
        ("NGUYEN THI HOA", "Nguyễn Thị Hoàn", True),
        ("Nguyễn Văn An", "", False),
    ],
)
def test_another_spelling_is_no_other_name(holder, printed, is_other):
    assert SignatureVerdict("person", signer=holder, printed=printed).bears_other_name is is_other


def test_the_same_name_is_shown_once(office: Office, issued: Document):
    verdict = verdict_of_public(PublicFile.objects.get(), read_trust())
    assert (verdict.signatures[0].bears_other_name, verdict.notes) == (False, ())
