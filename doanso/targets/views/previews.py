"""View of a draft as one of the units will see it."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from doanso.accounts.requests import AuthenticatedRequest
from doanso.lib import clock, formats
from doanso.members import queries as members
from doanso.targets import draft_words, queries
from doanso.targets.forms.programmes import PreviewUnitForm
from doanso.targets.models import MEMBERS, DraftState, IndicatorGroup
from doanso.targets.plans import is_share
from doanso.targets.queries import plans
from doanso.targets.queries.plan_previews import PreviewedIndicator, plan_preview
from doanso.units import queries as units


@login_required
@require_safe
def preview_draft(request: AuthenticatedRequest, draft_id: UUID) -> HttpResponse:
    """Show a draft's indicators with targets and figures as the chosen unit would see them, at first one below the root."""
    chosen = plans.visible_drafts(request.user).filter(pk=draft_id).first()
    if chosen is None:
        raise Http404
    if chosen.state == DraftState.PUBLISHED and chosen.programme is not None:
        return redirect("targets:indicators", programme=chosen.programme.code)
    today = clock.today()
    below = units.children(chosen.root, today)
    code = request.GET.get("unit", "") or (below[0].code if below else chosen.root.code)
    position = queries.unit_position(request.user, code)
    if position is None or not position.is_below(chosen.root_id, today):
        raise Http404
    plan = plans.plan_of_draft(chosen, plans.draft_indicators(chosen))
    on = min(max(today, plan.first_day), plan.last_day)
    previewed = plan_preview(chosen, plan, position, on)
    member_count = members.count_members([position.unit.pk], today).get(position.unit.pk)
    unit = position.name(today)
    listed = {each.code: each.short_name for each in (*below, units.named_unit(chosen.root, today))}
    context = {
        "draft": chosen,
        "unit": unit,
        "form": PreviewUnitForm({"unit": code}, units={**listed, unit.code: unit.short_name}),
        "open": chosen.state in plans.OPEN_STATES,
        "groups": [
            (IndicatorGroup(group).label, [_row(each, member_count) for each in previewed if each.plan.group == group])
            for group in IndicatorGroup.values
            if any(each.plan.group == group for each in previewed)
        ],
    }
    return render(request, "targets/preview.html", context)


def _row(previewed: PreviewedIndicator, member_count: int | None) -> dict[str, Any]:
    """Return the row of an indicator as on the unit's own page, with what the target means there and what differs from today."""
    progress = previewed.progress
    words = []
    if previewed.is_new:
        words.append(_("New: owed from the day of publication"))
    elif previewed.changed_fields:
        names = dict.fromkeys(draft_words.field_name(name) for name in previewed.changed_fields)
        words.append(_("Changed: %(names)s") % {"names": ", ".join(names)})
    if progress.target is None:
        words.append(_("not handed out to this unit yet"))
    elif is_share(progress.kind) and previewed.plan.denominator == MEMBERS and member_count:
        needed = progress.needed if progress.needed is not None else -(-progress.target * member_count // 100)
        words.append(
            _("%(count)s %(what)s are needed") % {"count": formats.number(needed), "what": progress.unit_of_count}
        )
    return progress.row(note=" · ".join(words))
