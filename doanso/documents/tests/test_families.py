"""What issued documents count for: all, the signed ones, those issued online, those in the store; secret ones nowhere.

Papers of the office, which add what came from outside, are tested in `incoming`.
"""

import pytest

from doanso.documents.actions.numbers import note_secret
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document
from doanso.documents.families import FAMILIES
from doanso.documents.models import Document
from doanso.documents.tests.conftest import TODAY, Office, plan
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.signing.tests.pki import base_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
CODES = {
    "documents.outgoing": "all",
    "documents.signed": "signed",
    "documents.issued": "online",
    "documents.stored": "kept",
}


@pytest.fixture
def book(office: Office):
    measures = [MeasurePlan(code=CODES[family.name], family=family.name, kind=family.kind) for family in FAMILIES]
    return open_book(
        code="nam-2023",
        root=office.tree.units["my-tho"],
        first_day=TODAY.replace(month=1, day=1),
        last_day=TODAY.replace(month=12, day=31),
        measures=measures,
    )


def counts(book, office: Office, unit="my-tho") -> dict[str, int]:
    key = office.tree.units[unit].pk
    values = figures(book=book, unit_ids=[key], on=TODAY)
    return {code: values[key, code].total for code in CODES.values()}


def test_signed_and_paper_documents_count_and_secret_ones_nowhere(office: Office, book):
    office.issued()
    register_paper(actor=office.mai, unit=office.unit, draft=plan("Họp giao ban", kind="notice"), dated=TODAY)
    register_paper(
        actor=office.mai,
        unit=office.unit,
        draft=plan("Có bản quét", kind="notice"),
        dated=TODAY,
        scan=base_pdf("Bản quét"),
        name="quet.pdf",
    )
    note_secret(actor=office.mai, unit=office.unit, dated=TODAY)

    assert counts(book, office) == {"all": 3, "signed": 1, "online": 1, "kept": 2}
    assert counts(book, office, "p4") == counts(book, office)
    assert counts(book, office, "p5") == dict.fromkeys(CODES.values(), 0)


def test_a_recalled_document_was_issued_all_the_same(office: Office, book):
    document = office.issued()
    recall_document(actor=office.mai, document=document, reason="Sai căn cứ")
    assert counts(book, office) == dict.fromkeys(CODES.values(), 1)
    assert list(recount()) == []


def test_a_book_opened_late_finds_them(office: Office, issued: Document):
    book = open_book(
        code="mo-muon",
        root=office.tree.units["my-tho"],
        first_day=TODAY.replace(month=1, day=1),
        last_day=TODAY,
        measures=[MeasurePlan(code=CODES[family.name], family=family.name, kind=family.kind) for family in FAMILIES],
    )
    assert counts(book, office) == dict.fromkeys(CODES.values(), 1)
