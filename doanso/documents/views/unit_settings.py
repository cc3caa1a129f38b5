"""The page of a unit's settings for documents: signers, stand-ins, numbering."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from doanso.access.policy import get_or_404
from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.documents import policy
from doanso.documents.actions import mandates, numbers
from doanso.documents.forms.unit_settings import (
    FORMS,
    EndForm,
    MandateForm,
    NumberingForm,
    SeriesForm,
    StandInForm,
    settings_form_heading,
)
from doanso.documents.models import Mandate, StandIn
from doanso.documents.queries import unit_settings as queries
from doanso.documents.queries.letterheads import all_units
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.units import queries as units
from doanso.units.models import Unit

_Form = MandateForm | StandInForm | NumberingForm | SeriesForm


def _unit(request: AuthenticatedRequest, code: str) -> Unit:
    return get_or_404(request.user, policy.MANAGE_AT, all_units(), see=policy.VIEW_AT, code=code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def unit_settings(request: AuthenticatedRequest, code: str) -> HttpResponse:
    """Show and change the settings; each has its own form."""
    unit = _unit(request, code)
    people = queries.people_of(unit)
    posted = request.POST.get("form", "")
    if request.method == "POST" and posted not in FORMS:
        raise Http404
    forms = {name: _form(name, request if name == posted else None, people) for name in FORMS}
    if posted:
        form = forms[posted]
        if form.is_valid():
            try:
                _keep(request, unit, form)
            except Refused as refused:
                add_refusal(form, refused)
            else:
                messages.success(request, _("Kept."))
                return redirect("documents:handling", unit.code)
    context = {
        "place": units.named_unit(unit),
        "settings": queries.document_settings(unit, clock.today()),
        "today": clock.today(),
        "forms": [(name, settings_form_heading(name), form, name == posted) for name, form in forms.items()],
    }
    return render(request, "documents/unit_settings.html", context, status=422 if posted else 200)


def _form(name: str, request: HttpRequest | None, people: list[User]) -> _Form:
    data = request.POST if request is not None else None
    initial = {"since": clock.today()}
    if name == "mandate":
        return MandateForm(data, people=people, initial=initial | {"wording": "TM.", "body": "BAN CHẤP HÀNH"})
    if name == "stand-in":
        return StandInForm(data, people=people, initial=initial)
    return (
        NumberingForm(data, initial=initial)
        if name == "numbering"
        else SeriesForm(data, initial={"last_dated": clock.today()})
    )


def _keep(request: AuthenticatedRequest, unit: Unit, form: _Form) -> None:
    cleaned = dict(form.cleaned_data)
    if isinstance(form, MandateForm):
        mandates.give_mandate(actor=request.user, unit=unit, **(cleaned | {"user": form.people[cleaned["user"]]}))
    elif isinstance(form, StandInForm):
        people = {name: form.people[cleaned[name]] for name in ("user", "deputy")}
        mandates.set_stand_in(actor=request.user, unit=unit, **(cleaned | people))
    elif isinstance(form, NumberingForm):
        numbers.set_numbering(actor=request.user, unit=unit, **cleaned)
    else:
        numbers.begin_series(actor=request.user, unit=unit, dated=clock.today(), **cleaned)


@login_required
@require_POST
def end_mandate(request: AuthenticatedRequest, code: str, mandate_id: UUID) -> HttpResponse:
    """End a mandate on a day."""
    unit = _unit(request, code)
    mandate = get_object_or_404(Mandate, unit=unit, pk=mandate_id)
    form = EndForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Give the last day, for example 31/12/2023."))
        return redirect("documents:handling", unit.code)
    try:
        mandates.end_mandate(actor=request.user, mandate=mandate, until=form.cleaned_data["until"])
    except Refused as refused:
        messages.error(request, refused.problem.message)
    return redirect("documents:handling", unit.code)


@login_required
@require_POST
def end_stand_in(request: AuthenticatedRequest, code: str, stand_in_id: UUID) -> HttpResponse:
    """End a stand-in."""
    unit = _unit(request, code)
    mandates.end_stand_in(actor=request.user, stand_in=get_object_or_404(StandIn, unit=unit, pk=stand_in_id))
    return redirect("documents:handling", unit.code)
