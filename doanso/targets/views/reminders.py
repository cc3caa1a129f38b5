"""The view in which late units below are reminded of an indicator."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.charts import words
from doanso.lib.problems import Refused
from doanso.targets import actions, forms, policy, queries, wording
from doanso.targets.models import Indicator
from doanso.targets.rules import ProgressState
from doanso.targets.rules.phases import ProgrammePhase
from doanso.targets.views.pages import ProgrammeAddresses, requested_place
from doanso.units import queries as units
from doanso.units.models import Unit

DAYS_TO_ANSWER = 7
_LATE = (ProgressState.RISK, ProgressState.BEHIND)


def _late_rows(chosen: Indicator, unit: Unit) -> list[dict[str, Any]]:
    """Return the units below that are late, the latest first; those with an open reminder are not chosen beforehand."""
    on = queries.day_of(chosen.programme, clock.today(), unit)
    overview = queries.overview(chosen.programme, unit, on, weeks=False)
    late = [
        (child.unit, progress)
        for child in overview.children
        if (progress := child.by_code(chosen.code)).state in _LATE
        and (child.unit.unit.until is None or child.unit.unit.until > on)
    ]
    reminders = queries.open_reminders(chosen, [child.id for child, _progress in late])
    late.sort(key=lambda pair: (pair[1].state != ProgressState.RISK, (pair[1].figure or 0) / max(pair[1].pace or 1, 1)))
    return [
        {
            "id": str(child.id),
            "name": child.short_name,
            "state": str(progress.state),
            "figure": words.figure(progress.figure, progress.kind),
            "pace": words.figure(progress.pace, progress.kind),
            "missing": formats.number(progress.missing),
            "unit_of_count": progress.unit_of_count,
            "reminder": reminders.get(child.id),
            "chosen": child.id not in reminders,
        }
        for child, progress in late
    ]


def _chosen_units(request: AuthenticatedRequest) -> set[UUID]:
    chosen = set()
    for text in request.POST.getlist("units"):
        try:
            chosen.add(UUID(text))
        except ValueError:
            continue
    return chosen


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def remind(request: AuthenticatedRequest, programme: str, indicator: str, unit: str) -> HttpResponse:
    """Show the late units below with the text they will read; on POST assign an answer to the chosen ones."""
    chosen_programme, place, on = requested_place(request, programme, unit)
    chosen = queries.indicator_of(chosen_programme, indicator)
    if chosen is None:
        raise Http404
    policy.ALLOCATE.require_at(request.user, place)
    chosen.programme = chosen_programme
    running = queries.phase_today(chosen_programme) is ProgrammePhase.RUNNING
    rows = _late_rows(chosen, place) if running else []
    form = forms.RemindForm(
        request.POST if request.method == "POST" else None,
        initial={
            "words": _("The target is late. Please say what is difficult, and what the unit will do next week."),
            "due_on": min(clock.today() + timedelta(days=DAYS_TO_ANSWER), chosen_programme.last_day),
        },
    )
    to = ProgrammeAddresses(request, chosen_programme)
    back = to.indicator(chosen.code, place.code)
    problem = ""
    if request.method == "POST":
        # A unit that was late when the page was opened may have caught up since.
        chosen_ids = _chosen_units(request) & {UUID(row["id"]) for row in rows}
        for row in rows:
            row["chosen"] = UUID(row["id"]) in chosen_ids
        if form.is_valid():
            data = form.cleaned_data
            try:
                created = actions.remind_units(
                    actor=request.user, indicator=chosen, unit=place, chosen=chosen_ids,
                    words=data["words"], due_on=data["due_on"],
                )  # fmt: skip
            except Refused as refusal:
                if refusal.problem.field in form.fields:
                    form.add_error(refusal.problem.field, refusal.problem.message)
                else:
                    problem = refusal.problem.message
            else:
                _tell(request, len(created), formats.day(data["due_on"]))
                return redirect(back)
    page = {
        "unit": units.named_unit(place, on),
        "indicator": chosen,
        "rows": rows,
        "form": form,
        "problem": problem,
        "ends": wording.phase_words(chosen_programme, queries.phase_today(chosen_programme)),
        "back": back,
    }
    return render(request, "targets/remind.html", page, status=422 if form.errors or problem else 200)


def _tell(request: AuthenticatedRequest, count: int, day: str) -> None:
    if not count:
        messages.info(request, _("These units were reminded today already; nothing was sent twice."))
        return
    sentence = ngettext(
        "%(count)s unit was reminded; its answer is due on %(day)s.",
        "%(count)s units were reminded; their answers are due on %(day)s.",
        count,
    )
    messages.success(request, sentence % {"count": formats.number(count), "day": day})
