"""Two officers who remind the same units at once."""

import pytest
from django.db import transaction

from doanso.assignments.models import Assignment
from doanso.audit.models import AuditEvent
from doanso.members.tests.test_admit_at_once import PATIENCE, waiting
from doanso.targets.tests.test_remind_units import _remind

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def test_the_second_writes_neither_a_reminder_nor_an_event(loaded):
    with transaction.atomic():
        assert len(_remind(loaded, loaded.tree.dung, "p4", "p5")) == 2
        other = waiting(lambda: len(_remind(loaded, loaded.tree.giang, "p4", "p5")))
    other.join(PATIENCE)

    assert other.answer == 0
    assert Assignment.objects.filter(kind="targets.remind").count() == 2
    assert AuditEvent.objects.filter(action="targets.remind").count() == 1
