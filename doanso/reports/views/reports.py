"""Views of reports: the archive, a new one, and the records behind a figure."""

from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.reports import policy
from doanso.reports.actions import reports as actions
from doanso.reports.assembly import assemble
from doanso.reports.forms.reports import ArchiveForm, NewReportForm
from doanso.reports.models import ReportForm, ReportKind
from doanso.reports.month_steps import report_url
from doanso.reports.queries import periods as period_queries
from doanso.reports.queries import reports as queries
from doanso.reports.rules import spans
from doanso.reports.views.report_scope import programme_to_see, report_to_see
from doanso.targets import drilldown
from doanso.targets import queries as targets
from doanso.targets.models import Programme
from doanso.targets.queries.plans import no_programme
from doanso.units.models import Unit

# --- Archive ------------------------------------------------------------------------------------------------------------


@login_required
@require_safe
def home(request: AuthenticatedRequest) -> HttpResponse:
    """Show the archive of the programme that runs where the reader's own role is."""
    access.anywhere_or_404(request.user, policy.VIEW)
    for role_assignment in access.current_role_assignments(request.user):
        for programme in targets.programmes_at(role_assignment.unit):
            return redirect("reports:archive", programme.code)
    return render(
        request,
        "reports/no_programme.html",
        {"no_programme": no_programme(request.user), "heading": pgettext("navigation", "Reports")},
    )


@login_required
@require_safe
def archive(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show the reports visible to the reader, newest days first."""
    chosen_programme = programme_to_see(request, programme)
    form = ArchiveForm(request.GET, units=queries.units_to_see(request.user, chosen_programme))
    chosen = form.cleaned_data if form.is_valid() else {}
    unit = form.units.get(chosen.get("unit", ""))
    number = page_number(request)
    page = queries.report_page(request.user, chosen_programme, unit=unit, kind=chosen.get("kind", ""), number=number)
    summary = ngettext("%(count)s report on this page", "%(count)s reports on this page", len(page.lines))
    return render(
        request,
        "reports/archive.html",
        {
            "programme": chosen_programme,
            "form": form,
            "narrowed": bool(unit or chosen.get("kind")),
            "lines": page.lines,
            "pages": pages(
                request, number, more=page.more, summary=summary % {"count": formats.number(len(page.lines))}
            ),
            "may_write": policy.WRITE.allows_anywhere(request.user),
            "may_keep_layouts": policy.KEEP_LAYOUTS.allows_anywhere(request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Choose unit and days; an existing draft of them is opened instead."""
    chosen_programme = programme_to_see(request, programme)
    access.over_others_or_404(request.user, policy.WRITE, see=policy.VIEW)
    units = queries.units_to_write(request.user, chosen_programme)
    form = NewReportForm(
        request.POST if request.method == "POST" else None,
        units=units,
        periods=_periods(chosen_programme, next((unit.unit for unit in units if unit.code == _unit(request)), None)),
        initial=_initial(request),
    )
    if form.is_bound and form.is_valid():
        try:
            report, is_new = actions.start_report(
                actor=request.user,
                programme=chosen_programme,
                unit=form.chosen_unit,
                span=form.span(),
                form=form.cleaned_data["form"] or ReportForm.DOAN,
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            if not is_new:
                messages.info(request, _("This report is being written already; here it is."))
            return redirect(report_url(report))
    context = {
        "programme": chosen_programme,
        "form": form,
        "own_days": [form[name] for name in ("kind", "day", "last_day")],
        "has_own_days": not form["period"].value(),
    }
    return render(request, "reports/new.html", context, status=422 if form.is_bound else 200)


def _unit(request: AuthenticatedRequest) -> str:
    """Return the code of the unit named by the address; "" without one."""
    return request.GET.get("unit", "")


def _initial(request: AuthenticatedRequest) -> dict[str, Any]:
    """Return what the address says of the new report: unit, period, or kind and a day."""
    initial: dict[str, Any] = {name: request.GET[name] for name in ("unit", "period", "kind") if request.GET.get(name)}
    try:
        initial["day"] = date.fromisoformat(request.GET.get("day", ""))
    except ValueError:
        # The form begins with today.
        return initial
    kind = initial.get("kind", ReportKind.MONTH)
    if kind in ReportKind.values and kind != ReportKind.AD_HOC:
        initial.setdefault("period", spans.span_of(kind, initial["day"]).code)
    return initial


def _periods(programme: Programme, unit: Unit | None) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the periods offered for a new report: months, the last closed one first; then quarters, half-years, years."""
    closed = period_queries.last_closed(programme, unit or programme.root)
    months = [
        (month.code, f"{month.title} · {_('closed')}" if closed and month.last_day <= closed else month.title)
        for month in period_queries.months_to_report(programme, closed)
    ]
    longer = [
        (span.code, span.title) for span in spans.longer_spans(programme.first_day, programme.last_day, clock.today())
    ]
    groups = [(_("Months"), months), (_("Quarters, half-years, years"), longer)]
    return [(title, choices) for title, choices in groups if choices]


@login_required
@require_safe
def figure(request: AuthenticatedRequest, programme: str, report_id: UUID, indicator: str) -> HttpResponse:
    """Show the records behind one figure of a report; for a frozen one those of its snapshot."""
    report = report_to_see(request, programme, report_id)
    chosen = targets.indicator_of(report.programme, indicator)
    if chosen is None:
        raise Http404
    if report.snapshot is None:
        live = reverse("targets:indicator", args=[programme, indicator, report.unit.code])
        return redirect(f"{live}?on={min(report.last_day, clock.today()).isoformat()}")
    line = next(report_line for report_line in assemble(report).lines if report_line.code == indicator)
    of = request.GET.get("of", drilldown.NUMERATOR)
    after = drilldown.read_key(request.GET["after"]) if request.GET.get("after") else None
    if not drilldown.measure_of(chosen, of) or (request.GET.get("after") and after is None):
        raise Http404
    on = report.snapshot.last_day
    now = targets.overview(report.programme, report.unit, on, children=False, weeks=False)
    carried_on = tuple(predecessor.id for predecessor in now.predecessors)
    frozen_figure = drilldown.DrilldownFigure(
        report.programme, chosen, report.unit, on, of, carried_on, report.snapshot.mark
    )
    records = drilldown.page_of_records(actor=request.user, figure=frozen_figure, after=after)

    def to(of: str, after: str = "") -> str:
        return "?" + urlencode({"of": of} | ({"after": after} if after else {}))

    sides = [
        (drilldown.NUMERATOR, _("Counted"), line.total),
        (drilldown.DENOMINATOR, _("Denominator"), line.denominator),
        (drilldown.EXEMPT, _("Exempt members"), line.exempt or None),
    ]
    return render(
        request,
        "reports/figure.html",
        {
            "report": report,
            "title": queries.title_of(report),
            "line": line,
            "on": on,
            "sides": [
                {"title": title, "count": count, "url": to(side), "current": side == of}
                for side, title, count in sides
                if count is not None
            ],
            "records": records,
            "next": to(of, records.next) if records.next else "",
            "first": to(of) if after is not None else "",
        },
    )
