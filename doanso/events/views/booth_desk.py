"""The pages of a booth's staff: without account, opened by the secret link of the shift's code or by typing the code.

They show tickets by number and initials, never a name. A browser that opened one is marked as staff's: a confirmation made in
it is no evidence of the visitor's own.
"""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django.views.decorators.csp import csp_override
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.access.policy import masked_name
from doanso.accounts.secret_links import network_of_request, secret_page
from doanso.accounts.sign_in import mark_browser_of_staff
from doanso.events import actions, booth_keys, tickets
from doanso.events.forms.booths import SHOP, BoothCodeForm, BoothReportForm, StampForm, TicketForm
from doanso.events.models import BoothCode, BoothReport, BoothStamp, Registration, StampKind
from doanso.events.queries import booth_codes as queries
from doanso.events.queries.booths import reports_of
from doanso.events.rules import booths as rules
from doanso.events.views.camera_policy import READS_TICKETS
from doanso.events.wording import hours_words
from doanso.lib import clock
from doanso.lib.access_codes import is_link
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.units import queries as units


@secret_page
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def enter_code(request: HttpRequest) -> HttpResponse:
    """Open a booth's page by its code."""
    form = BoothCodeForm(posted(request))
    code = submit(
        form,
        lambda: actions.try_booth_code(typed=form.cleaned_data["code"], network=network_of_request(request)),
    )
    if code is not None:
        return redirect("events:booth-desk", booth_keys.keys_of(code).link)
    return render(request, "events/booth_code.html", {"form": form}, status=422 if form.is_bound else 200)


def _code_or_404(link: str) -> BoothCode:
    code = queries.code_by_link(link)
    if code is None:
        raise Http404
    return code


@secret_page
@csp_override(READS_TICKETS)
@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: HttpRequest, link: str) -> HttpResponse:
    """Show a booth's page, and the ticket that was scanned or typed."""
    code = _code_or_404(link)
    form = TicketForm(posted(request))

    def find() -> Registration:
        cleaned = form.cleaned_data
        typed = cleaned["ticket"]
        return actions.find_ticket(
            code=code,
            typed=typed,
            gate_code=cleaned["gate_code"] or _gate_code(typed),
            network=network_of_request(request),
        )

    ticket = submit(form, find)
    return _desk_page(request, code, link, form=TicketForm() if ticket is not None else form, ticket=ticket)


def _gate_code(typed: str) -> str:
    """Return the code of a ticket whose whole address was read into the field, as hand scanners do."""
    last = typed.strip().rstrip("/").rpartition("/")[2]
    return tickets.gate_code(last) if is_link(last) else ""


def _desk_page(
    request: HttpRequest,
    code: BoothCode,
    link: str,
    *,
    form: TicketForm,
    ticket: Registration | None = None,
    problem: str = "",
) -> HttpResponse:
    closed = queries.stamping_problem(code)
    board = queries.desk_of(code)
    done = next((row for row in board.rows if str(row.stamp.pk) == request.GET.get("done")), None)
    kinds = rules.kinds_of(code.booth.service_id)
    context = {
        **_head(code, link),
        "board": board,
        "form": form,
        "closed": closed.message if closed is not None else "",
        "kinds": [(kind, StampKind(kind).label) for kind in kinds],
        "ticket": ticket,
        "recorded": queries.stamps_at_booth(code, ticket) if ticket is not None else (),
        # Of other booths the staff learns that something waits, and not what.
        "is_asked": ticket is not None and queries.unanswered_count(ticket) > 0,
        "initials": masked_name(ticket.name) if ticket is not None else "",
        "stamp_form": StampForm.for_ticket(ticket.pk) if ticket is not None else None,
        "done": done,
        "problem": problem,
        "may_report": rules.report_problem(queries.code_terms(code), clock.today()) is None,
        "report_lines": report_lines(board.report),
    }
    response = render(request, "events/booth_desk.html", context, status=422 if form.errors or problem else 200)
    mark_browser_of_staff(request, response)
    return response


def _head(code: BoothCode, link: str) -> dict[str, Any]:
    event = code.shift.event
    return {
        "code": code,
        "link": link,
        "booth": code.booth,
        "event": event,
        "unit": units.named_unit(event.unit),
        "hours": hours_words(code.shift.begins, code.shift.ends),
    }


def report_lines(report: BoothReport | None) -> list[tuple[int, str]]:
    """Return what a report says: each total with what it counts."""
    if report is None:
        return []
    lines = [
        (report.accounts, _("accounts opened")),
        (report.payments, _("first payments made")),
        (report.done, pgettext("booth", "people helped")),
        (report.other, report.other_words),
    ]
    return [(figure, words) for figure, words in lines if figure is not None]


def _act(request: HttpRequest, link: str, action: Callable[[], BoothStamp]) -> HttpResponse:
    """Run an action on a stamp; show what was done, or the reason of a refusal, on the booth's page."""
    code = _code_or_404(link)
    try:
        stamp = action()
    except Refused as refused:
        return _desk_page(request, code, link, form=TicketForm(), problem=refused.problem.message)
    done = f"?{urlencode({'done': str(stamp.pk)})}" if stamp.state != "undone" else ""
    return redirect(f"{reverse('events:booth-desk', args=[link])}{done}")


@secret_page
@csp_override(READS_TICKETS)
@require_POST
def stamp(request: HttpRequest, link: str) -> HttpResponse:
    """Stamp a ticket."""
    form = StampForm(request.POST)
    if not form.is_valid():
        code = _code_or_404(link)
        return _desk_page(request, code, link, form=TicketForm(), problem=_("Look the ticket up once more."))
    cleaned = form.cleaned_data
    return _act(
        request,
        link,
        lambda: actions.stamp_ticket(
            link=link,
            key=cleaned["key"],
            registration_id=cleaned["registration"],
            kind=cleaned["kind"],
            to_business=cleaned["receiver"] == SHOP,
        ),
    )


@secret_page
@csp_override(READS_TICKETS)
@require_POST
def undo(request: HttpRequest, link: str, stamp_id: UUID) -> HttpResponse:
    """Take back a stamp of the last minutes."""
    return _act(request, link, lambda: actions.undo_stamp(link=link, stamp_id=stamp_id))


@secret_page
@require_http_methods(["GET", "HEAD", "POST"])
def totals(request: HttpRequest, link: str) -> HttpResponse:
    """Report the booth's totals by its own books."""
    code = _code_or_404(link)
    reports = reports_of(code.booth)
    form = BoothReportForm(posted(request), booth=code.booth, report=reports[0] if reports else None)
    if submit(form, lambda: actions.report_totals_by_code(link=link, inputs=form.inputs())):
        return redirect(f"{reverse('events:booth-desk', args=[link])}#totals")
    context = {**_head(code, link), "form": form, "report": reports[0] if reports else None}
    response = render(request, "events/booth_totals.html", context, status=422 if form.errors else 200)
    mark_browser_of_staff(request, response)
    return response
