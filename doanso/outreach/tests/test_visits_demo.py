"""The demo's visits, made through the actions, of helps that the support demo has decided."""

from datetime import date, timedelta

from doanso.assignments.models import Assignment
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.outreach.demo import visits as demo
from doanso.outreach.models import Visit, VisitOutcome
from doanso.outreach.tests.conftest import Outing
from doanso.people.actions import Particulars
from doanso.support.actions import ConsentInput, SupportRecordInput
from doanso.support.models import SupportRecord
from doanso.sync.models import Device, Record
from doanso.testing import TODAY, Tree

AGREED = ConsentInput(("support",), "paper", "2023-09")


def _record_input(nth: int) -> SupportRecordInput:
    letter = "ABCDEGHIKLMNOPQRSTUVXY"[nth]
    person = Particulars(
        f"Nguyễn Văn {letter}", birth_year=1950 + nth, phone=f"09090001{nth:02}", address=f"{nth} Lê Lợi"
    )
    return SupportRecordInput("portal", TODAY - timedelta(days=nth % 9), person=person, consent=AGREED)


def test_part_of_a_round_is_brought_from_door_to_door(outing: Outing, tree: Tree) -> None:
    [teller] = demo.visit_stories([(outing.ward, tree.an)]).values()
    entries = [_record_input(nth) for nth in range(20)] + [SupportRecordInput("portal", TODAY)]
    assert teller.bring(entries) == entries
    assert not Visit.objects.exists()

    remaining = teller.bring(entries)

    assert remaining == entries[: demo.KEPT]
    helps = SupportRecord.objects.select_related("contact").order_by("contact__birth_year")
    days = [(item.contact.name, item.happened_on) for item in helps if item.contact is not None]
    assert days == [(item.person.name, item.happened_on) for item in entries[demo.KEPT : 20] if item.person is not None]
    assert (outing.figure("portal-residents"), outing.figure("portal-times")) == (13, 14)
    visits = Visit.objects.all()
    assert visits.filter(outcome=VisitOutcome.HELPED).count() == 14
    assert visits.exclude(outcome=VisitOutcome.HELPED).count() == 8
    assert {item.paired for item in visits} == {True, False}
    assert all(TODAY - timedelta(days=14) < item.happened_on <= TODAY for item in visits)
    assert list(recount()) == []


def test_a_burst_a_phone_and_a_record_that_waits(outing: Outing, tree: Tree) -> None:
    wards = [(outing.ward, tree.an), (tree.units["p5"], tree.chi)]
    by_code = demo.visit_stories(wards, printed="p4", helper=tree.lan)
    assert [by_code[code].actor for code in ("p4", "p5")] == [tree.lan, tree.chi]
    assert demo.year(by_code, date(2023, 11, 1), printed="p4", helper=tree.lan) == []

    for day, do in demo.year(by_code, TODAY, printed="p4", helper=tree.lan):
        clock.set_today(day)
        do()

    assert [item.kind for item in Assignment.objects.all()] == ["outreach.burst"]
    assert [(item.user, item.name) for item in Device.objects.all()] == [(tree.lan, "Máy của Lan")]
    assert [item.state for item in Record.objects.order_by("seq")] == ["applied", "waiting"]
    assert Visit.objects.get(unit=outing.ward).outcome == VisitOutcome.NOT_HOME
