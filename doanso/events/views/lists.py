"""The list of events that a reader may see, and the list of shifts that the reader's units fill."""

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from doanso.access import policy as access
from doanso.access.queries import units_with_permission
from doanso.accounts.requests import AuthenticatedRequest
from doanso.events import policy
from doanso.events.forms.events import EventFilterForm
from doanso.events.queries import events as queries
from doanso.events.queries.parts import shift_rows
from doanso.events.wording import day_words
from doanso.lib import formats
from doanso.lib.paging import page_number, pages


@login_required
@require_safe
def event_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the events that the reader may see, the next one first."""
    access.anywhere_or_404(request.user, policy.VIEW)
    offered = units_with_permission(request.user, policy.VIEW_AT)
    form = EventFilterForm(request.GET, units=offered)
    # An unknown value of one filter is ignored; the other filters apply.
    form.is_valid()
    cleaned = form.cleaned_data
    filters = queries.EventFilter(
        text=cleaned.get("q", ""),
        kind=cleaned.get("kind", ""),
        unit=next((unit.unit for unit in offered if unit.code == cleaned.get("unit")), None),
        state=cleaned.get("state") or queries.UPCOMING,
    )
    number = page_number(request)
    rows, more = queries.event_page(request.user, filters, number)
    summary = ngettext("%(count)s event on this page", "%(count)s events on this page", len(rows))
    context = {
        "form": form,
        "narrowed": filters != queries.EventFilter(),
        "rows": rows,
        "several_units": len(offered) > 1,
        "may_manage": policy.MANAGE_AT.allows_anywhere(request.user),
        "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(rows))}),
    }
    return render(request, "events/list.html", context)


@login_required
@require_safe
def duty(request: AuthenticatedRequest) -> HttpResponse:
    """Show the shifts ahead that the reader's units fill, by day and event."""
    access.anywhere_or_404(request.user, policy.VIEW)
    shifts = queries.duty_shifts(request.user).order_by("event__day")[:200]
    rows = shift_rows(request.user, queries.all_shifts().filter(pk__in=[shift.pk for shift in shifts]))
    rows.sort(key=lambda row: (row.shift.event.day, row.shift.event_id, row.shift.begins))
    groups: dict[tuple[str, str], list[object]] = {}
    for row in rows:
        groups.setdefault((row.shift.event.title, day_words(row.shift.event.day)), []).append(row)
    return render(request, "events/duty.html", {"groups": list(groups.items())})
