"""Queries for layouts, and for the sample report on which one is tried."""

from django.db.models import F, QuerySet

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.reports import policy
from doanso.reports.assembly import assemble
from doanso.reports.content import ReportContent
from doanso.reports.models import Layout, Report, ReportKind
from doanso.reports.rules.spans import span_of
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.units.models import Unit

MOST = 200


def all_layouts() -> QuerySet[Layout]:
    """Return all layouts with what a page shows of them, to be filtered by a policy."""
    return Layout.objects.select_related("programme__root", "programme__book", "unit", "blob__key", "added_by")


def layouts_to_keep(actor: User, programme: Programme) -> list[Layout]:
    """Return the programme's layouts that the actor may keep: those in use first, then the ones that ended last."""
    visible = policy.KEEP_LAYOUTS.filter(actor, all_layouts()).filter(programme=programme)
    return list(visible.order_by(F("ended_at").desc(nulls_first=True), "name", "-added_at")[:MOST])


def content_today(programme: Programme, unit: Unit) -> ReportContent:
    """Return what the unit would report today: of the last complete month, or of the first while it runs."""
    span = span_of(ReportKind.MONTH, targets.day_of(programme, clock.today()))
    if span.last_day > clock.today() and span.before().within(programme.first_day, programme.last_day):
        span = span.before()
    return assemble(
        Report(programme=programme, unit=unit, kind=span.kind, first_day=span.first_day, last_day=span.last_day)
    )
