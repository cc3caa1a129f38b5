"""The page on which the holder of a ticket answers what a booth has recorded; open to who has the ticket's link."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from doanso.accounts import queries as accounts
from doanso.accounts.secret_links import browser_traits, network_of_request, secret_page
from doanso.events import actions, rules
from doanso.events.forms.booths import StampAnswerForm
from doanso.events.models import BoothStamp, Registration, RegistrationState, StampState
from doanso.events.queries import booth_codes as queries
from doanso.events.rules import booths as booth_rules
from doanso.lib import clock
from doanso.lib.form_pages import posted, submit
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.people import queries as people
from doanso.people.consent_texts import require_read
from doanso.support import receipt_keys
from doanso.units import queries as units


def _stamp_or_404(link: str, stamp_id: UUID) -> tuple[Registration, BoothStamp]:
    ticket = queries.open_ticket(link)
    stamp = queries.stamp_of_ticket(ticket, stamp_id) if ticket is not None else None
    if ticket is None or stamp is None or ticket.state == RegistrationState.CANCELLED:
        raise Http404
    return ticket, stamp


@secret_page
@sensitive_post_parameters("name", "birth_year", "phone", "guardian_name", "shop_name", "house_number", "street")
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, link: str, stamp_id: UUID) -> HttpResponse:
    """Ask the holder whether it is so, with the words of consent; show what came of the answer."""
    ticket, stamp = _stamp_or_404(link, stamp_id)
    if stamp.state != StampState.WAITING:
        return _result(request, ticket, stamp, link)
    known = queries.known_name(ticket)
    is_child = known.birth_year is not None and rules.needs_guardian(
        known.birth_year, clock.today(), people.guardian_age()
    )
    form = StampAnswerForm(
        posted(request), stamp=stamp, needs_name=not known.name or known.birth_year is None, is_child=is_child
    )
    if submit(form, lambda: _confirm(request, link, stamp, form), show=_show):
        return redirect("events:answer-stamp", link, stamp.pk)
    return _question(request, ticket, stamp, link, {"form": form, "known": known, "is_child": is_child})


def _confirm(request: HttpRequest, link: str, stamp: BoothStamp, form: StampAnswerForm) -> BoothStamp:
    if "unnamed" not in request.POST:
        require_read(request.POST.get("text_version"), people.consent_text(clock.today()).version)
    return actions.confirm_stamp(
        link=link,
        stamp_id=stamp.pk,
        inputs=form.inputs(unnamed="unnamed" in request.POST),
        staff_browser=accounts.has_ever_signed_in(request),
        device=browser_traits(request),
        network=network_of_request(request),
    )


def _show(form: Any, refused: Refused) -> None:
    if refused.problem.field == "namesakes":
        form.ask_whether_namesakes()
    add_refusal(form, refused)


@secret_page
@require_POST
def deny(request: HttpRequest, link: str, stamp_id: UUID) -> HttpResponse:
    """Say that it is not so."""
    return _change_answer(request, link, stamp_id, actions.deny_stamp)


@secret_page
@require_POST
def answer_again(request: HttpRequest, link: str, stamp_id: UUID) -> HttpResponse:
    """Take back that it is not so, and ask anew."""
    return _change_answer(request, link, stamp_id, actions.withdraw_denial)


def _change_answer(request: HttpRequest, link: str, stamp_id: UUID, action: Callable[..., BoothStamp]) -> HttpResponse:
    ticket, stamp = _stamp_or_404(link, stamp_id)
    try:
        action(link=link, stamp_id=stamp.pk, network=network_of_request(request))
    except Refused as refused:
        return _result(request, ticket, stamp, link, refused.problem.message)
    return redirect("events:answer-stamp", link, stamp.pk)


def _head(ticket: Registration, stamp: BoothStamp, link: str) -> dict[str, Any]:
    return {
        "ticket": ticket,
        "stamp": stamp,
        "link": link,
        "event": ticket.event,
        "unit": units.named_unit(ticket.unit),
    }


def _question(
    request: HttpRequest, ticket: Registration, stamp: BoothStamp, link: str, context: dict[str, Any]
) -> HttpResponse:
    closed = booth_rules.answer_problem(stamp.state, ticket.event.day, clock.today())
    text = people.consent_text(clock.today())
    context |= {
        **_head(ticket, stamp, link),
        "closed": closed.message if closed is not None else "",
        "helping_unit": units.named_unit(stamp.code.shift.unit),
        "consent_sentence": next(entry["sentence"] for entry in text.purposes if entry["code"] == "support"),
        "consent_body": text.body,
        "text_version": text.version,
        "age": people.guardian_age(),
    }
    return render(request, "events/stamp.html", context, status=422 if context["form"].errors else 200)


def _result(
    request: HttpRequest, ticket: Registration, stamp: BoothStamp, link: str, problem: str = ""
) -> HttpResponse:
    """Show what a stamp's answer was, and the way to the receipt where it is the holder's own."""
    record, receipt = stamp.support_record, ""
    if record is not None and record.receipt is not None and queries.is_own_receipt(stamp):
        keys = receipt_keys.keys_of(record.receipt)
        receipt = reverse("support:receipt", args=[keys.link]) if keys is not None else ""
    context = {
        **_head(ticket, stamp, link),
        "receipt": receipt,
        "needs_own_phone": record is not None and bool(receipt) and record.grade < booth_rules.CONFIRMED_GRADE,
        "problem": problem,
        "may_answer_again": stamp.state == StampState.DENIED
        and booth_rules.answer_problem(stamp.state, ticket.event.day, clock.today()) is None,
        "until": booth_rules.last_answer_day(ticket.event.day),
    }
    return render(request, "events/stamp_result.html", context, status=422 if problem else 200)
