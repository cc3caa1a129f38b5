"""The clerk's pages: number and seal in one step, to whom it goes, and the register."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access.policy import get_or_404
from doanso.documents import policy
from doanso.documents.actions import deliveries, issuing, numbers, papers
from doanso.documents.actions.deliveries import Receiver
from doanso.documents.draft_forms import (
    IssueForm,
    NumberForm,
    PaperForm,
    ReasonForm,
    ReceiversForm,
    RegisterForm,
    SecretForm,
    add_refusal,
)
from doanso.documents.models import Direction, Issuing, IssuingState, Number, NumberState
from doanso.documents.queries import documents as queries
from doanso.documents.secrecy import WARNING
from doanso.documents.views.drafts import readable_or_404
from doanso.files.problems import Unavailable
from doanso.lib import clock, formats
from doanso.lib.problems import Refused
from doanso.signing import queries as signatures
from doanso.signing.models import Way
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


def _receivers(form: ReceiversForm) -> list[Receiver]:
    """Units and places outside, as the form says them."""
    said = form.cleaned_data
    answer_by = said["answer_by"]
    to_units = [Receiver(unit=form.known[code].unit, answer_by=answer_by) for code in said["units"]]
    outside = [line.strip() for line in said["outside"].splitlines() if line.strip()]
    return [*to_units, *(Receiver(outside=one, answer_by=answer_by) for one in outside)]


def _units_to_send_to(unit: Unit) -> list[NamedUnit]:
    """Everybody of the tree but the unit itself: those below first, as documents mostly go down."""
    root = units.root_of(unit)
    below = units.subtree_ids(unit)
    everybody = [one for one in units.subtree(root) if one.id != unit.pk]
    return sorted(everybody, key=lambda one: one.id not in below)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def issue(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Give a signed document its number and day, seal it and send it, in one step."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    form = IssueForm(
        request.POST if request.method == "POST" else None,
        units=_units_to_send_to(document.unit),
        certificates=signatures.organisation_certificates(request.user, document.unit),
    )
    if form.is_bound and form.is_valid():
        try:
            asked = issuing.ask_issue(
                actor=request.user,
                document=document,
                certificate=form.certificate_chosen(),
                receivers=_receivers(form),
                is_public=form.cleaned_data["is_public"],
            )
        except Refused as refused:
            add_refusal(form, refused)
        else:
            return _after_asking(request, asked)
    context = {"form": form, "document": document, "has_seal": bool(form.certificates), "today": clock.today()}
    return render(request, "documents/issue.html", context, status=422 if form.is_bound else 200)


def _after_asking(request: HttpRequest, asked: Issuing) -> HttpResponse:
    if asked.certificate.way != Way.TOKEN and asked.state == IssuingState.NUMBERED:
        return redirect("documents:seal", asked.pk)
    messages.success(request, _("The document has its number; it is being sealed and sent."))
    return redirect("documents:document", asked.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Begin the organisation's signature on the clerk's own machine."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    asked = get_object_or_404(Issuing.objects.select_related("certificate"), pk=document.pk)
    if request.method != "POST":
        return render(request, "documents/seal.html", {"document": document, "issuing": asked})
    try:
        back = reverse("documents:document", args=[document.pk])
        begun = issuing.begin_seal(actor=request.user, document=document, back=back)
    except (Refused, Unavailable) as error:
        messages.error(request, error.problem.message)
        return redirect("documents:document", document.pk)
    return redirect("signing:session", begun.session.pk)


@login_required
@require_POST
def try_again(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Go on with a document that could not be sealed."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    get_object_or_404(Issuing, pk=document.pk)
    issuing.try_again(actor=request.user, document=document)
    return redirect("documents:document", document.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def send_to(request: HttpRequest, document_id: UUID) -> HttpResponse:
    """Send an issued document to more receivers."""
    document = readable_or_404(request, document_id)
    policy.ISSUE.require(request.user, document)
    form = ReceiversForm(request.POST if request.method == "POST" else None, units=_units_to_send_to(document.unit))
    if form.is_bound and form.is_valid():
        try:
            made = deliveries.send_to(actor=request.user, document=document, receivers=_receivers(form))
        except Refused as refused:
            add_refusal(form, refused)
        else:
            said = ngettext("Sent to %(count)s more receiver.", "Sent to %(count)s more receivers.", len(made))
            messages.success(request, said % {"count": len(made)})
            return redirect("documents:document", document.pk)
    context = {"form": form, "document": document}
    return render(request, "documents/send_to.html", context, status=422 if form.is_bound else 200)


# --- The register ---------------------------------------------------------------------------------------------------------


def _places(request: HttpRequest) -> list[NamedUnit]:
    """The units whose registers the reader may see, and that keep one: branches have none of their own."""
    found = policy.VIEW_AT.filter(request.user, Unit.objects.exclude(kind="branch"))
    return units.named(found)


@login_required
@require_safe
def register(request: HttpRequest) -> HttpResponse:
    """The numbers a unit gave, newest first: issued, kept free, given up; of secret ones number and day alone."""
    access.anywhere_or_404(request.user, policy.VIEW)
    places = _places(request)
    place = next((one for one in places if one.code == request.GET.get("unit")), places[0] if places else None)
    if place is None:
        raise Http404
    names = queries.kind_names()
    form = RegisterForm(request.GET, kinds=names)
    chosen = form.cleaned_data if form.is_valid() else {}
    asked = request.GET.get("page", "")
    number = max(int(asked), 1) if asked.isascii() and asked.isdecimal() and len(asked) < 6 else 1
    direction = Direction.SECRET if request.GET.get("book") == Direction.SECRET else Direction.OUT
    page = queries.register(
        place.unit,
        direction=direction,
        kind=chosen.get("kind", ""),
        words=chosen.get("words", ""),
        year=chosen.get("year"),
        number=number,
    )
    further = request.GET.copy()

    def to(where: int) -> str:
        further["page"] = str(where)
        return f"?{further.urlencode()}"

    summary = ngettext("%(count)s number on this page", "%(count)s numbers on this page", len(page.lines))
    context = {
        "place": place,
        "places": places,
        "form": form,
        "lines": page.lines,
        "is_secret": direction == Direction.SECRET,
        "narrowed": any(chosen.get(name) for name in ("kind", "words", "year")),
        "may_issue": policy.ISSUE.allows_at(request.user, place.unit),
        "pages": {
            "summary": summary % {"count": formats.number(len(page.lines))},
            "previous": to(page.number - 1) if page.number > 1 else "",
            "next": to(page.number + 1) if page.more else "",
        },
    }
    return render(request, "documents/register.html", context)


def _clerk_s_unit(request: HttpRequest, code: str) -> Unit:
    return get_or_404(request.user, policy.ISSUE_AT, Unit.objects.all(), see=policy.VIEW_AT, code=code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reserve(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a number free."""
    unit = _clerk_s_unit(request, code)
    form = NumberForm(request.POST if request.method == "POST" else None, initial={"dated": clock.today()})
    if form.is_bound and form.is_valid():
        try:
            number = numbers.reserve_number(actor=request.user, unit=unit, **form.cleaned_data)
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Number %(number)s is kept free.") % {"number": number.value})
            return redirect(f"{reverse('documents:register')}?unit={unit.code}")
    context = {"form": form, "place": units.name(unit)}
    return render(request, "documents/reserve.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def void(request: HttpRequest, code: str, number_id: UUID) -> HttpResponse:
    """Give up a number that was kept free."""
    unit = _clerk_s_unit(request, code)
    number = get_object_or_404(Number.objects.filter(unit=unit, state=NumberState.RESERVED), pk=number_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            numbers.void_number(actor=request.user, number=number, reason=form.cleaned_data["reason"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("The number is given up; it stays in the register."))
            return redirect(f"{reverse('documents:register')}?unit={unit.code}")
    context = {"form": form, "place": units.name(unit), "number": number}
    return render(request, "documents/void.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def secret(request: HttpRequest, code: str) -> HttpResponse:
    """Note number and day of a secret document; nothing else of it ever comes here."""
    unit = _clerk_s_unit(request, code)
    form = SecretForm(request.POST if request.method == "POST" else None, initial={"dated": clock.today()})
    if form.is_bound and form.is_valid():
        try:
            number = numbers.note_secret(actor=request.user, unit=unit, dated=form.cleaned_data["dated"])
        except Refused as refused:
            add_refusal(form, refused)
        else:
            messages.success(request, _("Secret number %(number)s is noted.") % {"number": number.value})
            return redirect(f"{reverse('documents:register')}?unit={unit.code}&book=secret")
    context = {"form": form, "place": units.name(unit), "warning": WARNING}
    return render(request, "documents/secret.html", context, status=422 if form.is_bound else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def paper(request: HttpRequest, code: str) -> HttpResponse:
    """Enter a document whose original is paper."""
    unit = _clerk_s_unit(request, code)
    form = PaperForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        initial={"profile": "doan", "kind": "notice", "dated": clock.today()},
    )
    if form.is_bound and form.is_valid():
        scan = form.cleaned_data["file"]
        try:
            document = papers.register_paper(
                actor=request.user,
                unit=unit,
                draft=form.draft(),
                dated=form.cleaned_data["dated"],
                scan=scan,
                name=scan.name if scan is not None else "",
            )
        except Refused as refused:
            add_refusal(form, refused)
        except Unavailable as away:
            form.add_error("file", away.problem.message)
        else:
            messages.success(request, _("Entered as %(notation)s.") % {"notation": document.notation})
            return redirect("documents:document", document.pk)
    context = {"form": form, "place": units.name(unit), "warning": WARNING}
    return render(request, "documents/paper.html", context, status=422 if form.is_bound else 200)
