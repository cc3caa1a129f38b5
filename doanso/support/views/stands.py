"""Pages of stands for their helpers: the list, opening, the board of one, its receipts, its sheet of paper, its end."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats, qr
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.support import actions, policy, queries, stand_keys
from doanso.support.actions import TurnResult
from doanso.support.forms.stands import ChangeStandForm, OpenStandForm, TurnForm, chosen_services
from doanso.support.models import HelperKind, Stand, StandDropReason, StandTurn, StandTurnState
from doanso.support.queries import recording
from doanso.support.queries import stands as stand_queries
from doanso.support.rules.counting import CountingMeasure, counting_note
from doanso.support.views.recording import ServiceChoice, form_options, helper_options, service_choices, show_results
from doanso.sync.policy import BRING
from doanso.units import queries as units

SHEET_LINES = 30
BESIDE_WAITING = "#stand-said,#stand-last,#stand-list,#stand-count,#by-hand,#stand-save"
"""What changes with the list of who waits. The line by hand is not among it: nothing half typed in it is lost."""


@login_required
@require_safe
def stand_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show the stands that the reader keeps, the latest first."""
    access.anywhere_or_404(request.user, policy.KEEP_STAND)
    page = stand_queries.stand_page(request.user, page_number(request))
    return render(
        request,
        "support/stands.html",
        {
            "rows": page.rows,
            "pages": pages(request, page.number, more=page.more, summary=""),
            "may_open": policy.OPEN_STAND.allows_anywhere(request.user),
            "may_see_records": policy.VIEW.allows_anywhere(request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_stand(request: AuthenticatedRequest) -> HttpResponse:
    """Show and accept the form that opens a stand."""
    access.anywhere_or_404(request.user, policy.OPEN_STAND)
    scope = queries.permitted_units(request.user, policy.OPEN_STAND)
    offer = form_options(scope[0].unit, scope)
    if request.method == "POST":
        form = OpenStandForm(request.POST, offer=offer)
        if form.is_valid():
            try:
                stand = actions.open_stand(actor=request.user, unit=form.chosen_unit, inputs=form.inputs())
            except Refused as refused:
                if refused.problem.field == "two_helpers":
                    form.ask_whether_two_helpers()
                add_refusal(form, refused)
            else:
                return redirect("support:stand", stand.pk)
    else:
        first = {
            "unit": scope[0].code,
            "happened_on": clock.today(),
            "helper": request.user.display_name,
            "second_kind": HelperKind.OFFICIAL,
        }
        form = OpenStandForm(offer=offer, initial=first)
    measures = recording.counting_measures(scope[0].unit, clock.today())
    services = form.fields["services"].choices  # type: ignore[attr-defined]
    return render(
        request,
        "support/stand_new.html",
        {
            "form": form,
            "helper_options": helper_options(offer),
            "services": service_choices(services, form["services"].value() or [], measures, "person"),
            "no_programme": not measures,
        },
        status=422 if form.is_bound else 200,
    )


class _Subject(NamedTuple):
    """A stand with its services, as its pages need them."""

    stand: Stand
    services: list[tuple[str, str]]

    @property
    def codes(self) -> list[str]:
        return [code for code, _name in self.services]

    @property
    def helpers(self) -> str:
        stand = self.stand
        if not stand.second_helper_name:
            return stand.helper_name
        return _("%(one)s and %(other)s") % {"one": stand.helper_name, "other": stand.second_helper_name}


class _TurnProblem(NamedTuple):
    """Why an action on a receiver was refused, with the services that were ticked at their row."""

    turn_id: UUID
    message: str
    asks_namesakes: bool
    services: list[str]


def _subject(request: AuthenticatedRequest, stand_id: UUID) -> _Subject:
    stand = get_or_404(request.user, policy.KEEP_STAND, stand_queries.all_stands(), pk=stand_id)
    services = stand.services.order_by("position").values_list("pk", "short_name")
    return _Subject(stand, list(services))


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stand_page(request: AuthenticatedRequest, stand_id: UUID) -> HttpResponse:
    """Show a stand with everybody at it, and record the next one by hand, named or not."""
    subject = _subject(request, stand_id)
    if request.method != "POST":
        return _board(request, subject, TurnForm(initial={"key": uuid4()}))
    is_unnamed = "unnamed" in request.POST
    form = TurnForm(request.POST, is_unnamed=is_unnamed)
    if "namesakes" in request.POST and not is_unnamed:
        form.ask_whether_namesakes()
    if not form.is_valid():
        return _board(request, subject, form, status=422)
    try:
        if not is_unnamed:
            require_read(request.POST.get("text_version"), people.consent_text(clock.today()).version)
        result = actions.record_turn(
            actor=request.user,
            stand_id=subject.stand.pk,
            key=form.cleaned_data["key"],
            entry=None if is_unnamed else form.entry,
            services=chosen_services(request.POST.getlist("services"), subject.codes),
            agreed=not is_unnamed and form.cleaned_data["agreed"],
            namesakes=bool(form.cleaned_data.get("namesakes")),
        )
    except Refused as refused:
        if refused.problem.field == "namesakes":
            form.ask_whether_namesakes()
        if refused.problem.code == actions.TURN_CHANGED:
            form.renew_key()
        add_refusal(form, refused)
        return _board(request, subject, form, status=422)
    return _next(request, subject.stand, result)


def _next(request: AuthenticatedRequest, stand: Stand, result: TurnResult) -> HttpResponse:
    turn = result.turn
    if not result.results and turn.self_entered and turn.state in {StandTurnState.RECORDED, StandTurnState.KNOWN}:
        # The other helper was faster, at the desk or on a phone.
        message = _("Number %(number)s was finished already; nothing is counted twice.")
        messages.info(request, message % {"number": formats.number(turn.number)})
    show_results(request, list(result.results), is_next=True)
    return redirect("support:stand", stand.pk)


def _services_of(subject: _Subject, sent: list[str] | None) -> list[ServiceChoice]:
    """Return the services to tick, all of the stand's at first; none where there is only one."""
    if len(subject.services) == 1:
        return []
    chosen = subject.codes if sent is None else sent
    return service_choices(subject.services, chosen, {}, "person")


def _notes(subject: _Subject, measures: Mapping[str, Sequence[CountingMeasure]]) -> list[str]:
    """Return what will not count of this stand's help, before anybody is recorded."""
    if not measures:
        return [_("No programme of this unit counts help on that day. It can be recorded, and stays in the history.")]
    notes = []
    for code, name in subject.services:
        note = counting_note(measures.get(code, ()), to_business=False, named=True)
        notes += [f"{name}: {note}"] if note else []
    unnamed = [counting_note(measures.get(code, ()), to_business=False, named=False) for code in subject.codes]
    if all(unnamed) and not notes:
        notes.append(_("Without a name: %(note)s") % {"note": unnamed[0]})
    return notes


def _entry_address(request: AuthenticatedRequest, stand: Stand) -> str:
    """Return the address at which residents enter themselves; empty once it takes no entries any more."""
    if stand.closed_at is not None or stand.link_until is None or stand.link_until <= clock.now():
        return ""
    return request.build_absolute_uri(reverse("support:stand-entry", args=[stand_keys.link_of(stand)]))


def _board(
    request: AuthenticatedRequest,
    subject: _Subject,
    form: TurnForm,
    status: int = 200,
    *,
    turn_problem: _TurnProblem | None = None,
) -> HttpResponse:
    stand = subject.stand
    board = stand_queries.stand_board(request.user, stand)
    problem = ""
    if turn_problem is not None and all(turn.id != turn_problem.turn_id for turn in board.waiting):
        problem, turn_problem = turn_problem.message, None
    address = _entry_address(request, stand)
    helped, is_open = board.counts["helped"], stand.closed_at is None
    text = people.consent_text(clock.today())
    measures = recording.counting_measures(stand.unit, stand.happened_on) if is_open else {}
    return render(
        request,
        "support/stand.html",
        {
            "stand": stand,
            "unit": units.named_unit(stand.unit, stand.happened_on),
            "title": ", ".join(name for _code, name in subject.services),
            "helpers": subject.helpers,
            "board": board,
            "counts": board.counts,
            "next_number": stand.last_number + 1,
            "ring": min(100, helped * 100 // stand.planned),
            "left": max(0, stand.planned - helped),
            "form": form,
            "services": _services_of(subject, request.POST.getlist("services") if form.is_bound else None),
            "turn_problem": turn_problem,
            "problem": problem,
            "beside": BESIDE_WAITING,
            "notes": _notes(subject, measures) if is_open else [],
            "picture": qr.svg(address, _("Open the entry of this stand")) if address else "",
            "consent_body": text.body,
            "consent_version": text.version,
            "reasons": [(count, reason.label) for reason in StandDropReason if (count := board.counts[reason.value])],
            "may_see_records": policy.VIEW.allows_anywhere(request.user),
            "on_phone": is_open and stand.happened_on == clock.today() and BRING.allows_anywhere(request.user),
        },
        status=status,
    )


def _on_turn(
    request: AuthenticatedRequest, stand_id: UUID, turn_id: UUID, action: Callable[[_Subject, StandTurn], Any]
) -> HttpResponse:
    """Run an action on one receiver of a stand; a refusal is shown at that receiver's row while they wait, else above."""
    subject = _subject(request, stand_id)
    turn = get_object_or_404(subject.stand.turns, pk=turn_id)
    try:
        result = action(subject, turn)
    except Refused as refused:
        asks_namesakes = refused.problem.field == "namesakes"
        problem = _TurnProblem(turn_id, refused.problem.message, asks_namesakes, request.POST.getlist("services"))
        return _board(request, subject, TurnForm(initial={"key": uuid4()}), 422, turn_problem=problem)
    return _next(request, subject.stand, result if isinstance(result, TurnResult) else TurnResult(turn))


@login_required
@require_POST
def finish_turn(request: AuthenticatedRequest, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Record a resident who entered themselves and was helped."""
    return _on_turn(
        request,
        stand_id,
        turn_id,
        lambda subject, turn: actions.finish_turn(
            actor=request.user,
            stand_id=subject.stand.pk,
            turn_id=turn.pk,
            services=chosen_services(request.POST.getlist("services"), subject.codes),
            namesakes="namesakes" in request.POST,
        ),
    )


@login_required
@require_POST
def drop_turn(request: AuthenticatedRequest, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Delete the entry of a resident who left without being helped."""
    return _on_turn(
        request,
        stand_id,
        turn_id,
        lambda subject, turn: actions.drop_turn(actor=request.user, stand_id=subject.stand.pk, turn_id=turn.pk),
    )


@login_required
@require_POST
def undo_turn(request: AuthenticatedRequest, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Take back what was recorded of one receiver."""

    def undo(subject: _Subject, turn: StandTurn) -> StandTurn:
        undone = actions.undo_turn(actor=request.user, stand_id=subject.stand.pk, turn_id=turn.pk)
        if undone.state == StandTurnState.UNDONE:
            message = _("Number %(number)s was taken back: it counts nowhere.")
            messages.success(request, message % {"number": formats.number(undone.number)})
        return undone

    return _on_turn(request, stand_id, turn_id, undo)


@never_cache
@login_required
@require_safe
def turn_receipt(request: AuthenticatedRequest, stand_id: UUID, turn_id: UUID) -> HttpResponse:
    """Show the receipt of one receiver to print or to scan, and write an audit event."""
    subject = _subject(request, stand_id)
    receipt, keys = actions.print_turn_receipt(actor=request.user, stand_id=subject.stand.pk, turn_id=turn_id)
    address = request.build_absolute_uri(reverse("support:receipt", args=[keys.link])) if keys else ""
    return render(
        request,
        "support/receipt_sheet.html",
        {
            "keys": keys,
            "code_address": request.build_absolute_uri(reverse("support:code")),
            "picture": qr.svg(address, _("Open the receipt")) if address else "",
            "support_records": queries.records_of_receipt(receipt) if receipt is not None else [],
            "unit": units.named_unit(subject.stand.unit),
            "stand": subject.stand,
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change_stand(request: AuthenticatedRequest, stand_id: UUID) -> HttpResponse:
    """Show and accept what may be changed of an open stand; an ended one leads back to its page."""
    stand = _subject(request, stand_id).stand
    if stand.closed_at is not None:
        return redirect("support:stand", stand.pk)
    offer = form_options(stand.unit, queries.permitted_units(request.user, policy.OPEN_STAND))
    has_code = bool(_entry_address(request, stand))
    sent = request.POST if request.method == "POST" else None
    form = ChangeStandForm(
        sent, offer=offer, has_code=has_code, has_people=stand.last_number > 0, initial=_stand_values(stand)
    )
    if sent is not None and form.is_valid():
        inputs = form.inputs(clock.local(clock.now()).date())
        try:
            actions.change_stand(actor=request.user, stand_id=stand.pk, inputs=inputs)
        except Refused as refused:
            if refused.problem.field == "two_helpers":
                form.ask_whether_two_helpers()
            if refused.problem.code == actions.STAND_STALE:
                form.renew_read(actions.stand_state(_subject(request, stand_id).stand))
            field = refused.problem.field
            form.add_error(field if field in form.fields else None, refused.problem.message)
        else:
            messages.success(request, _("The stand was changed. It holds for whoever comes next."))
            return redirect("support:stand", stand.pk)
    measures = recording.counting_measures(stand.unit, stand.happened_on)
    services = form.fields["services"].choices  # type: ignore[attr-defined]
    return render(
        request,
        "support/stand_change.html",
        {
            "stand": stand,
            "form": form,
            "helper_options": helper_options(offer),
            "services": service_choices(services, form["services"].value() or [], measures, "person"),
            "no_programme": not measures,
            "events": access_queries.history(request.user, stand),
        },
        status=422 if form.is_bound else 200,
    )


def _stand_values(stand: Stand) -> dict[str, Any]:
    """Return the values with which the form of an open stand begins."""
    until = clock.local(stand.link_until) if stand.link_until is not None else None
    return {
        "read": actions.stand_state(stand),
        "place": stand.place,
        "happened_on": stand.happened_on,
        "services": list(stand.services.values_list("pk", flat=True)),
        "helper": stand.helper_name,
        "helper_kind": stand.helper_kind,
        "second": stand.second_helper_name,
        "second_kind": stand.second_helper_kind or HelperKind.OFFICIAL,
        "planned": stand.planned,
        "until": until.time().replace(second=0, microsecond=0) if until is not None else None,
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def close_stand(request: AuthenticatedRequest, stand_id: UUID) -> HttpResponse:
    """Show what ending the stand does, then end it."""
    subject = _subject(request, stand_id)
    if request.method == "POST":
        actions.close_stand(actor=request.user, stand_id=subject.stand.pk)
        return redirect("support:stand", subject.stand.pk)
    board = stand_queries.stand_board(request.user, subject.stand)
    return render(request, "support/stand_close.html", {"stand": subject.stand, "counts": board.counts})


@never_cache
@login_required
@require_safe
def stand_sheet(request: AuthenticatedRequest, stand_id: UUID) -> HttpResponse:
    """Show the sheet to print: the code for the table, and thirty lines for a table without signal."""
    subject = _subject(request, stand_id)
    address = _entry_address(request, subject.stand)
    return render(
        request,
        "support/stand_sheet.html",
        {
            "stand": subject.stand,
            "unit": units.named_unit(subject.stand.unit),
            "helpers": subject.helpers,
            "services": subject.services,
            "lines": range(1, SHEET_LINES + 1),
            "picture": qr.svg(address, _("Open the entry of this stand")) if address else "",
            "consent_body": people.consent_text(clock.today()).body,
        },
    )
