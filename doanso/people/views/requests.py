"""Pages of requests about personal data, with their statutory days, and the actions that fulfil them."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access.policy import Permission, anywhere_or_404, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import posted
from doanso.lib.paging import page_number, pages
from doanso.people import actions, desk, forms, policy, queries
from doanso.people.models import Request, RequestKind
from doanso.people.views.pages import ask, do


@login_required
@require_safe
def requests(request: AuthenticatedRequest) -> HttpResponse:
    """List open requests, earliest due first; or the completed ones."""
    anywhere_or_404(request.user, policy.VIEW_REQUESTS)
    number, waiting = page_number(request), request.GET.get("state") != "settled"
    lines, more = desk.request_page(request.user, waiting=waiting, page=number)
    summary = ngettext("%(count)s request on this page", "%(count)s requests on this page", len(lines))
    return render(
        request,
        "people/requests.html",
        {
            "lines": lines,
            "waiting": waiting,
            "overdue": sum(line.overdue or line.answer_overdue for line in lines),
            "pages": pages(request, number, more=more, summary=summary % {"count": formats.number(len(lines))}),
        },
    )


def _request(request: AuthenticatedRequest, request_id: UUID, permission: Permission) -> Request:
    return get_or_404(request.user, permission, queries.all_requests(), see=policy.VIEW_REQUESTS, pk=request_id)


@login_required
@require_safe
def request(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Show one request: what is asked, by when, and the possible actions."""
    data_request = _request(request, request_id, policy.VIEW_REQUESTS)
    may_handle = policy.HANDLE_REQUESTS.allows(request.user, data_request) and data_request.state in desk.WAITING
    return render(
        request,
        "people/request.html",
        {
            "line": desk.request_lines(request.user, [data_request])[0],
            "detail": desk.request_words(data_request),
            "today": clock.today(),
            "may_handle": may_handle,
            "reaches_whole": may_handle and queries.reaches_all_units_of(request.user, data_request.person_id),
        },
    )


def _page(data_request: Request) -> dict[str, Any]:
    return {"back": reverse("people:request", args=[data_request.pk]), "of": data_request.get_kind_display()}


@login_required
@require_POST
def take(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Acknowledge the request."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    return do(
        request,
        lambda: actions.take_request(actor=request.user, request=data_request),
        _("You see to this request."),
        _page(data_request)["back"],
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Extend the term, once."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    form = forms.ReasonForm(posted(request))
    page = {
        **_page(data_request),
        "title": _("Extend the term"),
        "hint": _("The law gives one extension. Tell the person before the first term is over."),
        "submit": _("Extend the term"),
        "icon": "clock",
        "done": _("The term is extended."),
    }
    return ask(
        request,
        form,
        lambda data: actions.extend_request(actor=request.user, request=data_request, reason=data["reason"]),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decline(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """End a request that can't be fulfilled, with the reason."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    form = forms.ReasonForm(posted(request))
    page = {
        **_page(data_request),
        "title": _("Decline the request"),
        "hint": _("For example because the law asks to keep the record. The person may complain to the authority."),
        "submit": _("Decline the request"),
        "icon": "x",
        "done": _("The request is declined."),
    }
    return ask(
        request,
        form,
        lambda data: actions.decline_request(actor=request.user, request=data_request, reason=data["reason"]),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def resolve(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Fulfil the request; erasing has a page of its own."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    if data_request.kind == RequestKind.ERASE:
        return redirect("people:erase", data_request.pk)
    page = {
        **_page(data_request),
        "icon": "check",
        "done": _("The request is settled."),
        "after": reverse("people:requests"),
    }
    contact = queries.contact_to_correct(data_request) if data_request.kind == RequestKind.CORRECT else None
    if contact is not None:
        correct = forms.CorrectForm(posted(request), contact=contact)
        page |= {
            "title": _("Correct the record"),
            "hint": desk.request_words(data_request),
            "submit": _("Correct and settle"),
        }

        def act(_data: dict[str, Any]) -> None:
            actions.resolve_request(actor=request.user, request=data_request, particulars=correct.particulars())

        return ask(request, correct, act, page)
    hints = {
        RequestKind.COPY: _("The copy was handed over to the person, on paper or as a file."),
        RequestKind.WITHDRAW: _(
            "Everything the person agreed to is taken back. Where the Union has no other ground to keep the name, it is erased"
            " everywhere, and that cannot be undone. What was counted stays counted."
        ),
        RequestKind.OBJECT: _(
            "Nobody calls the person any more or names them in public; the record of the help stays."
        ),
    }
    page |= {
        "title": _("Settle the request"),
        "hint": hints.get(RequestKind(data_request.kind), ""),
        "submit": _("Settle"),
    }
    return ask(
        request,
        forms.ConfirmForm(posted(request)),
        lambda _data: actions.resolve_request(actor=request.user, request=data_request),
        page,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Erase the person who asked for it, everywhere."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    page = {
        **_page(data_request),
        "title": _("Erase the person"),
        "hint": _(
            "Name, birth, phone, address, sign-in and lists that hold them are destroyed, in every unit. What was counted"
            " stays counted, without anybody knowing whom. It cannot be undone."
        ),
        "submit": _("Erase the person"),
        "icon": "eraser",
        "danger": True,
        "done": _("The person is erased."),
        "after": reverse("people:requests"),
    }
    return ask(
        request,
        forms.EraseForm(posted(request)),
        lambda _data: actions.erase_person(actor=request.user, request=data_request),
        page,
    )


@login_required
@require_safe
def copy(request: AuthenticatedRequest, request_id: UUID) -> HttpResponse:
    """Show everything stored about the person who asked, to print or save."""
    data_request = _request(request, request_id, policy.HANDLE_REQUESTS)
    if not queries.reaches_all_units_of(request.user, data_request.person_id):
        return render(
            request, "people/copy_city.html", {"line": desk.request_lines(request.user, [data_request])[0]}, status=409
        )
    parts = desk.copy_of(request.user, data_request)
    answer = render(request, "people/copy.html", {"parts": parts, "today": clock.today(), "one": data_request})
    if request.GET.get("save"):
        answer["Content-Disposition"] = f'attachment; filename="ban-sao-{clock.today():%Y%m%d}.html"'
    return answer
