"""The report of an event: frozen figures, the document's way, and its count in the ledger."""

from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.management import call_command

from doanso.audit.models import AuditEvent
from doanso.documents.actions.drafts import discard_document
from doanso.documents.actions.paper_originals import register_paper
from doanso.documents.actions.recalls import recall_document, replace_document
from doanso.documents.drafts import Draft
from doanso.documents.models import Document
from doanso.documents.tests.conftest import Office
from doanso.documents.tests.conftest import office as office
from doanso.events import actions
from doanso.events.actions import BoothReportInput, ClosingInput
from doanso.events.models import Attendance, Booth, EventClosing
from doanso.events.queries import closing as queries
from doanso.events.queries.draws import fingerprint_of
from doanso.events.tests.closing_scene import HeldFestival, at, come, held_festival
from doanso.events.tests.conftest import SUNDAY, event_input, festival_of
from doanso.events.tests.draw_scene import DrawScene
from doanso.events.tests.draw_scene import scene as scene
from doanso.ledger import queries as ledger
from doanso.lib.problems import Refused
from doanso.notices.models import Notice
from doanso.targets.actions import load_programme
from doanso.targets.models import Programme
from doanso.targets.tests.conftest import FILE

pytestmark = pytest.mark.engines


@pytest.fixture
def programme(tree: Any) -> Programme:
    return load_programme(actor=tree.dung, path=FILE)


@pytest.fixture
def held(office: Office, business_day: Callable[..., None]) -> HeldFestival:
    return held_festival(office, business_day)


def festivals(programme: Programme, held: HeldFestival) -> dict[str, int]:
    """Return the festivals that the indicator counts, by unit."""
    indicator = programme.indicators.get(code="festival")
    codes = {unit.pk: code for code, unit in held.tree.units.items()}
    shown = ledger.figures(book=programme.book, unit_ids=list(codes), on=programme.last_day)
    return {
        codes[unit]: figure.total
        for (unit, measure), figure in shown.items()
        if measure == indicator.numerator and figure.total
    }


def refusal(step: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.problem.code


def recount_is_silent() -> bool:
    out = StringIO()
    call_command("recount", stdout=out)
    return "events.held" not in out.getvalue()


def test_a_festival_counts_from_the_issue_of_its_report_until_that_is_recalled(
    programme: Programme, held: HeldFestival
) -> None:
    document = held.draft("Mất điện 10 phút, dùng máy phát.", "Thêm một cổng.")
    assert (document.kind, document.state, document.unit) == ("report", "draft", held.tree.units["p4"])
    assert festivals(programme, held) == {}
    issued = held.office.issued(document)
    assert festivals(programme, held) == {"p4": 1, "my-tho": 1}
    row = held.closing()
    assert (row.counted_on, row.unit, row.document) == (SUNDAY + timedelta(days=1), held.tree.units["p4"], issued)
    assert recount_is_silent()
    recall_document(actor=held.office.mai, document=issued, reason="Sai số gian 2")
    assert festivals(programme, held) == {}
    assert queries.closing_of(held.event) is None
    assert [(row.taken_back_on, row.taken_back_reason) for row in queries.former_closings(held.event)] == [
        (SUNDAY + timedelta(days=1), "Sai số gian 2")
    ]
    assert recount_is_silent()
    assert [notice.unit for notice in Notice.objects.filter(kind="events.report-ended")] == [held.tree.units["p4"]]
    history = AuditEvent.objects.filter(object_id=held.event.pk).order_by("id").values_list("action", flat=True)
    assert list(history)[-4:] == ["events.write_closing", "events.draft_report", "events.close", "events.reopen"]


def test_a_second_report_after_a_recall_counts_once_and_ends_the_notice(
    programme: Programme, held: HeldFestival
) -> None:
    recall_document(actor=held.office.mai, document=held.issued(), reason="Sai số gian 2")
    held.issued(remarks="Đã sửa số gian 2.")
    assert festivals(programme, held) == {"p4": 1, "my-tho": 1}
    assert EventClosing.objects.count() == 2
    assert recount_is_silent()
    assert not Notice.objects.filter(kind="events.report-ended").exists()


def test_a_replaced_report_leaves_the_count_to_its_successor(programme: Programme, held: HeldFestival) -> None:
    first = held.issued()
    second = held.office.issued(held.office.draft("Kết quả Ngày hội Phường 4, bản sửa", kind="report"))
    replace_document(actor=held.office.mai, document=first, by=second, reason="Bổ sung số liệu")
    assert held.closing().document == second
    assert festivals(programme, held) == {"p4": 1, "my-tho": 1}
    recall_document(actor=held.office.mai, document=second, reason="Thu hồi")
    assert festivals(programme, held) == {}
    assert recount_is_silent()


def test_a_report_replaced_by_something_else_counts_no_more(programme: Programme, held: HeldFestival) -> None:
    first = held.issued()
    notice = held.office.issued(held.office.draft("Thông báo khác", kind="notice"))
    replace_document(actor=held.office.mai, document=first, by=notice, reason="Không phải báo cáo")
    assert festivals(programme, held) == {}


def test_the_report_says_what_happened(held: HeldFestival) -> None:
    document = held.draft("Mất điện 10 phút, dùng máy phát.", "Thêm một cổng.")
    version = document.versions.get(number=document.version)
    words = str(version.content)
    for sentence in (
        "Phát 4 vé, 3 người đã đến và điểm danh.",
        "Đông nhất lúc 08:12, có 2 người cùng có mặt.",
        "Mất điện 10 phút, dùng máy phát.",
        "Thêm một cổng.",
        held.closing().content_hash,
    ):
        assert sentence in words
    assert document.summary == "Kết quả tổ chức Ngày hội Phường 4 ngày 19/11/2023"


def test_figures_are_frozen_under_a_hash_that_tells_of_a_change(held: HeldFestival) -> None:
    held.issued()
    row = held.closing()
    figures = queries.frozen_figures(row)
    assert figures is not None
    assert (figures.registered, figures.came, figures.most_inside, figures.most_inside_at) == (4, 3, 2, "08:12")
    assert [(hour.name, hour.count) for hour in figures.hours] == [("07", 1), ("08", 1), ("09", 1)]
    assert [(gate.name, gate.count) for gate in figures.gates] == [("Cổng A", 3)]
    assert queries.is_intact(row, held.event)
    # A phone sends later what it kept: the report stays as it was issued.
    late = held.event.registrations.order_by("number").last()
    come(late, at(held.event, 10))
    assert queries.frozen_figures(held.closing()) == figures
    assert queries.figures_of(held.fresh()).came == 4
    row.figures["came"] = 40
    assert not queries.is_intact(row, held.event)


def test_a_draft_is_written_anew_as_another_version(held: HeldFestival) -> None:
    first = held.draft()
    come(held.event.registrations.order_by("number").last(), at(held.event, 10))
    again = held.draft("Không có.")
    assert (again.pk, again.version, Document.objects.count()) == (first.pk, 2, 1)
    assert "4 người đã đến" in str(again.versions.get(number=2).content)
    discard_document(actor=held.office.mai, document=again, reason="Soạn lại")
    other = held.draft()
    assert (other.pk == first.pk, held.closing().document) == (False, other)


def test_a_paper_report_closes_the_event_at_once(programme: Programme, held: HeldFestival) -> None:
    paper = register_paper(
        actor=held.office.mai, unit=held.tree.units["p4"], dated=SUNDAY,
        draft=Draft(profile="doan", kind="report", summary="Kết quả ngày hội"),
    )  # fmt: skip
    row = actions.use_report(actor=held.by, event=held.fresh(), read=0, inputs=ClosingInput("", "Tốt"), document=paper)
    assert (row.document, row.counted_on is not None) == (paper, True)
    assert festivals(programme, held) == {"p4": 1, "my-tho": 1}
    recall_document(actor=held.office.mai, document=paper, reason="Nhầm số")
    assert festivals(programme, held) == {}


def test_what_refuses_a_report(held: HeldFestival, business_day: Callable[..., None]) -> None:
    other = register_paper(
        actor=held.office.mai, unit=held.tree.units["p4"], dated=SUNDAY - timedelta(days=3),
        draft=Draft(profile="doan", kind="report", summary="Báo cáo cũ"),
    )  # fmt: skip

    def use() -> Any:
        return actions.use_report(
            actor=held.by, event=held.fresh(), read=held.read(), inputs=ClosingInput(), document=other
        )

    assert refusal(use) == "closing_document"
    assert refusal(lambda: held.draft("Gọi 0912345678")) == "event_text_number"
    assert refusal(lambda: held.draft("TỐI MẬT\nKế hoạch")) == "document_secret"
    assert refusal(lambda: held.draft(read=7)) == "event_stale"
    with pytest.raises(PermissionDenied):
        held.draft(by=held.tree.chi)
    sent = held.office.to_sign(held.draft())
    assert sent.state == "signing"
    assert refusal(held.draft) == "closing_under_way"
    coming = festival_of(held.tree, held.tree.units["p4"], held.by, title="Ra quân", day=SUNDAY + timedelta(days=9))
    ahead = HeldFestival(held.tree, coming.event, held.by, held.office)
    assert refusal(ahead.draft) == "closing_state"
    ahead.step(actions.open_event)
    assert refusal(ahead.draft) == "closing_early"


def test_an_issued_report_holds_what_the_event_is(held: HeldFestival) -> None:
    held.issued()

    def write() -> Any:
        return actions.write_closing(actor=held.by, event=held.fresh(), read=held.read(), inputs=ClosingInput("x", ""))

    assert refusal(write) == "closing_issued"
    assert refusal(lambda: held.step(actions.cancel_event, reason="Nhầm")) == "event_over"
    title = held.event.title
    for inputs, code in (
        (event_input(title, kind="launch-day"), "event_counted"),
        (event_input("Khác"), "event_titled"),
    ):
        assert refusal(lambda inputs=inputs: held.step(actions.change_event, inputs=inputs)) == code
    held.step(actions.change_event, inputs=event_input(title, contact="Đoàn Phường 4"))
    fresh = held.fresh()
    assert (fresh.title, fresh.kind, fresh.contact) == (title, "cashless-festival", "Đoàn Phường 4")


def test_nobody_comes_twice_and_undone_attendance_is_none(held: HeldFestival) -> None:
    Attendance.objects.filter(registration__number=3).update(first_seen_at=None, last_seen_at=None, is_inside=False)
    assert queries.figures_of(held.fresh()).came == 2


def test_booths_stand_with_our_records_the_partners_totals_and_the_difference(
    programme: Programme, held: HeldFestival
) -> None:
    bank = Booth.objects.create(
        event=held.event, number=1, name="Bến Tre Xanh", service_id="payment", goal=100, goal_count="tài khoản"
    )
    market = Booth.objects.create(event=held.event, number=2, name="Chợ quê")
    actions.report_totals(actor=held.by, booth=bank, inputs=BoothReportInput(accounts=86, payments=40))
    actions.report_totals(actor=held.by, booth=market, inputs=BoothReportInput(other=214, other_words="giao dịch"))
    first, second = queries.figures_of(held.fresh()).booths
    rows = [(total.recorded, total.confirmed, total.reported, total.difference) for total in first.totals]
    assert rows == [(0, 0, 86, 86), (0, 0, 40, 40)]
    assert (first.goal, first.counted, first.owner) == (100, "tài khoản", "Phường 4")
    assert [(total.label, total.reported, total.difference) for total in second.totals] == [("giao dịch", 214, None)]
    document = held.draft()
    words = str(document.versions.get(number=1).content)
    assert "1. Bến Tre Xanh (Phường 4)" in words
    assert "+86" in words
    assert queries.is_intact(held.closing(), held.event)
    # The partner corrects its total: the report keeps what it said.
    actions.report_totals(actor=held.by, booth=bank, inputs=BoothReportInput(accounts=80, payments=40))
    frozen = queries.frozen_figures(held.closing())
    assert frozen is not None
    assert frozen.booths[0].totals[0].reported == 86


def test_a_draw_stands_with_its_fingerprint(scene: DrawScene) -> None:
    scene.drawn()
    event = scene.festival.fresh()
    draw = queries.figures_of(event).draw
    assert draw is not None
    assert (draw.fingerprint, draw.tickets) == (fingerprint_of(event), 40)
    assert draw.winners == scene.draw.results.filter(replaced_by=None).count() > 0


def test_a_report_is_that_of_one_event(programme: Programme, held: HeldFestival, business_day: Any) -> None:
    """One report would hold two events, and whoever recalls it would end both."""
    business_day(SUNDAY)
    begun = festival_of(held.tree, held.tree.units["p4"], held.tree.an, title="Ngày hội khu phố 1", day=SUNDAY)
    other = HeldFestival(held.tree, begun.event, held.by, held.office)
    other.step(actions.open_event)
    business_day(SUNDAY + timedelta(days=1))
    issued = held.issued()
    assert list(queries.issued_reports(other.event)) == []

    def use() -> Any:
        return actions.use_report(actor=held.by, event=other.fresh(), read=0, inputs=ClosingInput(), document=issued)

    assert refusal(use) == "closing_document"
    # Nor does an event go on with the report of another one that replaces its own.
    successor = held.office.issued(other.draft())
    replace_document(actor=held.office.mai, document=issued, by=successor, reason="Viết lại")
    assert festivals(programme, held) == {"p4": 1, "my-tho": 1}
    assert queries.closing_of(held.event) is None
    recall_document(actor=held.office.mai, document=successor, reason="Thu hồi")
    assert (festivals(programme, held), recount_is_silent()) == ({}, True)
