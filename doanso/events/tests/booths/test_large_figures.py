"""The large figures of an event's page while its booths work: stamps, what visitors confirmed, what partners report."""

from typing import Any

from django.urls import reverse

from doanso.events import actions
from doanso.events.actions import BoothReportInput
from doanso.events.tests.booths.conftest import Fair


def stats(fair: Fair, client: Any) -> list[tuple[str, int]]:
    answer = client.get(reverse("events:event", args=[fair.festival.event.pk]))
    return [(stat["label"], stat["value"]) for stat in answer.context["stats"]]


def test_they_follow_stamps_confirmations_and_reports(fair: Fair, as_user: Any) -> None:
    client = as_user(fair.festival.by)
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    assert stats(fair, client) == [
        ("người đã đến", 0), ("tài khoản mở mới", 1), ("lần trả đầu", 0), ("lượt giúp khách đã xác nhận", 0),
    ]  # fmt: skip
    fair.confirm(link, stamp)
    assert stats(fair, client)[3] == ("lượt giúp khách đã xác nhận", 1)
    actions.report_totals(actor=fair.festival.by, booth=fair.booth, inputs=BoothReportInput(accounts=86, payments=54))
    assert stats(fair, client)[1:3] == [("tài khoản mở mới, đối tác báo", 86), ("lần trả đầu, đối tác báo", 54)]
