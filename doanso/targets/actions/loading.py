"""Load a programme: its indicators, the root's targets, and the book that counts for them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption.actions import load_services
from doanso.audit.actions import record
from doanso.ledger import ports
from doanso.ledger.actions import block_counting
from doanso.ledger.books import (
    begin_book,
    drop_book,
    drop_measures,
    fill_book,
    measure_ids,
    require_measures,
)
from doanso.ledger.inputs import MeasurePlan
from doanso.ledger.models import Book
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.lib.schema.toml_tables import refuse
from doanso.targets import policy, programme_file
from doanso.targets.models import (
    MEMBERS,
    DraftState,
    Indicator,
    PlanOrigin,
    Programme,
    ProgrammeDraft,
    ProgrammeRevision,
    Target,
)
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, programme_values, row_values, with_code_parameters
from doanso.units.models import Unit
from doanso.units.queries import unit_by_code


def exempt_code(code: str) -> str:
    """Return the code of the measure of members who are exempt from an indicator."""
    return f"exempt-{code}"


def whole_code(code: str) -> str:
    """Return the code of the measure of an indicator's denominator, where a family of its own counts it."""
    return f"whole-{code}"


@dataclass(frozen=True, slots=True)
class Publication:
    """Why and from where a plan is published, and which revision of the programme it was made from.

    Without `base_number` the newest one is meant, as for a file; 0 means that the programme must not exist yet. `finish` runs
    in the transaction that writes the programme.
    """

    origin: str = PlanOrigin.FILE
    reason: str = ""
    base_number: int | None = None
    location: str = ""
    finish: Callable[[Programme], None] | None = None


def load_programme(*, actor: User | None, path: Path) -> Programme:
    """Publish the plan of a file, or publish it again after a change; an unchanged file changes nothing."""
    return publish_plan(
        actor=actor,
        plan=programme_file.read(path),
        publication=Publication(reason=_("Loaded from the file %(name)s") % {"name": path.name}, location=path.name),
    )


@dataclass(frozen=True, slots=True)
class OpenedPlan:
    """A plan whose book is open: what `write_plan` writes once the book is filled.

    `is_unfilled` says that the book has measures in which nothing is counted yet that was recorded before; `measure_ids` are the
    measures that are filled for it, by their codes.
    """

    plan: ProgrammePlan
    publication: Publication
    root: Unit
    book: Book
    measures: Mapping[str, MeasurePlan | None]
    measure_ids: Mapping[str, int]
    is_unfilled: bool


def publish_plan(*, actor: User | None, plan: ProgrammePlan, publication: Publication) -> Programme:
    """Write a plan as a programme with its indicators, the root's targets and its book; publishing it again changes nothing.

    Files and drafts are both published here. Without an actor the action is recorded as the installation's own, started by
    someone with access to the machine's commands. Refused, naming the wrong entry, before anything is written. A family that no
    app serves yet gets no measure, and its indicator reads "chưa có số liệu" until the plan is published again by a release that
    serves it.
    """
    opened = open_plan(actor=actor, plan=plan, publication=publication)
    try:
        if opened.is_unfilled:
            fill_book(opened.book)
        return write_plan(actor=actor, opened=opened)
    except Refused:
        end_unseen_counting(opened.plan.code)
        raise


def open_plan(*, actor: User | None, plan: ProgrammePlan, publication: Publication) -> OpenedPlan:
    """Check a plan and open its book, the first part of `publish_plan`. No unit sees anything of it yet.

    The book has its own short transaction; if the rest fails, the next try continues from here.
    """
    plan = with_code_parameters(plan)
    where = publication.location or plan.title
    root = unit_by_code(plan.root)
    if root is None:
        raise refuse(where, _("no unit has the code “%(code)s”. Load the units first.") % {"code": plan.root})
    if actor is not None:
        policy.LOAD.require_at(actor, root)
    _refuse_other_walls(plan, root, where)
    existing = Programme.objects.filter(code=plan.code).first()
    refuse_newer(existing, publication.base_number)
    # If the programme is refused, the services in its file are not loaded either.
    with transaction.atomic():
        if plan.services is not None:
            load_services(actor=actor, path=plan.services)
        measures = {indicator.code: _measure(indicator) for indicator in plan.indicators}
        _refuse_other_measures(plan, measures)
    all_measures = _all_measures(plan, measures)
    book = _begin_book(plan, root, all_measures)
    filled, ids = _filled_measures(existing), measure_ids(book)
    is_unfilled = any(measure.code not in filled for measure in all_measures)
    return OpenedPlan(
        plan,
        publication,
        root,
        book,
        measures,
        {measure.code: ids[measure.code] for measure in all_measures},
        is_unfilled,
    )


def end_unseen_counting(code: str) -> bool:
    """Remove what a refused publication left in the book of a code: measures that no indicator shows, and a book without a
    programme; return whether there was any.

    Another publication under the same code that is still under way goes on with them.
    """
    if not _has_unseen(code):
        return False
    with transaction.atomic():
        block_counting()
        # Read again behind the gate: a publication that began meanwhile opened the same book before it was held.
        book = Book.objects.filter(code=code).first()
        if book is None or ProgrammeDraft.objects.filter(code=code, state=DraftState.PUBLISHING).exists():
            return False
        programme = Programme.objects.filter(book=book).first()
        if programme is None:
            return drop_book(book)
        return drop_measures(book, keep=_filled_measures(programme)) > 0


def _has_unseen(code: str) -> bool:
    book = Book.objects.filter(code=code).first()
    if book is None:
        return False
    programme = Programme.objects.filter(book=book).first()
    return programme is None or not measure_ids(book).keys() <= _filled_measures(programme)


def _begin_book(plan: ProgrammePlan, root: Unit, measures: Sequence[MeasurePlan]) -> Book:
    try:
        return begin_book(
            code=plan.code, root=root, first_day=plan.first_day, last_day=plan.last_day, measures=measures
        )
    except Refused as refused:
        if refused.problem.code not in ("book-differs", "measure-differs"):
            raise
        # A book that an earlier try opened, which was refused after that or whose draft was changed since.
        message = _(
            "The code “%(code)s” was used by an earlier try with other days or other content. Give the programme another code."
        )
        raise Refused(Problem("programme_exists", message % {"code": plan.code}, "code")) from refused


def _filled_measures(programme: Programme | None) -> set[str]:
    """Return the codes of measures of written indicators: an indicator is written when its measures are filled."""
    if programme is None:
        return set()
    rows = Indicator.objects.filter(programme=programme).values_list("numerator", "denominator", "exempt")
    return {code for codes in rows for code in codes if code}


def newest_revision(programme: Programme) -> int:
    """Return the number of the newest revision; 0 where there is none."""
    return programme.revisions.aggregate(newest=Max("number"))["newest"] or 0


def refuse_newer(programme: Programme | None, base_number: int | None) -> None:
    """Refuse if the programme is newer than the revision from which a plan was made."""
    if base_number is None or (programme is None and base_number == 0):
        return
    if base_number == 0:
        message = _("Another programme has this code already. Choose another code.")
        raise Refused(Problem("programme_exists", message, "code"))
    if programme is None or newest_revision(programme) != base_number:
        message = _("The programme was changed after this draft was made. Take over that change first.")
        raise Refused(Problem("programme_newer", message))


def _measure(indicator: IndicatorPlan) -> MeasurePlan | None:
    return _counted_by(indicator, indicator.family, indicator.code, indicator.least_grade)


def _whole(indicator: IndicatorPlan) -> MeasurePlan | None:
    """Return the measure of the indicator's denominator if a family counts it; the same parameters select both sides."""
    if indicator.denominator in ("", MEMBERS):
        return None
    return _counted_by(indicator, indicator.denominator, whole_code(indicator.code), least_grade=0)


def _counted_by(indicator: IndicatorPlan, name: str, code: str, least_grade: int) -> MeasurePlan | None:
    family = ports.family(name)
    if family is None:
        return None
    try:
        key = family.resolve(indicator.parameters)
    except Refused as error:
        raise refuse(_("indicator") + f" {indicator.code}", error.problem.message, error.problem.code) from error
    return MeasurePlan(code=code, family=name, topic=key.topic, level=key.level, least_grade=least_grade, kind=key.kind)


def _all_measures(plan: ProgrammePlan, measures: Mapping[str, MeasurePlan | None]) -> Sequence[MeasurePlan]:
    measure_plans = [measure for measure in measures.values() if measure is not None]
    of_members = [
        planned for planned in plan.indicators if planned.denominator == MEMBERS and measures[planned.code] is not None
    ]
    if of_members:
        measure_plans.append(MeasurePlan(code=MEMBERS, family="members.active", least_grade=0))
    measure_plans += [
        MeasurePlan(code=exempt_code(planned.code), family="members.exempt", topic=planned.code, least_grade=0)
        for planned in of_members
    ]
    return measure_plans + [
        denominator
        for planned in plan.indicators
        if measures[planned.code] and (denominator := _whole(planned)) is not None
    ]


def _refuse_other_walls(plan: ProgrammePlan, root: Unit, where: str) -> None:
    existing = Programme.objects.filter(code=plan.code).first()
    if existing is None:
        return
    stored = (existing.root_id, existing.first_day, existing.last_day)
    if stored != (root.pk, plan.first_day, plan.last_day):
        raise refuse(
            where,
            _("the unit and the days of a programme do not change once it is loaded. Load it under another code."),
            "programme_walls",
        )


def _refuse_other_measures(plan: ProgrammePlan, measures: Mapping[str, MeasurePlan | None]) -> None:
    """Refuse a file that changes what an indicator counts: figures already shown must keep their meaning."""
    for indicator in Indicator.objects.filter(programme__code=plan.code).select_related("programme__book"):
        where = _("indicator") + f" {indicator.code}"
        planned = next((candidate for candidate in plan.indicators if candidate.code == indicator.code), None)
        if planned is None:
            raise refuse(where, _("it was loaded before and is missing from the file. Put it back."), "indicator_gone")
        denominator = indicator.parameters.get("denominator", "")
        # An indicator that no app has counted yet has shown no figure, so its denominator may still be set.
        same_whole = planned.denominator == denominator or (not denominator and not indicator.numerator)
        same_counts = dict(planned.parameters) == indicator.parameters.get("counts", {})
        if (planned.kind, planned.family) != (indicator.kind, indicator.family) or not (same_whole and same_counts):
            raise refuse(
                where,
                _("what it counts does not change once it is loaded. Give the new indicator a code of its own."),
                "indicator_changed",
            )


@transaction.atomic
def write_plan(*, actor: User | None, opened: OpenedPlan) -> Programme:
    """Write the programme of an opened plan whose book is filled, the last part of `publish_plan`."""
    plan, publication, root = opened.plan, opened.publication, opened.root
    programme, created = Programme.objects.select_for_update().get_or_create(
        code=plan.code,
        defaults={
            "title": plan.title,
            "root": root,
            "book": opened.book,
            "first_day": plan.first_day,
            "last_day": plan.last_day,
            "known_families": sorted(description.family for description in ports.family_descriptions()),
        },
    )
    refuse_newer(None if created else programme, publication.base_number)
    changed = {"title"} if programme.title != plan.title else set()
    if changed:
        programme.title = plan.title
        programme.save(update_fields=["title"])
    changed |= _write_indicators(programme, plan, opened.measures, is_new=created)
    if created or changed:
        _write_revision(actor, programme, plan, publication)
        record(actor=actor, action="targets.load", obj=programme, unit=root, changed=sorted(changed))
    if publication.finish is not None:
        publication.finish(programme)
    require_measures(opened.book, opened.measure_ids)
    return programme


def _write_revision(actor: User | None, programme: Programme, plan: ProgrammePlan, publication: Publication) -> None:
    """Store the plan as the programme's next revision; the programme is locked."""
    ProgrammeRevision.objects.create(
        programme=programme,
        number=newest_revision(programme) + 1,
        plan=programme_values(plan),
        origin=publication.origin,
        reason=publication.reason,
        made_by=actor,
        made_at=clock.now(),
    )


def _write_indicators(
    programme: Programme, plan: ProgrammePlan, measures: Mapping[str, MeasurePlan | None], *, is_new: bool
) -> set[str]:
    """Write the file's indicators and the root's targets, and return which of them changed: "indicators", "order", "targets".

    The programme is locked.
    """
    existing = {indicator.code: indicator for indicator in Indicator.objects.filter(programme=programme)}
    owed = Target.objects.filter(indicator__programme=programme, unit_id=programme.root_id).order_by("version")
    latest = {target.indicator_id: target for target in owed}
    changed: set[str] = set()
    new_indicators: list[Indicator] = []
    new_targets: list[Target] = []
    for position, planned in enumerate(plan.indicators, start=1):
        fields = _indicator_fields(planned, position, measures[planned.code])
        indicator = existing.get(planned.code)
        if indicator is None:
            indicator = Indicator(programme=programme, code=planned.code, **fields)
            new_indicators.append(indicator)
        elif different := [name for name, value in fields.items() if getattr(indicator, name) != value]:
            for name in different:
                setattr(indicator, name, fields[name])
            indicator.save(update_fields=different)
            changed |= {"order" if name in ("position", "group") else "indicators" for name in different}
        target = _changed_target(programme, indicator, planned, latest.get(indicator.pk), is_new=is_new)
        if target is not None:
            new_targets.append(target)
    if new_indicators:
        Indicator.objects.bulk_create(new_indicators)
        changed.add("indicators")
    if new_targets:
        Target.objects.bulk_create(new_targets)
        changed.add("targets")
    return changed


def _indicator_fields(plan: IndicatorPlan, position: int, measure: MeasurePlan | None) -> dict[str, Any]:
    of_members = measure is not None and plan.denominator == MEMBERS
    denominator = _whole(plan) if measure is not None else None
    return row_values(plan) | {
        "numerator": measure.code if measure is not None else "",
        "denominator": MEMBERS if of_members else denominator.code if denominator is not None else "",
        "exempt": exempt_code(plan.code) if of_members else "",
        "position": position,
    }


def _changed_target(
    programme: Programme, indicator: Indicator, plan: IndicatorPlan, latest: Target | None, *, is_new: bool
) -> Target | None:
    """Return the next version of the root's target, not saved yet; None where the file states the version in force.

    `is_new` says that the whole programme is: then its targets hold from its first day, also when it is published later.
    """
    if latest is not None and (latest.value, latest.basis, latest.why) == (plan.target, plan.basis, plan.why):
        return None
    today = clock.today()
    return Target(
        indicator=indicator,
        unit_id=programme.root_id,
        value=plan.target,
        basis=plan.basis,
        why=plan.why,
        version=latest.version + 1 if latest is not None else 1,
        # What was shown of earlier days does not change: a changed number, or that of an indicator which is added to a running
        # programme, holds from the day on which it is loaded. Else closed months would show a new indicator at risk.
        since=today if not is_new and today > programme.first_day else None,
    )
