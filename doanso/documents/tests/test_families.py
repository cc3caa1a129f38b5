"""What documents count for: all issued, the signed ones, the ones gone out online, those in the store; secret ones nowhere.

What came from outside is a paper of the office too, in the store with its file; what came from a unit here was counted there.
"""

import pytest

from doanso.access.models import Holding, Role
from doanso.accounts.models import User
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.incoming import IncomingInput, return_arrival, take_in, take_in_delivery
from doanso.documents.actions.numbers import note_secret
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document
from doanso.documents.families import FAMILIES
from doanso.documents.models import Arrival, Document
from doanso.documents.sources import paper_lines
from doanso.documents.tests.conftest import TODAY, Office, plan
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TREE_BEGAN

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
CODES = {
    "documents.outgoing": "all",
    "documents.signed": "signed",
    "documents.issued": "online",
    "documents.stored": "kept",
    "documents.papers": "papers",
    "documents.papers-stored": "papers-kept",
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


def told(book, office: Office, unit="my-tho") -> dict[str, int]:
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

    assert told(book, office) == {"all": 3, "signed": 1, "online": 1, "kept": 2, "papers": 3, "papers-kept": 2}
    assert told(book, office, "p4") == told(book, office)
    assert told(book, office, "p5") == dict.fromkeys(CODES.values(), 0)
    assert list(recount()) == []


def test_a_recalled_document_was_issued_all_the_same(office: Office, book):
    document = office.issued()
    recall_document(actor=office.mai, document=document, reason="Sai căn cứ")
    assert told(book, office) == dict.fromkeys(CODES.values(), 1)
    assert list(recount()) == []


def test_a_book_opened_late_finds_them(office: Office):
    office.issued()
    book = open_book(
        code="mo-muon",
        root=office.tree.units["my-tho"],
        first_day=TODAY.replace(month=1, day=1),
        last_day=TODAY,
        measures=[MeasurePlan(code=CODES[family.name], family=family.name, kind=family.kind) for family in FAMILIES],
    )
    assert told(book, office) == dict.fromkeys(CODES.values(), 1)


def test_what_came_from_outside_is_a_paper_and_kept_with_its_file(office: Office, book):
    arguments = {"actor": office.mai, "unit": office.unit}
    with_file = take_in(
        **arguments, told=IncomingInput("UBND", "Phối hợp", "1/UBND"), source=base_pdf("Đến"), name="den.pdf"
    )
    take_in(**arguments, told=IncomingInput("Công an", "Mời họp", "2/CA"))
    return_arrival(actor=office.mai, arrival=with_file, words="Gửi nhầm nơi nhận")

    assert told(book, office) == dict.fromkeys(CODES.values(), 0) | {"papers": 2, "papers-kept": 1}
    assert told(book, office, "p5")["papers"] == 0
    assert list(recount()) == []


def test_what_came_from_a_unit_here_is_counted_where_it_was_issued(office: Office, book):
    document = office.issued(None, Receiver(unit=office.tree.units["my-tho"]))
    clerk = User.objects.create(username="van-thu", display_name="Lê Thị Văn", created_at=clock.now())
    Holding.objects.create(user=clerk, role=Role.CLERK, unit=office.tree.units["my-tho"], since=TREE_BEGAN)
    take_in_delivery(actor=clerk, delivery=document.deliveries.get())

    assert told(book, office) == dict.fromkeys(CODES.values(), 1)
    assert list(recount()) == []


def test_a_book_opened_late_finds_what_came_and_pages_go_through_both(office: Office):
    for place in range(3):
        take_in(actor=office.mai, unit=office.unit, told=IncomingInput("UBND", f"Phối hợp {place}", f"{place}/UBND"))
        register_paper(actor=office.mai, unit=office.unit, draft=plan("Họp", kind="notice"), dated=TODAY)
    [family] = [item for item in FAMILIES if item.name == "documents.papers"]
    source_ids, after = [], None
    while page := family.facts(after=after, limit=2):
        source_ids += [item.source_id for item in page]
        after = source_ids[-1]
    assert source_ids == sorted(
        {*Document.objects.values_list("pk", flat=True), *Arrival.objects.values_list("pk", flat=True)}
    )
    book = open_book(
        code="mo-muon",
        root=office.tree.units["my-tho"],
        first_day=TODAY.replace(month=1, day=1),
        last_day=TODAY,
        measures=[MeasurePlan(code=CODES[item.name], family=item.name, kind=item.kind) for item in FAMILIES],
    )
    assert told(book, office) == {"all": 3, "signed": 0, "online": 0, "kept": 0, "papers": 6, "papers-kept": 0}
    assert list(recount()) == []


def test_behind_the_figure_each_paper_leads_to_its_page_for_who_may_open_it(office: Office):
    arrival = take_in(actor=office.mai, unit=office.unit, told=IncomingInput("UBND", "Phối hợp", "1/UBND"))
    paper = register_paper(actor=office.mai, unit=office.unit, draft=plan("Họp", kind="notice"), dated=TODAY)
    ids = [arrival.pk, paper.pk]
    lines = paper_lines(actor=office.mai, ids=ids)
    assert [(lines[source_id].title, lines[source_id].url) for source_id in ids] == [
        ("1/UBND: Phối hợp", f"/documents/arrivals/{arrival.pk}/"),
        ("01-TB/ĐTN: Họp", f"/documents/{paper.pk}/"),
    ]
    assert lines[arrival.pk].detail == "đến ngày 12/11/2023"
    dung_lines = paper_lines(actor=office.tree.dung, ids=ids)
    assert (dung_lines[arrival.pk].url, dung_lines[paper.pk].url) == ("", f"/documents/{paper.pk}/")
