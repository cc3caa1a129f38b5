"""What papers of an office count for: issued documents and those from outside, stored with their files.

What came from a unit of the system is counted where it was issued.
"""

import pytest

from doanso.access.models import Role, RoleAssignment
from doanso.accounts.models import User
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.models import Document
from doanso.documents.tests.conftest import TODAY, Office, plan
from doanso.incoming.actions import IncomingInput, return_arrival, take_in, take_in_delivery
from doanso.incoming.families import FAMILIES
from doanso.incoming.models import Arrival
from doanso.incoming.sources import paper_lines
from doanso.ledger.actions import MeasurePlan, open_book
from doanso.ledger.models import Book
from doanso.ledger.queries import figures
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.signing.tests.pki import base_pdf
from doanso.testing import TREE_BEGAN

pytestmark = [pytest.mark.django_db, pytest.mark.engines]
CODES = {"documents.papers": "papers", "documents.papers-stored": "papers-kept"}


def open_paper_book(office: Office, code: str) -> Book:
    return open_book(
        code=code,
        root=office.tree.units["my-tho"],
        first_day=TODAY.replace(month=1, day=1),
        last_day=TODAY,
        measures=[MeasurePlan(code=CODES[family.name], family=family.name, kind=family.kind) for family in FAMILIES],
    )


@pytest.fixture
def book(office: Office) -> Book:
    return open_paper_book(office, "nam-2023")


def totals(book: Book, office: Office, unit: str = "my-tho") -> dict[str, int]:
    key = office.tree.units[unit].pk
    values = figures(book=book, unit_ids=[key], on=TODAY)
    return {code: values[key, code].total for code in CODES.values()}


def test_an_issued_document_is_a_paper_and_kept_with_its_scan(office: Office, book: Book):
    for scan in (None, base_pdf("Bản quét")):
        register_paper(
            actor=office.mai,
            unit=office.unit,
            draft=plan("Họp giao ban", kind="notice"),
            dated=TODAY,
            scan=scan,
            name="quet.pdf",
        )
    assert totals(book, office) == totals(book, office, "p4") == {"papers": 2, "papers-kept": 1}
    assert totals(book, office, "p5") == {"papers": 0, "papers-kept": 0}


def test_what_came_from_outside_is_a_paper_and_kept_with_its_file(office: Office, book: Book):
    arguments = {"actor": office.mai, "unit": office.unit}
    with_file = take_in(
        **arguments, inputs=IncomingInput("UBND", "Phối hợp", "1/UBND"), source=base_pdf("Đến"), name="den.pdf"
    )
    take_in(**arguments, inputs=IncomingInput("Công an", "Mời họp", "2/CA"))
    return_arrival(actor=office.mai, arrival=with_file, words="Gửi nhầm nơi nhận")

    assert totals(book, office) == {"papers": 2, "papers-kept": 1}
    assert totals(book, office, "p5")["papers"] == 0


def test_what_came_from_a_unit_here_is_counted_where_it_was_issued(office: Office, book: Book):
    document = office.issued(None, Receiver(unit=office.tree.units["my-tho"]))
    clerk = User.objects.create(username="van-thu", display_name="Lê Thị Văn", created_at=clock.now())
    RoleAssignment.objects.create(user=clerk, role=Role.CLERK, unit=office.tree.units["my-tho"], since=TREE_BEGAN)
    take_in_delivery(actor=clerk, delivery=document.deliveries.get())

    assert totals(book, office) == dict.fromkeys(CODES.values(), 1)


def test_a_book_opened_late_finds_what_came_and_pages_go_through_both(office: Office):
    for index in range(3):
        take_in(actor=office.mai, unit=office.unit, inputs=IncomingInput("UBND", f"Phối hợp {index}", f"{index}/UBND"))
        register_paper(actor=office.mai, unit=office.unit, draft=plan("Họp", kind="notice"), dated=TODAY)
    [family] = [candidate for candidate in FAMILIES if candidate.name == "documents.papers"]
    source_ids, after = [], None
    while page := family.facts(after=after, limit=2):
        source_ids += [fact.source_id for fact in page]
        after = source_ids[-1]
    assert source_ids == sorted(
        {*Document.objects.values_list("pk", flat=True), *Arrival.objects.values_list("pk", flat=True)}
    )
    book = open_paper_book(office, "mo-muon")
    assert totals(book, office) == {"papers": 6, "papers-kept": 0}
    assert list(recount()) == []


def test_behind_the_figure_each_paper_leads_to_its_page_for_who_may_open_it(office: Office):
    arrival = take_in(actor=office.mai, unit=office.unit, inputs=IncomingInput("UBND", "Phối hợp", "1/UBND"))
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
