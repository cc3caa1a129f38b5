"""The kinds of this app's objects in history, with the page of those that a reader may open."""

from collections.abc import Collection
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from doanso.access.ports import ObjectLink, register_object_kind
from doanso.accounts.models import User
from doanso.reports import policy
from doanso.reports.models import Period
from doanso.reports.queries import reports as queries
from doanso.reports.rules.periods import Month
from doanso.units import queries as units


def register() -> None:
    """Register the kinds; called once at start-up."""
    register_object_kind("reports.period", _("Figures of a month"), _periods)
    register_object_kind("reports.report", _("Report"), _reports)
    register_object_kind("reports.layout", _("Excel layout"))
    register_object_kind("reports.rendering", _("File of a report"))


def _periods(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    periods = list(
        policy.VIEW.filter(actor, Period.objects.filter(pk__in=list(ids))).select_related("programme", "unit")
    )
    called = units.named_units_by_id({period.unit_id for period in periods})
    links = {}
    for period in periods:
        month = Month(period.first_day, period.last_day)
        url = reverse("reports:period", args=[period.programme.code, month.code, period.unit.code])
        links[period.pk] = ObjectLink(f"{month.title}, {called[period.unit_id].short_name}", url)
    return links


def _reports(actor: User, ids: Collection[UUID]) -> dict[UUID, ObjectLink]:
    reports = list(policy.VIEW.filter(actor, queries.all_reports().filter(pk__in=list(ids))).defer("content"))
    called = units.named_units_by_id({report.unit_id for report in reports})
    return {
        report.pk: ObjectLink(
            f"{queries.title_of(report)}, {called[report.unit_id].short_name}",
            reverse("reports:report", args=[report.programme.code, report.pk]),
        )
        for report in reports
    }
