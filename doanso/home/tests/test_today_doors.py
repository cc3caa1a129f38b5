"""Homes and records from visits that wait are among a secretary's decisions."""

from datetime import timedelta

import pytest
from django.urls import reverse

from doanso.accounts.models import User
from doanso.home.inbox import inbox_of, owner_of
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

    assert _waiting(outing.tree.an) == {
        ("1 bản ghi từ điện thoại cần xem", reverse("sync:list")),
        ("1 nhà đến hẹn quay lại", "/outreach/follow-ups/?unit=p4"),
    }
    assert _waiting(outing.tree.chi) == set()


def _waiting(user: User) -> set[tuple[str, str]]:
    owner = owner_of(user)
    assert owner is not None
    return {(row.title, row.url) for row in inbox_of(owner).decisions}
