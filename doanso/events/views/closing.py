"""The report of an event: its figures, what the unit writes, and its way through the documents."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext
from django.views.decorators.http import require_http_methods

from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents.models import Document, DocumentState
from doanso.documents.policy import DRAFT_AT, readable_documents
from doanso.events import actions, policy
from doanso.events.forms.closing import ClosingForm, IssuedReportForm
from doanso.events.models import Event, EventClosing
from doanso.events.queries import closing as queries
from doanso.events.renderers.report import difference_words
from doanso.events.rules.closing import BoothTotal, ClosingFigures, unfit_to_close_problem
from doanso.events.views.lookups import event_or_404, form_page, head_of, unanswered_context
from doanso.lib import formats
from doanso.lib.form_pages import posted, submit

_PILLS = {
    DocumentState.ISSUED: "on",
    DocumentState.RECALLED: "risk",
    DocumentState.REPLACED: "behind",
    DocumentState.DISCARDED: "none",
}


_NOTHING_COUNTED = BoothTotal("", None, None, None)
_BOOTH_FIGURES = (
    ("recorded", gettext_lazy("recorded here")),
    ("confirmed", gettext_lazy("confirmed by visitors")),
    ("reported", gettext_lazy("reported by the partner")),
)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Show the figures and the report of an event; keep what the unit writes, or draft the report from it."""
    event = event_or_404(request, event_id, policy.MANAGE if request.method == "POST" else policy.VIEW)
    row, former = queries.closing_of(event), queries.former_closings(event)
    form = ClosingForm(posted(request), closing=row, former=former[0] if former else None)

    def write_or_draft() -> str:
        common = {"actor": request.user, "event": event, "read": form.cleaned_data["read"], "inputs": form.inputs()}
        if "draft" not in request.POST:
            actions.write_closing(**common)
            messages.success(request, _("Kept. The report is drafted from it once you ask for it."))
            return reverse("events:report", args=[event.pk])
        document = actions.draft_report(**common)
        messages.success(
            request, _("The report is drafted. Read it, send it to be signed, and issue it: then the event counts.")
        )
        return reverse("documents:document", args=[document.pk])

    if address := submit(form, write_or_draft):
        return redirect(address)
    context = {**head_of(request, event, "report"), **_report_context(request, event, row, former), "form": form}
    return render(request, "events/report.html", context, status=422 if form.errors else 200)


def _report_context(
    request: AuthenticatedRequest, event: Event, row: EventClosing | None, former: list[EventClosing]
) -> dict[str, Any]:
    now, frozen = queries.figures_of(event), queries.frozen_figures(row) if row is not None else None
    document = row.document if row is not None else None
    is_counted = row is not None and row.counted_on is not None
    problem = unfit_to_close_problem(event.state, ended=queries.has_ended(event))
    is_open = document is None or document.state in (DocumentState.DISCARDED, DocumentState.DRAFT)
    may_manage = policy.MANAGE.allows(request.user, event, found_by=policy.VIEW)
    figures = frozen if is_counted and frozen is not None else now
    may_write = may_manage and problem is None and not is_counted and is_open
    return {
        # Before the figures are frozen there is still time to ask.
        **(unanswered_context(event) if may_write else {}),
        "closing": row,
        "figures": figures,
        "booth_rows": [
            {"booth": booth, "total": total, "is_first": number == 0, "difference": difference_words(total)}
            for booth in figures.booths
            for number, total in enumerate(booth.totals or (_NOTHING_COUNTED,))
        ],
        "changes": list(_changes(frozen, now)) if frozen is not None else [],
        "is_intact": row is not None and frozen is not None and queries.is_intact(row, event),
        "document": document if document is not None and document.state != DocumentState.DISCARDED else None,
        "document_url": _document_url(request, document),
        "pill": _PILLS.get(DocumentState(document.state), "behind") if document is not None else "none",
        "is_counted": is_counted,
        "former": former,
        "problem": problem.message if problem is not None else "",
        "may_write": may_write,
        "may_draft": DRAFT_AT.allows_anywhere(request.user),
    }


def _document_url(request: AuthenticatedRequest, document: Document | None) -> str:
    """Return the address of the report for who may read it."""
    if document is None or not readable_documents(request.user).filter(pk=document.pk).exists():
        return ""
    return reverse("documents:document", args=[document.pk])


def _changes(frozen: ClosingFigures, now: ClosingFigures) -> Iterator[dict[str, str]]:
    """Yield the figures that differ from those of the report, for example since a phone has sent what it kept."""
    for name, label in (
        ("registered", _("people with a ticket")),
        ("came", pgettext("event", "people came")),
        ("most_inside", _("inside at once")),
        ("volunteers", _("people on duty")),
        ("photos", pgettext("event", "photos")),
    ):
        then, value = getattr(frozen, name), getattr(now, name)
        if then != value:
            yield {"label": label, "then": formats.number(then), "now": formats.number(value)}
    before = {(booth.number, total.label): total for booth in frozen.booths for total in booth.totals}
    for booth in now.booths:
        for total in booth.totals:
            earlier = before.get((booth.number, total.label))
            for attribute, how in _BOOTH_FIGURES:
                then, value = getattr(earlier, attribute, None), getattr(total, attribute)
                if then != value:
                    words = {"number": booth.number, "what": total.label.lower(), "how": how}
                    yield {
                        "label": _("Booth %(number)s, %(what)s %(how)s") % words,
                        "then": formats.number(then),
                        "now": formats.number(value),
                    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issued_report(request: AuthenticatedRequest, event_id: UUID) -> HttpResponse:
    """Take a report that was issued on paper or written elsewhere as the event's."""
    event = event_or_404(request, event_id, policy.MANAGE)
    row, former = queries.closing_of(event), queries.former_closings(event)
    documents = queries.issued_reports(event)[:50]
    form = IssuedReportForm(posted(request), documents=documents, closing=row, former=former[0] if former else None)
    if submit(
        form,
        lambda: actions.use_report(
            actor=request.user,
            event=event,
            read=form.cleaned_data["read"],
            inputs=form.inputs(),
            document=form.chosen(),
        ),
    ):
        messages.success(request, _("The event is closed with this report and counts from its day on."))
        return redirect("events:report", event.pk)
    context = {
        "title": _("The report was issued on paper or elsewhere"),
        "hint": _(
            "Choose it among the reports that your unit has issued since the event's day; today's figures are kept with it. "
            "A paper one is entered in the register of documents first."
        ),
        "event": event,
        "submit": _("Close the event with it"),
        "icon": "check",
        "back": reverse("events:report", args=[event.pk]),
    }
    return form_page(request, form, context)
