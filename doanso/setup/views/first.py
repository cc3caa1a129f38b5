"""The first setup in a browser: the code, the committee, the administrator.

What was entered is kept in the session until the last page; the password is not, which is why it comes last.
"""

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from doanso.accounts.new_account import NewAccountForm
from doanso.accounts.secret_links import network_of_request
from doanso.accounts.sign_in import sign_in_new_account
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.setup import actions, queries, rules
from doanso.setup.actions import AdministratorInput, CommitteeInput
from doanso.setup.forms import CommitteeForm, SetupCodeForm
from doanso.setup.rules import CommitteeKind
from doanso.units import official
from doanso.units.official import OfficialPlace

_SESSION = "setup"


def _steps() -> list[str]:
    return [_("Type the code"), _("Committee"), _("Administrator")]


def _entered(request: HttpRequest) -> dict[str, Any] | None:
    """Return what this browser has entered; None unless it has typed the code that is open now."""
    entered: dict[str, Any] | None = request.session.get(_SESSION)
    if entered is None:
        return None
    if not queries.is_open(UUID(entered["code"])):
        messages.error(request, rules.setup_over().message)
        return None
    return entered


@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code that the terminal shows."""
    if queries.is_set_up():
        return redirect("home:start")
    form = SetupCodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            code_id = actions.check_setup_code(code=form.cleaned_data["code"], network=network_of_request(request))
        except Refused as refused:
            form.add_error(refused.problem.field or None, refused.problem.message)
        else:
            request.session.cycle_key()
            # What was entered under an earlier code stays.
            request.session[_SESSION] = request.session.get(_SESSION, {}) | {"code": str(code_id)}
            return redirect("setup:committee" if queries.committee() is None else "setup:administrator")
    context = {"form": form, "steps": _steps(), "now": 1}
    return render(request, "setup/code.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def committee(request: HttpRequest) -> HttpResponse:
    """Ask which committee it is; the place is chosen from the official list of the first day."""
    entered = _entered(request)
    if entered is None or queries.committee() is not None:
        return redirect("setup:code")
    if request.method != "POST":
        initial = entered.get("committee") or {"since": _first_day().isoformat(), "kind": CommitteeKind.WARD}
        form = CommitteeForm(initial=initial | {"since": date.fromisoformat(initial["since"])})
        return _committee_page(request, form)
    form = CommitteeForm(request.POST)
    valid = form.is_valid()
    if "find" in request.POST:
        # Nothing is wrong yet: the places found are shown to choose from.
        for field in set(form.errors) - {"since", "kind"}:
            if form.places or field != "q":
                del form.errors[field]
        return _committee_page(request, form)
    if not valid:
        return _committee_page(request, form, status=422)
    cleaned = form.cleaned_data
    request.session[_SESSION] = entered | {"committee": cleaned | {"since": cleaned["since"].isoformat()}}
    return redirect("setup:administrator")


def _first_day() -> date:
    """Return the day on which figures are likely to begin: that of this year, but not before wards were made anew."""
    return max(date(clock.today().year, 1, 1), date(2025, 7, 1))


def _committee_page(request: HttpRequest, form: CommitteeForm, *, status: int = 200) -> HttpResponse:
    chosen = form.data.get("place") or (form.places[0].code if len(form.places) == 1 else "")
    context = {
        "form": form,
        "kinds": [(option, rules.EXAMPLES[CommitteeKind(option.data["value"])]) for option in form["kind"]],
        "places": [(place, place.code == chosen, rules.committee_name(place)) for place in form.places],
        "steps": _steps(),
        "now": 2,
        # A search that finds nothing says so beside its field; nothing was to be saved.
        "is_search": "find" in form.data,
    }
    return render(request, "setup/committee.html", context, status=status)


@never_cache
@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
def administrator(request: HttpRequest) -> HttpResponse:
    """Ask who administers, create everything, and sign in."""
    entered = _entered(request)
    existing = queries.committee()
    if entered is None or (existing is None and "committee" not in entered):
        return redirect("setup:code")
    chosen = None if existing is not None else _committee_input(entered["committee"])
    form = NewAccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        cleaned = form.cleaned_data
        try:
            user = actions.complete_setup(
                code_id=UUID(entered["code"]),
                committee=chosen,
                administrator=AdministratorInput(cleaned["display_name"], cleaned["username"], cleaned["password"]),
            )
        except Refused as refused:
            if refused.problem.code == "setup_over":
                messages.error(request, refused.problem.message)
                return redirect("setup:code")
            form.add_error(
                refused.problem.field if refused.problem.field in form.fields else None, refused.problem.message
            )
        else:
            response = redirect("home:start")
            del request.session[_SESSION]
            sign_in_new_account(request, response, user)
            return response
    context = {
        "form": form,
        "committee": existing.name if existing is not None else _name_of(chosen),
        "place": _place_of(chosen),
        "may_change": existing is None,
        "steps": _steps(),
        "now": 3,
    }
    return render(request, "setup/administrator.html", context, status=422 if form.errors else 200)


def _committee_input(kept: dict[str, str]) -> CommitteeInput:
    return CommitteeInput(kept["kind"], kept["name"], kept["place"], date.fromisoformat(kept["since"]))


def _official_place(chosen: CommitteeInput | None) -> OfficialPlace | None:
    if chosen is None or not chosen.place:
        return None
    return official.place_by_code(chosen.place, official.era_of(chosen.since))


def _place_of(chosen: CommitteeInput | None) -> str:
    place = _official_place(chosen)
    return place.whole_name if place is not None else ""


def _name_of(chosen: CommitteeInput | None) -> str:
    if chosen is None or chosen.name:
        return chosen.name if chosen is not None else ""
    place = _official_place(chosen)
    return rules.committee_name(place) if place is not None else ""
