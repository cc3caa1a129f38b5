"""The clerk's book: the register of a unit, reserved and voided numbers, secret numbers, paper documents."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import numbers, paper_originals
from doanso.documents.forms.drafts import NumberForm, PaperForm, ReasonForm, RegisterFilterForm, SecretForm
from doanso.documents.models import NumberState, RegisterKind
from doanso.documents.queries import registers as queries
from doanso.documents.queries.documents import kind_names
from doanso.documents.queries.letterheads import all_units
from doanso.documents.queries.registers import RegisterFilter
from doanso.documents.secrecy import WARNING
from doanso.files.form_refusals import FormRefusals
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.spreadsheet import csv_lines
from doanso.lib.uuid7 import uuid7
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


class _RegisterRequest:
    """The requested unit and filter of a register page; raises 404 for a unit whose register the reader may not view."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.places = units.named_units(policy.VIEW_AT.filter(request.user, queries.units_with_office()))
        code = request.GET.get("unit")
        chosen = next((unit for unit in self.places if unit.code == code), None)
        if code and chosen is None:
            raise Http404
        first = chosen or _own(request, self.places)
        if first is None:
            raise Http404
        self.place = first
        query = request.GET.copy()
        query["unit"] = first.code
        self.form = RegisterFilterForm(query, kinds=kind_names(), units=self.places)
        cleaned = self.form.cleaned_data if self.form.is_valid() else {}
        self.is_secret = request.GET.get("book") == RegisterKind.SECRET
        self.narrowed = RegisterFilter(
            RegisterKind.SECRET if self.is_secret else RegisterKind.OUT,
            cleaned.get("kind", ""),
            cleaned.get("words", ""),
            cleaned.get("year"),
        )
        self.is_narrowed = any(cleaned.get(name) for name in ("kind", "words", "year"))


def _own(request: AuthenticatedRequest, places: list[NamedUnit]) -> NamedUnit | None:
    """Return the default unit: one in which the reader issues, else the first."""
    own = {unit.pk for unit in policy.ISSUE_AT.filter(request.user, queries.units_with_office())}
    return next((unit for unit in places if unit.id in own), places[0] if places else None)


@login_required
@require_safe
def register(request: AuthenticatedRequest) -> HttpResponse:
    """List a unit's numbers, newest first; secret ones have number and day alone."""
    selection = _RegisterRequest(request)
    page = queries.register_page(selection.place.unit, selection.narrowed, number=page_number(request))
    summary = ngettext("%(count)s number on this page", "%(count)s numbers on this page", len(page.lines))
    export = request.GET.copy()
    export["unit"] = selection.place.code
    context = {
        "place": selection.place,
        "form": selection.form,
        "lines": page.lines,
        "is_secret": selection.is_secret,
        "narrowed": selection.is_narrowed,
        "all": f"{reverse('documents:register')}?unit={selection.place.code}",
        "may_issue": policy.ISSUE.allows_at(request.user, selection.place.unit),
        "query": export.urlencode(),
        "pages": pages(
            request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.lines))}
        ),
    }
    return render(request, "documents/register.html", context)


@login_required
@require_safe
def export(request: AuthenticatedRequest) -> HttpResponse | StreamingHttpResponse | FileResponse:
    """Download the narrowed register, oldest first as in a paper book."""
    selection = _RegisterRequest(request)
    kind = "csv" if request.GET.get("as") == "csv" else "xlsx"
    name = f"so-van-ban-{selection.place.code}-{clock.today().isoformat()}.{kind}"
    if kind == "csv":
        lines = csv_lines(
            columns=queries.register_columns(), rows=queries.register_rows(selection.place.unit, selection.narrowed)
        )
        response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        return response
    return FileResponse(queries.workbook(selection.place.unit, selection.narrowed), as_attachment=True, filename=name)


def _clerk_s_unit(request: AuthenticatedRequest, code: str) -> Unit:
    return get_or_404(request.user, policy.ISSUE_AT, all_units(), see=policy.VIEW_AT, code=code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reserve(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Reserve a number."""
    unit = _clerk_s_unit(request, code)
    form = NumberForm(
        request.POST if request.method == "POST" else None, initial={"key": uuid7(), "dated": clock.today()}
    )
    if number := submit(form, lambda: numbers.reserve_number(actor=request.user, unit=unit, **form.cleaned_data)):
        messages.success(request, _("Number %(number)s is kept free.") % {"number": number.value})
        return redirect(f"{reverse('documents:register')}?unit={unit.code}")
    context = {"form": form, "place": units.named_unit(unit)}
    return render(request, "documents/reserve.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: AuthenticatedRequest, code: str, number_id: UUID) -> HttpResponse:
    """Void a reserved number."""
    unit = _clerk_s_unit(request, code)
    number = get_object_or_404(queries.reserved_numbers(unit), pk=number_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: numbers.void_number(actor=request.user, number=number, reason=form.cleaned_data["reason"])):
        messages.success(request, _("The number is given up; it stays in the register."))
        return redirect(f"{reverse('documents:register')}?unit={unit.code}")
    context = {"form": form, "place": units.named_unit(unit), "number": number}
    return render(request, "documents/void.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Record number and day of a secret document."""
    unit = _clerk_s_unit(request, code)
    form = SecretForm(
        request.POST if request.method == "POST" else None, initial={"key": uuid7(), "dated": clock.today()}
    )
    if number := submit(form, lambda: numbers.note_secret(actor=request.user, unit=unit, **form.cleaned_data)):
        messages.success(request, _("Secret number %(number)s is noted.") % {"number": number.value})
        return redirect(f"{reverse('documents:register')}?unit={unit.code}&book=secret")
    context = {"form": form, "place": units.named_unit(unit), "warning": WARNING}
    return render(request, "documents/secret.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Register a document whose original is paper, under the next number or under one that was kept free (`?number=`)."""
    unit = _clerk_s_unit(request, code)
    number = None
    if "number" in request.GET:
        number = queries.outgoing_number(unit, request.GET["number"])
        # A form that is sent is answered by the action: the number may have been taken by its first sending.
        if number is None or (request.method != "POST" and number.state != NumberState.RESERVED):
            raise Http404
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        number=number,
        initial={"key": uuid7(), "profile": "doan", "kind": "notice", "dated": clock.today()},
    )
    if form.is_bound and form.is_valid():
        scan = form.cleaned_data["file"]
        with FormRefusals(form, file_field="file"):
            document = paper_originals.register_paper(
                actor=request.user,
                unit=unit,
                draft=form.draft(),
                dated=form.cleaned_data["dated"],
                scan=scan,
                name=scan.name if scan is not None else "",
                number=number,
                key=form.cleaned_data["key"],
            )
            messages.success(request, _("Entered as %(notation)s.") % {"notation": document.notation})
            return redirect("documents:document", document.pk)
    context = {"form": form, "place": units.named_unit(unit), "warning": WARNING, "number": number}
    return render(request, "documents/paper.html", context, status=422 if form.is_bound else 200)
