"""Pages of results: the list, the form, one result, and the actions on it."""

from collections.abc import Callable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import Permission, get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.files.problems import Unavailable
from doanso.files.responses import hand_out
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.lib.uuid7 import uuid7
from doanso.results import actions, policy, queries
from doanso.results.forms import CorrectForm, ReasonForm, ReportForm, ResultFilterForm
from doanso.results.models import Result, ResultFile, ResultState, ResultVersion
from doanso.results.queries import ALL, OWN, TO_ATTEST, ResultFilter
from doanso.results.wording import PILLS, quantity_words
from doanso.targets.models import Indicator
from doanso.units import queries as units
from doanso.units.queries import NamedUnit

_TAKEN_BACK = (ResultState.RETURNED, ResultState.WITHDRAWN)
_CONFIRMABLE = ("result_twice", "result_quantity_large")


# --- The list ---------------------------------------------------------------------------------------------------------


class _ResultList:
    """The filters in the list's address, with the indicators and units that they offer."""

    def __init__(self, request: AuthenticatedRequest) -> None:
        access.anywhere_or_404(request.user, policy.VIEW)
        self.units = queries.units_to_see(request.user)
        self.indicators = queries.indicators_of(policy.VIEW_AT.roots(request.user))
        self.may_attest = policy.ATTEST.allows_anywhere(request.user)
        self.may_report = policy.RECORD_AT.allows_anywhere(request.user) and bool(self.indicators)
        self.form = ResultFilterForm(request.GET, indicators=self.indicators, units=self.units)
        self.form.is_valid()
        cleaned = self.form.cleaned_data
        if cleaned.get("view") == TO_ATTEST:
            # What is to be confirmed has one state.
            del self.form.fields["state"]
        view = cleaned.get("view", "")
        offered = [TO_ATTEST] if self.may_attest else []
        offered += [OWN] if self.may_report else []
        self.view = view if view in offered else ALL
        self.filters = ResultFilter(
            view=self.view,
            text=cleaned.get("q", ""),
            state=cleaned.get("state", "") if self.view != TO_ATTEST else "",
            indicator=UUID(cleaned["indicator"]) if cleaned.get("indicator") else None,
            unit=next((unit.unit for unit in self.units if unit.code == cleaned.get("unit")), None),
        )
        self.views = [
            {
                "code": code,
                "title": title,
                "current": code == self.view,
                "url": f"{reverse('results:list')}?view={code}",
            }
            for code, title in ((ALL, _("All results")), (TO_ATTEST, _("To confirm")), (OWN, _("Reported by me")))
            if code == ALL or code in offered
        ]

    @property
    def is_narrowed(self) -> bool:
        return self.filters != ResultFilter(view=self.view)


@login_required
@require_safe
def result_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the results that the reader may see, newest first; those to attest with a box each."""
    return _list(request)


def _list(request: AuthenticatedRequest, *, ticked: tuple[str, ...] = (), status: int = 200) -> HttpResponse:
    listing = _ResultList(request)
    page = queries.result_page(request.user, listing.filters, page_number(request))
    names = _names(page.rows, listing.units)
    summary = ngettext("%(count)s result on this page", "%(count)s results on this page", len(page.rows))
    context = {
        "form": listing.form,
        "narrowed": listing.is_narrowed,
        "views": listing.views if len(listing.views) > 1 else [],
        "view": listing.view,
        "clear": f"{reverse('results:list')}?view={listing.view}" if listing.is_narrowed else "",
        "may_report": listing.may_report,
        "has_indicators": bool(listing.indicators),
        "to_attest": listing.view == TO_ATTEST,
        "rows": [_row(version, names[version.result.unit_id], ticked) for version in page.rows],
        "query": request.GET.urlencode(),
        "pages": pages(
            request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.rows))}
        ),
    }
    return render(request, "results/list.html", context, status=status)


def _names(rows: Sequence[ResultVersion], known_units: Sequence[NamedUnit]) -> dict[UUID, str]:
    """Return the names of the rows' units. Ended ones are not among the reader's units; one more statement names them."""
    names = {unit.id: unit.name for unit in known_units}
    ended = {version.result.unit_id for version in rows} - names.keys()
    return names | {unit_id: unit.name for unit_id, unit in units.named_units_by_id(ended).items()}


def _row(version: ResultVersion, unit_name: str, ticked: tuple[str, ...]) -> dict[str, Any]:
    result = version.result
    choice = f"{result.pk}~{queries.state_token(result)}"
    return {
        "version": version,
        "url": reverse("results:result", args=[result.pk]),
        "quantity": quantity_words(result.indicator, version.quantity),
        "indicator": result.indicator.short_title,
        "unit": unit_name,
        "mark": PILLS[result.state],
        "state": result.get_state_display(),
        "choice": choice,
        "ticked": choice in ticked,
    }


@login_required
@require_POST
def attest_many(request: AuthenticatedRequest) -> HttpResponse:
    """Attest the ticked results, all of them or none."""
    access.over_others_or_404(request.user, policy.ATTEST, see=policy.VIEW)
    ticked = tuple(request.POST.getlist("results"))
    chosen = []
    for choice in ticked:
        key, _tilde, read = choice.partition("~")
        try:
            chosen.append((UUID(key), read))
        except ValueError as error:
            raise Http404 from error
    if not queries.sees_all(request.user, {key for key, _read in chosen}):
        raise Http404
    try:
        attested = actions.attest_results(actor=request.user, chosen=chosen)
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return redirect(f"{reverse('results:list')}?{request.POST.get('query') or f'view={TO_ATTEST}'}")
    words = ngettext("%(count)s result is confirmed.", "%(count)s results are confirmed.", len(attested))
    messages.success(request, words % {"count": formats.number(len(attested))})
    return redirect(f"{reverse('results:list')}?view={TO_ATTEST}")


# --- Report -----------------------------------------------------------------------------------------------------------


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: AuthenticatedRequest) -> HttpResponse:
    """Report a result."""
    access.over_others_or_404(request.user, policy.RECORD_AT, see=policy.VIEW_AT)
    offered_units = queries.units_to_report(request.user)
    today = clock.today()
    offered = queries.indicators_of(policy.RECORD_AT.roots(request.user))
    # A programme that is to come has no day for which a result could be reported; those that run stand first.
    begun = [indicator for indicator in offered if indicator.programme.first_day <= today]
    indicators = sorted(begun, key=lambda indicator: not indicator.programme.runs_on(today))
    if not indicators:
        context = {"upcoming": offered[-1].programme if offered else None}
        return render(request, "results/no_indicator.html", context, status=422 if request.method == "POST" else 200)
    posted = request.method == "POST"
    form = ReportForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        indicators=indicators,
        units=offered_units,
        initial=None if posted else _initial(request, indicators, offered_units),
    )
    if form.is_bound and form.is_valid():
        indicator, unit = form.chosen()
        try:
            result = actions.report_result(
                actor=request.user,
                indicator=indicator,
                unit=unit.unit,
                inputs=form.inputs(),
                evidence=form.uploads(),
                key=form.cleaned_data["key"],
                confirmed=form.cleaned_data["confirmed"],
            )
        except Refused as refused:
            _show_refusal(form, refused)
        except Unavailable as error:
            form.add_error("evidence", error.problem.message)
        else:
            messages.success(request, _("Recorded. It counts once the level above has confirmed it."))
            return redirect("results:result", result.pk)
    return render(request, "results/new.html", {"form": form}, status=422 if form.is_bound else 200)


def _initial(request: AuthenticatedRequest, indicators: list[Indicator], offered: list[NamedUnit]) -> dict[str, Any]:
    first = indicators[0]
    asked = request.GET.get("indicator", "")
    unit = request.GET.get("unit", "")
    return {
        "indicator": asked if asked in {str(indicator.pk) for indicator in indicators} else str(first.pk),
        "unit": unit if unit in {named.code for named in offered} else offered[0].code,
        "happened_on": clock.today(),
        "key": uuid7(),
    }


def _show_refusal(form: ReportForm | CorrectForm, refused: Refused) -> None:
    add_refusal(form, refused)
    if refused.problem.code in _CONFIRMABLE:
        form.offer_confirmation()
    if form.files.getlist("evidence"):
        message = _("Choose the files again, please; a page that was sent back cannot keep them.")
        form.add_error("evidence", message)


# --- One result -------------------------------------------------------------------------------------------------------


def _result_or_404(request: AuthenticatedRequest, result_id: UUID, permission: Permission = policy.VIEW) -> Result:
    return get_or_404(request.user, permission, queries.all_results(), see=policy.VIEW, pk=result_id)


@login_required
@require_safe
def result(request: AuthenticatedRequest, result_id: UUID) -> HttpResponse:
    """Show a result with its files, its versions and what can be done with it."""
    return _result_page(request, _result_or_404(request, result_id))


def _result_page(
    request: AuthenticatedRequest,
    result: Result,
    *,
    send_back: ReasonForm | None = None,
    withdraw: ReasonForm | None = None,
    status: int = 200,
) -> HttpResponse:
    indicator, programme = result.indicator, result.indicator.programme
    versions = queries.versions_of(result)
    version = versions[0]
    is_author = request.user.pk in (result.made_by_id, version.made_by_id)
    may_attest = policy.ATTEST.allows(request.user, result)
    may_record = policy.RECORD.allows(request.user, result)
    counts_on = queries.first_bookable_day(indicator, result.unit_id, version.happened_on)
    is_open = result.state != ResultState.WITHDRAWN
    unit = units.named_unit(result.unit)
    booked_on = queries.booking_day(result, version) if result.state != ResultState.WAITING else None
    is_alone = (
        result.state == ResultState.WAITING
        and (may_attest or may_record)
        and is_author
        and not queries.has_other_attester(result, version)
    )
    context = {
        "result": result,
        "version": version,
        "unit": unit,
        "quantity": quantity_words(indicator, version.quantity),
        "mark": PILLS[result.state],
        "read": queries.state_token(result),
        "figure_url": _figure_url(result, unit),
        "programme": programme,
        "booked_on": booked_on if result.state == ResultState.ATTESTED else None,
        # Taken back after the last day was closed: the closed figure keeps it.
        "stays_counted": booked_on if result.state in _TAKEN_BACK else None,
        "counts_on": counts_on if counts_on != version.happened_on else None,
        "is_closed": counts_on > programme.last_day,
        "files": _files(version),
        "earlier": [_earlier(indicator, earlier) for earlier in versions[1:]],
        "may_decide": may_attest and not is_author and is_open,
        "waits_for_other": may_attest and is_author and result.state == ResultState.WAITING,
        "is_alone": is_alone,
        "appoint_url": reverse("access:grant") if is_alone and access.GRANT.allows_anywhere(request.user) else "",
        "may_record": may_record and is_open,
        "may_erase": may_record,
        "send_back": send_back or ReasonForm(prefix="return"),
        "withdraw": withdraw or ReasonForm(prefix="withdraw"),
        "events": access_queries.history(request.user, result),
    }
    return render(request, "results/result.html", context, status=status)


def _figure_url(result: Result, unit: NamedUnit) -> str:
    programme = result.indicator.programme
    words = [programme.code, result.indicator.code]
    if result.unit_id != programme.root_id:
        words.append(unit.code)
    return reverse("targets:indicator", args=words)


def _files(version: ResultVersion) -> list[dict[str, Any]]:
    return [
        {
            "file": file,
            "is_erased": file.blob.erased_at is not None,
            "is_picture": file.blob.kind in ("png", "jpeg", "webp"),
        }
        for file in version.files.all()
    ]


def _earlier(indicator: Indicator, version: ResultVersion) -> dict[str, Any]:
    return {
        "version": version,
        "quantity": quantity_words(indicator, version.quantity),
        "mark": PILLS[version.outcome],
        "files": _files(version),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: AuthenticatedRequest, result_id: UUID) -> HttpResponse:
    """Replace what was reported; the result then waits to be attested anew."""
    result = _result_or_404(request, result_id, policy.RECORD)
    if result.state == ResultState.WITHDRAWN:
        messages.error(request, _("This result was withdrawn. Report a new one instead."))
        return redirect("results:result", result.pk)
    version = queries.latest_version(result)
    stored = [file for file in version.files.select_related("blob") if file.blob.erased_at is None]
    posted = request.method == "POST"
    form = CorrectForm(
        request.POST if posted else None,
        request.FILES if posted else None,
        result=result,
        version=version,
        stored=stored,
    )
    if form.is_bound and form.is_valid():
        cleaned = form.cleaned_data
        try:
            actions.correct_result(
                actor=request.user,
                result=result,
                read=cleaned["read"],
                inputs=form.inputs(),
                why=cleaned["why"],
                evidence=form.uploads(),
                kept=[UUID(key) for key in cleaned.get("kept", [])],
                confirmed=cleaned["confirmed"],
            )
        except Refused as refused:
            if refused.problem.code == "result_stale":
                messages.error(request, refused.problem.message)
                return redirect("results:result", result.pk)
            _show_refusal(form, refused)
        except Unavailable as error:
            form.add_error("evidence", error.problem.message)
        else:
            messages.success(request, _("Corrected. It counts once the level above has confirmed it."))
            return redirect("results:result", result.pk)
    context = {
        "form": form,
        "result": result,
        "unit": units.named_unit(result.unit),
        "quantity": quantity_words(result.indicator, version.quantity),
    }
    return render(request, "results/correct.html", context, status=422 if form.is_bound else 200)


@login_required
@require_POST
def attest(request: AuthenticatedRequest, result_id: UUID) -> HttpResponse:
    """Attest a result, then show the next one that waits for the reader, or this one."""
    result = _result_or_404(request, result_id, policy.ATTEST)
    try:
        actions.attest_result(actor=request.user, result=result, read=request.POST.get("read", ""))
    except Refused as refused:
        messages.error(request, refused.problem.message)
        return _result_page(request, _result_or_404(request, result_id), status=422)
    upcoming = queries.next_to_attest(request.user, result.pk)
    if upcoming is None:
        messages.success(request, _("Confirmed; it counts now. Nothing else waits for you."))
        return redirect("results:result", result.pk)
    messages.success(request, _("Confirmed; it counts now. This is the next one that waits for you."))
    return redirect("results:result", upcoming)


@login_required
@require_POST
def send_back(request: AuthenticatedRequest, result_id: UUID) -> HttpResponse:
    """Send a result back to its unit with a reason."""
    form = ReasonForm(request.POST, prefix="return")
    done = _("Sent back. Its unit sees the reason and corrects it.")
    return _end(request, result_id, policy.ATTEST, actions.return_result, form, "send_back", done)


@login_required
@require_POST
def withdraw(request: AuthenticatedRequest, result_id: UUID) -> HttpResponse:
    """Withdraw a result for good with a reason."""
    form = ReasonForm(request.POST, prefix="withdraw")
    done = _("Withdrawn. It counts nowhere any more.")
    return _end(request, result_id, policy.RECORD, actions.withdraw_result, form, "withdraw", done)


def _end(
    request: AuthenticatedRequest,
    result_id: UUID,
    permission: Permission,
    action: Callable[..., Result],
    form: ReasonForm,
    name: str,
    done: str,
) -> HttpResponse:
    result = _result_or_404(request, result_id, permission)
    if submit(
        form,
        lambda: action(
            actor=request.user,
            result=result,
            read=request.POST.get("read", ""),
            reason=form.cleaned_data["reason"],
        ),
    ):
        if queries.booking_day(result, queries.latest_version(result)) is not None:
            # The page says why the figures keep it.
            done = _("Recorded.")
        messages.success(request, done)
        return redirect("results:result", result.pk)
    fresh = _result_or_404(request, result_id)
    return _result_page(request, fresh, status=422, **{name: form})


# --- Files ------------------------------------------------------------------------------------------------------------


def _file_or_404(result: Result, file_id: UUID) -> ResultFile:
    return get_object_or_404(queries.files_of(result), pk=file_id)


@login_required
@require_safe
def download(request: AuthenticatedRequest, result_id: UUID, file_id: UUID) -> HttpResponseBase:
    """Hand a file out; a picture is shown inside the page."""
    file = _file_or_404(_result_or_404(request, result_id), file_id)
    return hand_out(request, file.blob, inline="show" in request.GET)


@login_required
@require_POST
def erase_file(request: AuthenticatedRequest, result_id: UUID, file_id: UUID) -> HttpResponse:
    """Make a file unreadable for good."""
    result = _result_or_404(request, result_id, policy.RECORD)
    actions.erase_file(actor=request.user, file=_file_or_404(result, file_id))
    messages.success(request, _("The file is erased for good; the result stays as it is."))
    return redirect("results:result", result.pk)
