"""Views in which targets are given to the units below, answered and decided."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_http_methods, require_safe

from doanso.accounts.models import User
from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.lib.form_pages import submit
from doanso.lib.problems import Refused
from doanso.lib.refusals import add_refusal
from doanso.targets import actions, forms, policy, queries, wording
from doanso.targets.division import Division, divide_among_children
from doanso.targets.models import AnswerKind, Indicator, IndicatorGroup, Programme, Split
from doanso.targets.queries import GivenTarget, IndicatorProgress
from doanso.targets.queries.figures import SHARES
from doanso.targets.rules import AnswerState, SumState
from doanso.targets.views.pages import ProgrammeAddresses, requested_place
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


def _indicator(programme: Programme, code: str) -> Indicator:
    indicator = queries.indicator_of(programme, code)
    if indicator is None:
        raise Http404
    return indicator


def may_answer(actor: User, unit: Unit, giver: Unit | None) -> bool:
    """Return whether the actor may answer for a unit to the unit above; an actor who may give targets may not."""
    if not policy.ANSWER.allows_at(actor, unit):
        return False
    return giver is None or not policy.ALLOCATE.allows_at(actor, giver)


@login_required
@require_safe
def cascade(request: AuthenticatedRequest, programme: str) -> HttpResponse:
    """Show a unit's targets, those it gave, and what waits for an answer."""
    chosen_programme, unit, on = requested_place(request, programme, "")
    overview = queries.overview(chosen_programme, unit, on, weeks=False)
    below = {child.unit.id: child.unit for child in overview.children}
    newest = queries.newest_targets_of_units(chosen_programme, [unit.pk, *below])
    indicators = {progress.code: progress for progress in chosen_programme.indicators.all()}
    giver = units.parent(unit, on)
    may = {
        "allocate": bool(below) and policy.ALLOCATE.allows_at(request.user, unit),
        "answer": may_answer(request.user, unit, giver),
    }
    rows = [
        _cascade_row(
            ProgrammeAddresses(request, chosen_programme), progress, indicators[progress.code], unit, newest, below, may
        )
        for progress in overview.indicators
    ]
    groups = [
        {"title": IndicatorGroup(group).label, "rows": [row for row in rows if row["group"] == group]}
        for group in IndicatorGroup.values
    ]
    return render(
        request,
        "targets/cascade.html",
        {
            "programme": chosen_programme,
            "unit": units.named_unit(unit, on),
            "on": on,
            "groups": [group for group in groups if group["rows"]],
            "stats": _stats(rows),
            "gives": bool(below),
            "sizes": reverse("targets:sizes", args=[unit.code]) if may["allocate"] else "",
        },
    )


def _cascade_row(
    to: ProgrammeAddresses,
    progress: IndicatorProgress,
    indicator: Indicator,
    unit: Unit,
    newest: Any,
    below: dict[Any, NamedUnit],
    may: dict[str, bool],
) -> dict[str, Any]:
    own_version: GivenTarget | None = newest.get((indicator.pk, unit.pk))
    child_versions = [newest[indicator.pk, pk] for pk in below if (indicator.pk, pk) in newest]
    # A rejected counter stays readable.
    countered = [
        version
        for version in child_versions
        if version.answer is not None and version.answer.kind == AnswerKind.COUNTERED and not version.agreed
    ]
    waits = own_version is not None and own_version.asks_for_an_answer
    return {
        "group": progress.group,
        "one": progress,
        "url": to.indicator(progress.code, unit.code),
        "decision": wording.decision_words(own_version.target.allocation)
        if own_version and own_version.target.allocation
        else "",
        "since": own_version.target.since if own_version else None,
        "answer": wording.answer_words(own_version)
        if own_version and own_version.target.allocation and own_version.target.value
        else None,
        "sum": wording.sum_words(progress.sum_check, progress.unit_of_count) if progress.sum_check else None,
        "sum_state": progress.sum_check.state if progress.sum_check else "",
        "waits": waits,
        "answer_url": to.page("answer", progress.code, unit.code) if waits and may["answer"] else "",
        "open": sum(version.state == AnswerState.COUNTERED for version in countered),
        "countered": [
            _counter(to, counter, unit, below[counter.target.unit_id], may_settle=may["allocate"])
            for counter in countered
        ],
        "accepted": sum(version.state == AnswerState.ACCEPTED or version.agreed for version in child_versions),
        "given": sum(bool(version.target.value) for version in child_versions),
        "allocate_url": to.page("allocate", progress.code, unit.code)
        if may["allocate"] and progress.target is not None
        else "",
    }


def _counter(
    to: ProgrammeAddresses, counter: GivenTarget, unit: Unit, child: NamedUnit, *, may_settle: bool
) -> dict[str, Any]:
    answer, settlement = counter.answer, counter.settlement
    return {
        "unit": child.short_name,
        "state": "behind" if settlement is None else "none",
        "asked": wording.value_words(counter, answer.value if answer is not None else None),
        "given": wording.value_words(counter, counter.target.value),
        "reason": answer.reason if answer is not None else "",
        "kept": settlement.words if settlement is not None else "",
        "url": to.page("settle", counter.target.indicator.code, unit.code, child.code)
        if may_settle and settlement is None
        else "",
    }


def _stats(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the number of sums in each state, and of pending answers."""
    count = {state: sum(row["sum_state"] == state for row in rows) for state in SumState}
    return [
        {"count": sum(row["waits"] for row in rows), "label": _("Wait for this unit's answer"), "state": "none"},
        {
            "count": sum(row["open"] for row in rows),
            "label": _("Units ask for another number"),
            "state": "behind",
        },
        {"count": count[SumState.EQUAL], "label": _("Sums are equal"), "state": "on"},
        {"count": count[SumState.SHORT] + count[SumState.OVER], "label": _("Sums short or over"), "state": "behind"},
    ]


def _split_of(
    request: AuthenticatedRequest, indicator: Indicator, on: date, *, previous: bool
) -> tuple[forms.SplitForm, str, date]:
    """Return the rule and the day named by the address; `previous` says whether the programme before gave this target."""
    usual = Split.HAND if indicator.kind in SHARES else Split.PREVIOUS if previous else Split.MEMBERS
    form = forms.SplitForm(
        request.GET if "split" in request.GET else None, initial={"split": usual, "on": on}, previous=previous
    )
    if form.is_bound and form.is_valid():
        return form, form.cleaned_data["split"], queries.day_of(indicator.programme, form.cleaned_data["on"])
    return form, str(usual), on


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def allocate(request: AuthenticatedRequest, programme: str, indicator: str, unit: str) -> HttpResponse:
    """Divide a target among the units below: by a rule, then by hand; the sum is shown before the targets are given."""
    chosen_programme, place, on = requested_place(request, programme, unit)
    chosen = _indicator(chosen_programme, indicator)
    policy.ALLOCATE.require_at(request.user, place)
    overview = queries.overview(chosen_programme, place, on, weeks=False)
    own_progress = overview.by_code(indicator)
    previous = {}
    if chosen.kind not in SHARES:
        previous = queries.previously_given(chosen, place, [child.unit.id for child in overview.children])
    split_form, split, counted_on = _split_of(request, chosen, on, previous=bool(previous))
    table = divide_among_children(chosen, own_progress, overview.children, split, counted_on, previous)
    form = forms.DecisionForm(request.POST or None, initial={"day": on, "since": on})
    if request.method == "POST":
        table.read(request.POST)
        answered = _give(request, table, form, place, counted_on)
        if answered is not None:
            return answered
    else:
        table.divide()
    to = ProgrammeAddresses(request, chosen_programme)
    return render(
        request,
        "targets/allocate.html",
        {
            "programme": chosen_programme,
            "indicator": chosen,
            "unit": units.named_unit(place, on),
            "one": own_progress,
            "table": table,
            "split_form": split_form,
            "form": form,
            "counted_on": counted_on,
            "weight_title": _WEIGHTS.get(split, ""),
            "sum": wording.sum_words(table.check, own_progress.unit_of_count)
            if table.check and table.is_valid
            else None,
            "below": _counted_units(len(table.lines)),
            "now": _now(table),
            "sizes": "" if split == Split.PREVIOUS else reverse("targets:sizes", args=[place.code]),
            "back": to.cascade(place.code),
        },
        status=422 if request.method == "POST" and (form.errors or not table.is_valid) else 200,
    )


_WEIGHTS = {
    Split.MEMBERS.value: gettext_lazy("Members"),
    Split.HOUSEHOLDS.value: gettext_lazy("Households"),
    Split.SHOPS.value: gettext_lazy("Shops"),
    Split.PREVIOUS.value: gettext_lazy("Given last year"),
}


def _counted_units(count: int) -> str:
    return ngettext("%(count)s unit", "%(count)s units", count) % {"count": formats.number(count)}


def _now(table: Division) -> dict[str, wording.StateWords]:
    return {
        line.unit.code: wording.answer_words(line.now)
        for line in table.lines
        if line.now is not None and line.now.target.value
    }


def _give(
    request: AuthenticatedRequest, table: Division, form: forms.DecisionForm, unit: Unit, counted_on: date
) -> HttpResponse | None:
    """Give the displayed values; if they were changed, show the form again with the new sum."""
    if request.POST.get("step") != "give":
        form.errors.clear()
        return None
    if not form.is_valid() or not table.is_valid:
        return None
    if table.shown_values != request.POST.get("seen"):
        messages.info(request, _("Numbers were changed since the sum was shown. Look at it, then give them."))
        return None
    try:
        allocation = actions.allocate(
            actor=request.user,
            indicator=table.indicator,
            unit=unit,
            split=table.split,
            parts=table.parts(),
            decision=form.decision(),
            counted_on=counted_on,
            adjusted=not table.is_by_rule(),
        )
    except Refused as refusal:
        add_refusal(form, refusal)
        return None
    count = allocation.targets.count()
    messages.success(
        request,
        ngettext("%(count)s unit got its target.", "%(count)s units got their targets.", count)
        % {"count": formats.number(count)},
    )
    return redirect(ProgrammeAddresses(request, table.indicator.programme).cascade(unit.code))


def _given_to(
    request: AuthenticatedRequest, programme: str, indicator: str, unit: str
) -> tuple[Programme, Unit, date, Indicator, GivenTarget]:
    chosen_programme, place, on = requested_place(request, programme, unit)
    chosen = _indicator(chosen_programme, indicator)
    version = queries.newest_targets(chosen, [place.pk]).get(place.pk)
    if version is None or version.target.allocation is None or not version.target.value:
        raise Http404
    return chosen_programme, place, on, chosen, version


def _page_of(
    request: AuthenticatedRequest, programme: Programme, unit: Unit, on: date, chosen: Indicator, version: GivenTarget
) -> dict[str, Any]:
    """Return the template context about a target that both sides see."""
    allocation = version.target.allocation
    assert allocation is not None  # noqa: S101 - such a target has one
    giver = units.named_unit(allocation.unit, on)
    check = queries.sum_check_of(programme, chosen, allocation.unit, on)
    to = ProgrammeAddresses(request, programme)
    facts = [
        (_("Target given"), f"{wording.value_words(version, version.target.value)} {chosen.unit_of_count}"),
        (_("Given by"), giver.name),
        (_("Basis"), wording.decision_words(allocation)),
        (_("Holds from"), formats.day(version.target.since)),
        (_("Divided"), str(Split(allocation.split).label)),
    ]
    if version.target.weight is not None and allocation.split in _WEIGHTS:
        facts.append((str(_WEIGHTS[allocation.split]), formats.number(version.target.weight)))
    return {
        "programme": programme,
        "indicator": chosen,
        "unit": units.named_unit(unit, on),
        "giver": giver,
        "given": version,
        "words": wording.answer_words(version),
        "facts": facts,
        "sum": wording.sum_words(check, chosen.unit_of_count) if check else None,
        "back": to.indicator(chosen.code, unit.code),
    }


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: AuthenticatedRequest, programme: str, indicator: str, unit: str) -> HttpResponse:
    """Let a unit accept its target, or ask for another number."""
    chosen_programme, place, on = requested_place(request, programme, unit)
    policy.ANSWER.require_at(request.user, place)
    chosen_programme, place, on, chosen, version = _given_to(request, programme, indicator, unit)
    page = _page_of(request, chosen_programme, place, on, chosen, version)
    form = forms.AnswerForm(request.POST if request.method == "POST" else None)
    if submit(form, lambda: actions.answer(actor=request.user, indicator=chosen, unit=place, **form.cleaned_data)):
        messages.success(request, _("The answer was given to %(unit)s.") % {"unit": page["giver"].short_name})
        return redirect(page["back"])
    page |= {"form": form, "submit": _("Send the answer"), "icon": "send", "title": _("Answer to the target")}
    return render(request, "targets/answer.html", page, status=422 if form.errors else 200)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def decide_counter(
    request: AuthenticatedRequest, programme: str, indicator: str, unit: str, child: str
) -> HttpResponse:
    """Let the unit that gave a target decide on the counter of the unit below."""
    _found, giver, _on = requested_place(request, programme, unit)
    policy.ALLOCATE.require_at(request.user, giver)
    chosen_programme, place, on, chosen, version = _given_to(request, programme, indicator, child)
    if version.target.allocation is None or version.target.allocation.unit_id != giver.pk:
        raise Http404
    if request.method != "POST" and version.state != AnswerState.COUNTERED:
        # The page of the giver's targets says what became of the request.
        return redirect(ProgrammeAddresses(request, chosen_programme).cascade(giver.code))
    page = _page_of(request, chosen_programme, place, on, chosen, version)
    form = forms.CounterDecisionForm(
        request.POST if request.method == "POST" else None,
        initial={"day": clock.today(), "since": queries.day_of(chosen_programme, clock.today())},
    )
    if form.is_bound and form.is_valid():
        data = form.cleaned_data
        try:
            actions.decide_counter_proposal(
                actor=request.user,
                indicator=chosen,
                unit=place,
                outcome=data["outcome"],
                words=data["words"],
                decision=form.decision(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, _("The unit's request is settled."))
            return redirect(ProgrammeAddresses(request, chosen_programme).cascade(giver.code))
    page |= {"form": form, "submit": _("Conclude"), "icon": "check", "title": _("Settle the unit's request")}
    return render(request, "targets/answer.html", page, status=422 if form.errors else 200)
