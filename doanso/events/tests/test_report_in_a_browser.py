"""The report's tab and a certificate's page without barriers, on a phone and at a desk."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from doanso.documents.tests.conftest import Office
from doanso.documents.tests.conftest import office as office
from doanso.events import actions
from doanso.events.actions import BoothReportInput
from doanso.events.models import AttendanceCertificate, Booth
from doanso.events.tests.closing_scene import HeldFestival, held_festival

pytestmark = [pytest.mark.browser, pytest.mark.sqlite_only, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def held(office: Office, business_day: Callable[..., None]) -> HeldFestival:
    scene = held_festival(office, business_day)
    booth = Booth.objects.create(event=scene.event, number=1, name="Chợ quê", goal=200, goal_count="giao dịch")
    actions.report_totals(actor=scene.by, booth=booth, inputs=BoothReportInput(other=214, other_words="giao dịch"))
    actions.give_certificates(actor=scene.by, event=scene.fresh())
    return scene


@pytest.mark.parametrize(("width", "dark"), [(390, False), (390, True), (1440, False), (1440, True)])
def test_report_and_certificates_have_no_barriers(
    held: HeldFestival, open_as: Any, axe: Any, width: int, dark: bool
) -> None:
    code = AttendanceCertificate.objects.order_by("registration__number")[0].code
    args = [held.event.pk]
    for user, address in (
        (held.by, reverse("events:report", args=args)),
        (held.by, reverse("events:certificates", args=args)),
        (None, reverse("events:verify-certificate", args=[code])),
    ):
        page = open_as(user, address, width=width, dark=dark)
        page.wait_for_load_state("networkidle")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), address
        page.close()
