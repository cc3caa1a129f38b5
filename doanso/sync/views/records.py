"""The list of records that wait for a decision, and the page of one with both its versions."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access.policy import anywhere_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import formats
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.sync import actions, forms, policy, queries
from doanso.sync.models import WAITS, Record
from doanso.units import queries as units


@login_required
@require_safe
def waiting(request: AuthenticatedRequest) -> HttpResponse:
    """List waiting records, the oldest first, without their contents."""
    anywhere_or_404(request.user, policy.DECIDE)
    within = queries.decidable_units(request.user)
    form = forms.SyncRecordFilterForm(request.GET, units=within)
    # An invalid filter is ignored, and the others still apply.
    form.full_clean()
    cleaned = form.cleaned_data
    filters = queries.RecordFilters(
        unit=next((named_unit for named_unit in within if named_unit.code == cleaned.get("unit")), None),
        kind=cleaned.get("kind", ""),
        state=cleaned.get("state", ""),
    )
    number = page_number(request)
    lines, more = queries.page_of_records(request.user, filters, number)
    summary = ngettext("%(count)s record on this page", "%(count)s records on this page", len(lines))
    return render(
        request,
        "sync/list.html",
        {
            "form": form,
            "narrowed": any(cleaned.values()),
            "lines": lines,
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
        },
    )


def _found(request: AuthenticatedRequest, seq: int) -> Record:
    record = queries.version_to_decide(request.user, seq)
    if record is None:
        raise Http404
    return record


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def record(request: AuthenticatedRequest, seq: int) -> HttpResponse:
    """Show the applied and the waiting version side by side, and take the decision."""
    record = _found(request, seq)
    versions = queries.compare_versions(request.user, record)
    waits = record.state in WAITS and record.decided_at is None
    form = forms.DecideForm(
        request.POST if request.method == "POST" else None,
        has_active=len(versions) > 1,
        takes=bool(record.key_encrypted),
    )
    if request.method == "POST" and form.is_valid():
        take = form.cleaned_data["decision"] == forms.TAKE
        decide = actions.take_version if take else actions.leave_version
        try:
            decide(actor=request.user, seq=record.pk, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Taken in; it counts now.") if take else _("Left out. The reason is kept."))
            return redirect("sync:record", record.pk)
    return render(
        request,
        "sync/record.html",
        {
            "record": record,
            "kind": queries.kind_title(record.kind),
            "unit": units.named_unit(record.unit) if record.unit is not None else "",
            "versions": versions,
            "waits": waits,
            "form": form,
            "address": queries.record_address(record),
        },
        status=422 if form.errors else 200,
    )
