"""Figures of booths: what was stamped and confirmed beside what partners report, and the difference."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from doanso.audit.models import AuditEvent
from doanso.events import actions
from doanso.events.actions import BoothReportInput
from doanso.events.models import BoothReport
from doanso.events.queries.booths import booth_figures, partner_figures, sum_comparisons
from doanso.events.queries.closing import figures_of
from doanso.events.rules import booths as rules
from doanso.events.tests.booths.conftest import Fair, record_of
from doanso.lib.problems import Refused
from doanso.support.actions import take_back_help

pytestmark = pytest.mark.django_db


def kinds(fair: Fair, number: int = 1) -> dict[str, tuple[int, int, int, int | None, int | None]]:
    row = next(row for row in booth_figures(fair.festival.event) if row.booth.number == number)
    return {one.kind: (one.stamped, one.confirmed, one.denied, one.reported, one.difference) for one in row.kinds}


def test_ours_and_theirs_with_the_difference(fair: Fair):
    assert kinds(fair) == {"account": (0, 0, 0, None, None), "payment": (0, 0, 0, None, None)}
    tickets = [fair.ticket(name) for name in ("Lê Thị Mận", "Trần Văn Tư", "Võ Văn Sáu", "Lý Thị Bảy")]
    stamps = [fair.stamp(ticket) for ticket, _link in tickets]
    fair.confirm(tickets[0][1], stamps[0])
    fair.confirm(tickets[1][1], stamps[1])
    fair.deny(tickets[3][1], stamps[3])
    actions.report_totals_by_code(
        link=fair.link, inputs=BoothReportInput(accounts=5, other=22, other_words="chữ ký số")
    )
    assert kinds(fair) == {"account": (3, 2, 1, 5, 3), "payment": (0, 0, 0, None, None)}
    take_back_help(actor=fair.counting.tree.an, support_record_id=record_of(stamps[0]).pk)
    assert kinds(fair)["account"] == (3, 1, 1, 5, 4)
    [account, payment] = sum_comparisons(booth_figures(fair.festival.event))
    assert (account.stamped, account.reported, account.unanswered, payment.reported) == (3, 5, 1, None)


def test_all_booths_are_compared_with_those_that_have_reported(fair: Fair):
    """One booth reports one account more than its visitors confirmed; what the silent one did is no part of that."""
    _booth, _shift, silent = fair.add_booth(2)
    for name, link in (("Lê Thị Mận", ""), ("Trần Văn Tư", silent), ("Võ Văn Sáu", silent)):
        ticket, ticket_link = fair.ticket(name)
        fair.confirm(ticket_link, fair.stamp(ticket, link=link))
    actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(accounts=2))
    [account, payment] = sum_comparisons(booth_figures(fair.festival.event))
    assert (account.confirmed, account.reported, account.difference) == (3, 2, 1)
    assert (payment.reported, payment.difference) == (None, None)


def test_each_change_is_a_version_and_the_same_again_is_none(fair: Fair):
    for figures in ({"accounts": 5}, {"accounts": 5}, {"accounts": 7, "payments": 2}):
        actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(**figures))
    by_officer = actions.report_totals(actor=fair.festival.by, booth=fair.booth, inputs=BoothReportInput(accounts=8))
    rows = BoothReport.objects.order_by("version").values_list("version", "accounts", "payments", "made_by", "code")
    assert list(rows) == [
        (1, 5, None, None, fair.code.pk), (2, 7, 2, None, fair.code.pk), (3, 8, None, fair.festival.by.pk, None),
    ]  # fmt: skip
    assert by_officer.version == 3
    assert AuditEvent.objects.filter(action="events.report_booth").count() == 3
    with pytest.raises(PermissionDenied):
        actions.report_totals(actor=fair.counting.tree.an, booth=fair.booth, inputs=BoothReportInput(accounts=1))


def test_a_code_does_not_change_the_totals_without_end(fair: Fair, monkeypatch: pytest.MonkeyPatch):
    """Each version is a row for ever, and whoever holds the code has no account."""
    monkeypatch.setattr(rules, "MOST_REPORTS", 2)
    for accounts in (1, 2, 2):
        actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(accounts=accounts))
    with pytest.raises(Refused, match="booth_reports_full"):
        actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(accounts=3))
    actions.report_totals(actor=fair.festival.by, booth=fair.booth, inputs=BoothReportInput(accounts=3))
    assert BoothReport.objects.count() == 3


@pytest.mark.parametrize(
    ("figures", "problem"),
    [
        ({}, "booth_report_empty"),
        ({"done": 3}, "booth_report_kind"),
        ({"accounts": -1}, "event_number"),
        ({"accounts": 1_000_001}, "event_number"),
        ({"other": 3}, "event_text_missing"),
        ({"other": 3, "other_words": "tài khoản 0912345678901"}, "event_text_number"),
    ],
)
def test_refused_totals(fair: Fair, figures: dict[str, Any], problem: str):
    with pytest.raises(Refused, match=problem):
        actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(**figures))
    assert BoothReport.objects.count() == 0


def test_the_number_of_statements_does_not_grow(fair: Fair, django_assert_num_queries: Any):
    for number in (2, 3):
        _booth, _shift, link = fair.add_booth(number)
        ticket, _ticket_link = fair.ticket(f"Người thứ {number}")
        fair.stamp(ticket, link=link)
        actions.report_totals_by_code(link=link, inputs=BoothReportInput(accounts=number))
    event, partner = fair.festival.fresh(), fair.festival.event.partners.get().partner_id
    with django_assert_num_queries(4):
        assert len(booth_figures(event)) == 3
    with django_assert_num_queries(3):
        assert len(partner_figures(partner, [event.pk])[event.pk]) == 3


def test_the_closing_report_reads_what_was_confirmed_and_what_was_reported(fair: Fair):
    _booth, _shift, market = fair.add_booth(2, service=None)
    tickets = [fair.ticket("Lê Thị Mận"), fair.ticket("Trần Văn Tư")]
    stamps = [fair.stamp(ticket) for ticket, _link in tickets]
    fair.confirm(tickets[0][1], stamps[0])
    actions.report_totals_by_code(link=fair.link, inputs=BoothReportInput(accounts=5))
    actions.report_totals_by_code(link=market, inputs=BoothReportInput(other=214, other_words="giao dịch"))
    rows = [
        (booth.number, total.recorded, total.confirmed, total.reported, total.difference)
        for booth in figures_of(fair.festival.fresh()).booths
        for total in booth.totals
    ]
    assert rows == [(1, 2, 1, 5, 4), (1, 0, 0, None, None), (2, None, None, 214, None)]
