"""Homes and records from visits that wait are among a secretary's decisions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from doanso.access.models import RoleAssignment
from doanso.home.today import decisions
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.models import Door, VisitOutcome
from doanso.outreach.tests.conftest import outing  # noqa: F401
from doanso.sync.models import Device, Record
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db


def test_homes_that_wait_and_records_that_wait(outing):  # noqa: F811
    Door.objects.filter(pk=outing.doors[0].pk).update(outcome=VisitOutcome.FOLLOW_UP, follow_up_on=TODAY)
    later = TODAY + timedelta(days=1)
    Door.objects.filter(pk=outing.doors[1].pk).update(outcome=VisitOutcome.FOLLOW_UP, follow_up_on=later)
    now = clock.now()
    device = Device.objects.create(
        id=uuid7(), user=outing.tree.lan, name="Máy", token_hash="t", registered_at=now, seen_at=now, lease_until=now
    )
    Record.objects.create(
        record_id=uuid7(), content_hash="h", kind="outreach.visit", version=9, unit=outing.ward, device=device,
        user=outing.tree.lan, received_at=now, state="quarantined",
    )  # fmt: skip

    waiting = decisions(outing.tree.an, RoleAssignment.objects.get(user=outing.tree.an), None)
    assert {(decision.label, decision.count, decision.url) for decision in waiting} == {
        ("bản ghi từ điện thoại cần xem", 1, reverse("sync:list")),
        ("nhà đến hẹn quay lại", 1, "/outreach/follow-ups/?unit=p4"),
    }
    assert decisions(outing.tree.chi, RoleAssignment.objects.get(user=outing.tree.chi), None) == []
