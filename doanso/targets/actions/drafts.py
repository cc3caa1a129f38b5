"""Write a programme as a draft: begin it, save it with the version that was read, and end it."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doanso.access.policy import get_or_404
from doanso.accounts.models import User
from doanso.adoption.actions import load_services
from doanso.adoption.models import Service
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.form_keys import save_once
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.targets import policy
from doanso.targets.actions.loading import newest_revision
from doanso.targets.models import DraftIndicator, DraftState, PlanOrigin, Programme, ProgrammeDraft
from doanso.targets.plans import (
    KEPT_PROGRAMME_CODES,
    IndicatorPlan,
    ProgrammePlan,
    days_problem,
    indicator_problem,
    indicator_values,
    with_code_parameters,
)
from doanso.targets.queries.plans import OPEN_STATES, changed_fields, plan_of
from doanso.units.models import Unit

MOST_INDICATORS = 200
_STALE = "draft_newer"


@dataclass(frozen=True, slots=True)
class DraftHeadInput:
    """The fields of a draft that are not about one indicator."""

    title: str
    code: str
    first_day: date
    last_day: date


def is_stale(refused: Refused) -> bool:
    """Return whether a save was refused because somebody else saved after the page was opened."""
    return refused.problem.code == _STALE


def _stale() -> Refused:
    message = _("Somebody saved this after you had opened it. Nothing was overwritten; compare both, then save again.")
    return Refused(Problem(_STALE, message))


def ensure_services(actor: User) -> None:
    """Load the shipped catalogue of services where an installation has none, so that there is something to count."""
    if not Service.objects.exists():
        load_services(actor=actor, path=settings.ROOT / "programmes" / "services.toml")


@transaction.atomic
def begin_draft(
    *,
    actor: User,
    root: Unit,
    plan: ProgrammePlan,
    origin: str,
    copied_from: Programme | None = None,
    carries_division: bool = False,
    key: UUID | None = None,
) -> ProgrammeDraft:
    """Begin a draft of a new programme with the content of a plan.

    With `carries_division` its targets can be divided among units in the shares in which `copied_from` had given them. `key`
    becomes the draft's id: begun again under the same key by the same actor it is the same draft, unless other content was sent
    or the draft was changed or ended since: a form that was gone back to and changed begins another one.
    """
    policy.LOAD.require_at(actor, root)
    if len(plan.indicators) > MOST_INDICATORS:
        raise full_refusal()
    ensure_services(actor)
    create = partial(
        _create,
        actor=actor,
        root=root,
        plan=plan,
        origin=origin,
        copied_from=copied_from,
        carries_division=carries_division and copied_from is not None,
    )

    def known() -> ProgrammeDraft | None:
        """Return the draft of this form; a new one without the key where the key is that of another plan or person."""
        begun = ProgrammeDraft.objects.filter(pk=key).first() if key is not None else None
        if begun is None or (begun.made_by_id == actor.pk and _is_as_sent(begun, root, plan)):
            return begun
        return create()

    return known() or save_once(save=partial(create, key=key), known=known)


def _is_as_sent(draft: ProgrammeDraft, root: Unit, plan: ProgrammePlan) -> bool:
    """Return whether a draft still has the content of a plan; codes of programmes are proposed anew each time."""
    plan = with_code_parameters(plan)
    sent = [[indicator.code, _values(indicator)] for indicator in plan.indicators]
    stored = draft.indicators.order_by("position").values_list("code", "values")
    return (
        draft.state in OPEN_STATES
        and (draft.root_id, draft.title, draft.first_day, draft.last_day)
        == (root.pk, plan.title, plan.first_day, plan.last_day)
        and [list(row) for row in stored] == json.loads(json.dumps(sent))
    )


def full_refusal() -> Refused:
    """Return the refusal of more indicators than a programme may have."""
    message = _("A programme has at most %(most)s indicators.") % {"most": MOST_INDICATORS}
    return Refused(Problem("draft_full", message))


def _create(
    *,
    actor: User,
    root: Unit,
    plan: ProgrammePlan,
    origin: str,
    programme: Programme | None = None,
    copied_from: Programme | None = None,
    carries_division: bool = False,
    key: UUID | None = None,
) -> ProgrammeDraft:
    plan = with_code_parameters(plan)
    now = clock.now()
    draft = ProgrammeDraft.objects.create(
        pk=key or uuid7(),
        root=root,
        programme=programme,
        base_number=newest_revision(programme) if programme is not None else 0,
        copied_from=copied_from,
        carries_division=carries_division,
        origin=origin,
        code=plan.code,
        title=plan.title,
        first_day=plan.first_day,
        last_day=plan.last_day,
        made_by=actor,
        made_at=now,
        changed_by=actor,
        changed_at=now,
    )
    DraftIndicator.objects.bulk_create(
        [
            DraftIndicator(
                draft=draft,
                code=indicator.code,
                position=position,
                values=_values(indicator),
                changed_by=actor,
                changed_at=now,
            )
            for position, indicator in enumerate(plan.indicators, start=1)
        ]
    )
    record(actor=actor, action="targets.draft", obj=draft, unit=root)
    return draft


@transaction.atomic
def edit_programme(*, actor: User, programme: Programme) -> ProgrammeDraft:
    """Return the draft in which a programme is changed; begin it where there is none. There is one at a time."""
    policy.LOAD.require_at(actor, programme.root)
    Programme.objects.select_for_update(of=("self",)).get(pk=programme.pk)
    existing = ProgrammeDraft.objects.filter(programme=programme, state__in=OPEN_STATES).first()
    if existing is not None:
        return existing
    return _create(
        actor=actor, root=programme.root, plan=plan_of(programme), origin=PlanOrigin.EDIT, programme=programme
    )


def lock_draft(actor: User, draft_id: UUID, *, states: Sequence[str] = (DraftState.OPEN,)) -> ProgrammeDraft:
    """Lock and return a draft that the actor may write; refuse if it is in none of these states."""
    drafts = ProgrammeDraft.objects.select_for_update(of=("self",)).select_related("root", "programme")
    draft = get_or_404(actor, policy.DRAFT, drafts, pk=draft_id)
    if draft.state not in states:
        problems = {
            DraftState.PUBLISHING: _("The draft is being published, so nothing more is saved in it."),
            DraftState.PUBLISHED: _("The draft was published meanwhile. Open the programme and choose to edit it."),
            DraftState.DISCARDED: _("The draft was thrown away meanwhile. Restore it, then save again."),
            DraftState.OPEN: _("The draft is open already."),
        }
        raise Refused(Problem("draft_closed", problems[DraftState(draft.state)]))
    return draft


def _values(plan: IndicatorPlan) -> dict[str, object]:
    values = indicator_values(plan)
    del values["code"]
    return values


def _touch(draft: ProgrammeDraft, actor: User, *fields: str) -> None:
    draft.changed_by, draft.changed_at = actor, clock.now()
    draft.save(update_fields=[*fields, "changed_by", "changed_at"])


@transaction.atomic
def save_draft_head(*, actor: User, draft_id: UUID, version: int, inputs: DraftHeadInput) -> ProgrammeDraft:
    """Save title, code and days of a draft. `version` is the one that was read."""
    draft = lock_draft(actor, draft_id)
    changed = [
        name for name in ("title", "code", "first_day", "last_day") if getattr(draft, name) != getattr(inputs, name)
    ]
    if not changed:
        return draft
    if draft.version != version:
        raise _stale()
    if draft.programme_id is not None and set(changed) - {"title"}:
        message = _("Code and days of a published programme do not change. Copy it to a new one instead.")
        raise Refused(Problem("programme_walls", message, changed[0]))
    refuse(days_problem(inputs.first_day, inputs.last_day))
    if inputs.code in KEPT_PROGRAMME_CODES or (
        draft.programme_id is None and Programme.objects.filter(code=inputs.code).exists()
    ):
        message = _("Another programme has this code already. Choose another code.")
        raise Refused(Problem("programme_exists", message, "code"))
    for name in changed:
        setattr(draft, name, getattr(inputs, name))
    draft.version += 1
    _touch(draft, actor, *changed, "version")
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=changed)
    return draft


def known_indicator(draft: ProgrammeDraft, code: str) -> IndicatorPlan | None:
    """Return the indicator as the programme that the draft changes has it; None where it is new."""
    if draft.programme is None:
        return None
    return next((each for each in plan_of(draft.programme).indicators if each.code == code), None)


@transaction.atomic
def save_indicator(
    *, actor: User, draft_id: UUID, indicator_id: UUID, version: int, plan: IndicatorPlan, reason: str = ""
) -> DraftIndicator:
    """Save one indicator of a draft, or with version 0 add one under that id; a removed one is there again.

    `version` is the one that was read. A save that would overwrite another's is refused (`is_stale`), and so is one that changes
    what a published indicator counts. Saving the same once more changes nothing.
    """
    draft = lock_draft(actor, draft_id)
    plan = with_code_parameters(_as_programme(draft, plan)).indicators[0]
    row = DraftIndicator.objects.filter(pk=indicator_id).first()
    if (row is None and version) or (row is not None and row.draft_id != draft.pk):
        raise Refused(Problem("draft_indicator_unknown", _("This indicator does not belong to the draft.")))
    content = (plan.code, _values(plan), reason.strip(), False)
    if row is not None:
        if content == (row.code, row.values, row.reason, row.removed):
            return row
        if row.version != version:
            raise _stale()
    problem = indicator_problem(plan, draft.first_day, draft.last_day) or _code_problem(draft, row, plan)
    if problem is not None:
        raise Refused(problem)
    _require_same_meaning(draft, plan, reason)
    if row is None:
        existing = draft.indicators.count()
        if existing >= MOST_INDICATORS:
            raise full_refusal()
        last = draft.indicators.aggregate(last=Max("position"))["last"] or 0
        row = DraftIndicator(pk=indicator_id, draft=draft, position=last + 1, version=0)
    row.code, row.values, row.reason, row.removed = content
    row.version += 1
    row.changed_by, row.changed_at = actor, clock.now()
    row.save()
    _touch(draft, actor)
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=["indicators"])
    return row


def _as_programme(draft: ProgrammeDraft, plan: IndicatorPlan) -> ProgrammePlan:
    return ProgrammePlan(draft.code, draft.title, draft.root.code, draft.first_day, draft.last_day, None, (plan,))


def _code_problem(draft: ProgrammeDraft, row: DraftIndicator | None, plan: IndicatorPlan) -> Problem | None:
    others = draft.indicators.filter(code=plan.code, removed=False)
    if row is not None:
        others = others.exclude(pk=row.pk)
        if row.code != plan.code and known_indicator(draft, row.code) is not None:
            return Problem("indicator_code", _("The code of a published indicator does not change."), "code")
    if others.exists():
        return Problem("indicator_code", _("Another indicator of the draft has this code."), "code")
    return None


def _require_same_meaning(draft: ProgrammeDraft, plan: IndicatorPlan, reason: str) -> None:
    """Refuse another meaning of a published indicator, and a change of it without a reason while the programme runs."""
    known = known_indicator(draft, plan.code)
    if known is None:
        return
    same = replace(known, **{name: getattr(plan, name) for name in _FREE_FIELDS})
    if known.denominator == "":
        # The tables decide when it is published: an indicator that nothing counts may still be given its denominator.
        same = replace(same, denominator=plan.denominator)
    if same != plan:
        message = _("What a published indicator counts does not change. Add a new indicator instead.")
        raise Refused(Problem("indicator_changed", message, "counts"))
    if (
        draft.programme is not None
        and has_begun(draft.programme)
        and not reason.strip()
        and changed_fields(known, plan)
    ):
        raise Refused(Problem("draft_reason", _("Say why it is changed: the programme runs already."), "reason"))


_FREE_FIELDS = (
    "title", "short_title", "group", "unit_of_count", "target", "basis", "why", "required_grade", "denominator_text", "due",
)  # fmt: skip


def has_begun(programme: Programme) -> bool:
    """Return whether changes of the programme need a reason."""
    return programme.first_day <= clock.today()


@transaction.atomic
def remove_indicator(
    *, actor: User, draft_id: UUID, indicator_id: UUID, version: int, removed: bool = True
) -> DraftIndicator:
    """Remove an indicator from a draft, or restore it; one of a published programme stays."""
    draft = lock_draft(actor, draft_id)
    row = draft.indicators.filter(pk=indicator_id).first()
    if row is None:
        raise Refused(Problem("draft_indicator_unknown", _("This indicator does not belong to the draft.")))
    if row.removed == removed:
        return row
    if row.version != version:
        raise _stale()
    if removed and known_indicator(draft, row.code) is not None:
        message = _("A published indicator does not vanish. Its figures and records stay where they are.")
        raise Refused(Problem("indicator_gone", message))
    if not removed and draft.indicators.filter(code=row.code, removed=False).exists():
        raise Refused(Problem("indicator_code", _("Another indicator of the draft has this code."), "code"))
    row.removed, row.version, row.changed_by, row.changed_at = removed, row.version + 1, actor, clock.now()
    row.save(update_fields=["removed", "version", "changed_by", "changed_at"])
    _touch(draft, actor)
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=["indicators"])
    return row


@transaction.atomic
def move_indicator(*, actor: User, draft_id: UUID, indicator_id: UUID, up: bool) -> None:
    """Exchange an indicator with the one above or below it in its group; at the end of the group nothing happens."""
    draft = lock_draft(actor, draft_id)
    rows = [row for row in draft.indicators.all() if not row.removed]
    moved = next((row for row in rows if row.pk == indicator_id), None)
    if moved is None:
        raise Refused(Problem("draft_indicator_unknown", _("This indicator does not belong to the draft.")))
    group = [row for row in rows if row.values["group"] == moved.values["group"]]
    place = group.index(moved) + (-1 if up else 1)
    if not 0 <= place < len(group):
        return
    other = group[place]
    moved.position, other.position = other.position, moved.position
    DraftIndicator.objects.bulk_update([moved, other], ["position"])
    draft.version += 1
    _touch(draft, actor, "version")
    record(actor=actor, action="targets.write_draft", obj=draft, unit=draft.root_id, changed=["order"])


@transaction.atomic
def discard_draft(*, actor: User, draft_id: UUID, restore: bool = False) -> ProgrammeDraft:
    """Throw a draft away, or restore one that was."""
    left, entered = (DraftState.DISCARDED, DraftState.OPEN) if restore else (DraftState.OPEN, DraftState.DISCARDED)
    if restore:
        _require_no_other(actor, draft_id)
    draft = lock_draft(actor, draft_id, states=(left,))
    draft.state = entered
    _touch(draft, actor, "state")
    action = "targets.restore_draft" if restore else "targets.discard_draft"
    record(actor=actor, action=action, obj=draft, unit=draft.root_id)
    return draft


def _require_no_other(actor: User, draft_id: UUID) -> None:
    """Refuse to restore a draft of a programme that is changed in another one by now; locks the programme."""
    draft = get_or_404(actor, policy.DRAFT, ProgrammeDraft.objects.all(), pk=draft_id)
    if draft.programme_id is None:
        return
    Programme.objects.select_for_update(of=("self",)).get(pk=draft.programme_id)
    if ProgrammeDraft.objects.filter(programme=draft.programme_id, state__in=OPEN_STATES).exists():
        raise Refused(Problem("draft_other", _("The programme is changed in another draft by now.")))
