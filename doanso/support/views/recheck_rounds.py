"""Pages of re-checks: rounds, one round with its draw, and the call screen."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from doanso.access import policy as access
from doanso.access import queries as access_queries
from doanso.access.policy import get_or_404
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.paging import page_number, pages
from doanso.lib.problems import Refused
from doanso.support import labels, policy
from doanso.support.actions import recheck_rounds as actions
from doanso.support.forms.recheck_rounds import RoundForm
from doanso.support.models import Recheck, RecheckOutcome, WrongAnswer
from doanso.support.queries import recheck_rounds as queries
from doanso.support.rules import polite_name
from doanso.support.rules import recheck_rounds as rules
from doanso.units import queries as units


@login_required
@require_safe
def round_list(request: AuthenticatedRequest) -> HttpResponse:
    """Show rounds of the units the reader sees, newest first, each with its error rate."""
    access.anywhere_or_404(request.user, policy.VIEW)
    page = queries.round_page(request.user, page_number(request))
    summary = ngettext("%(count)s round on this page", "%(count)s rounds on this page", len(page.rows))
    return render(
        request,
        "support/rounds.html",
        {
            "rows": [{"row": row, "words": labels.error_rate_words(row.rate)} for row in page.rows],
            "pages": pages(
                request, page.number, more=page.more, summary=summary % {"count": formats.number(len(page.rows))}
            ),
            "may_open": policy.RECHECK.allows_anywhere(request.user),
        },
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_round(request: AuthenticatedRequest) -> HttpResponse:
    """Choose a unit and a period. Seed and list are stored first, then the sample is drawn from them."""
    access.over_others_or_404(request.user, policy.RECHECK, see=policy.VIEW)
    today = clock.today()
    first: dict[str, Any] = {
        "unit": request.GET.get("unit", ""),
        "first_day": today.replace(day=1),
        "last_day": today,
    }
    form = RoundForm(
        request.POST if request.method == "POST" else None, units=queries.recheckable_units(request.user), initial=first
    )
    if opened := submit(
        form,
        lambda: actions.open_round(
            actor=request.user,
            unit=form.chosen_unit,
            first_day=form.cleaned_data["first_day"],
            last_day=form.cleaned_data["last_day"],
        ),
    ):
        return _draw(request, opened.pk)
    return render(request, "support/new_round.html", {"form": form}, status=422 if form.is_bound else 200)


def _draw(request: AuthenticatedRequest, round_id: UUID) -> HttpResponse:
    drawn = actions.draw_round(actor=request.user, round_id=round_id)
    message = ngettext("Drawn: %(count)s person to call.", "Drawn: %(count)s persons to call.", drawn.size)
    messages.success(request, message % {"count": formats.number(drawn.size)})
    return redirect("support:round", drawn.pk)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def round_page(request: AuthenticatedRequest, round_id: UUID) -> HttpResponse:
    """Show one round: error rate, progress, and how the sample was drawn. A POST draws it, if it is not drawn yet."""
    if request.method == "POST":
        recheck_round = get_or_404(request.user, policy.RECHECK, queries.all_rounds(), see=policy.VIEW, pk=round_id)
        return _draw(request, recheck_round.pk)
    recheck_round = get_or_404(request.user, policy.VIEW, queries.all_rounds(), pk=round_id)
    [row] = queries.round_rows([recheck_round])
    return render(
        request,
        "support/round.html",
        {
            "round": recheck_round,
            "unit": units.named_unit(recheck_round.unit),
            "last_day": row.last_day,
            "rate": row.rate,
            "words": labels.error_rate_words(row.rate),
            "silent": labels.unanswered_words(row.rate),
            "progress": queries.round_progress(recheck_round.pk),
            "wrong": queries.wrong_answers(recheck_round.pk),
            "may_recheck": policy.RECHECK.allows(request.user, recheck_round),
            "enough": rules.ENOUGH,
            "events": access_queries.history(request.user, recheck_round),
        },
    )


@login_required
@require_safe
def drawn_from(request: AuthenticatedRequest, round_id: UUID) -> HttpResponse:
    """Send the list as stored before the draw, with numbers in place of receivers, to repeat the draw."""
    recheck_round = get_or_404(request.user, policy.VIEW, queries.all_rounds(), pk=round_id)
    answered = HttpResponse(recheck_round.listed, content_type="text/plain; charset=utf-8")
    answered["Content-Disposition"] = f'attachment; filename="phuc-tra-{recheck_round.pk}.txt"'
    return answered


# --- Calling ------------------------------------------------------------------------------------------------------------


@never_cache
@login_required
@require_safe
def call(request: AuthenticatedRequest, round_id: UUID) -> HttpResponse:
    """Show the next person, with name and number, and write an audit event."""
    recheck_round = get_or_404(request.user, policy.RECHECK, queries.all_rounds(), see=policy.VIEW, pk=round_id)
    recheck = actions.show_next_receiver(actor=request.user, round_id=recheck_round.pk)
    if recheck is None:
        return render(
            request,
            "support/call_nobody.html",
            {"round": recheck_round, "progress": queries.round_progress(recheck_round.pk)},
        )
    support_record = recheck.support_record
    contact, shop = support_record.contact, support_record.business
    receiver = contact or shop
    polite = shop.name if shop is not None else ""
    if contact is not None:
        polite = polite_name(contact.name, contact.gender, contact.birth_year, clock.today().year)
    attempts = queries.attempts_of(recheck)
    return render(
        request,
        "support/call.html",
        {
            "recheck": recheck,
            "help": support_record,
            "name": receiver.name if receiver is not None else "",
            "polite": polite,
            "phone": queries.phone_of(support_record),
            "address": receiver.address if receiver is not None else "",
            "unit": units.named_unit(support_record.unit, support_record.happened_on),
            "caller": request.user.display_name,
            "attempts": attempts,
            "number": len(attempts) + 1,
            "most": rules.MOST_ATTEMPTS,
            "is_last": rules.is_last_attempt(len(attempts)),
            "wrong": WrongAnswer.choices,
        },
    )


@never_cache
@login_required
@require_POST
def answer(request: AuthenticatedRequest, round_id: UUID, recheck_id: UUID) -> HttpResponse:
    """Store the answer and show the next person."""
    drawn = queries.all_rechecks().filter(round_id=round_id)
    recheck = get_or_404(request.user, policy.RECHECK, drawn, see=policy.VIEW, pk=recheck_id)
    wrong = request.POST.get("wrong", "")
    outcome = RecheckOutcome.WRONG.value if wrong else request.POST.get("outcome", "")
    try:
        answered = actions.record_answer(actor=request.user, recheck_id=recheck.pk, outcome=outcome, wrong=wrong)
    except Refused as refused:
        messages.error(request, refused.problem.message)
    else:
        messages.success(request, _answer_words(answered))
    return redirect("support:call", round_id)


def _answer_words(recheck: Recheck) -> str:
    if recheck.outcome == RecheckOutcome.CONFIRMED:
        return _("Written down: it is so. The evidence is now the best there is.")
    if recheck.outcome == RecheckOutcome.WRONG:
        return _("Written down: it is not so. The help counts nowhere until an officer decides.")
    if recheck.outcome == RecheckOutcome.REFUSED:
        return _("Written down: does not want to answer. Neither right nor wrong.")
    if recheck.outcome == RecheckOutcome.UNREACHED:
        return _("Not reached on three days: counted as not reached.")
    return _("Not reached today. Somebody tries again on another day.")
