"""Queries for the targets of units, their answers, and what waits for an answer or a decision."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.db.models.expressions import Combinable, NegatedExpression

from doanso.targets import rules
from doanso.targets.models import Answer, AnswerKind, Indicator, Programme, Settlement, Target
from doanso.targets.rules import AnswerState
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class GivenTarget:
    """One version of a unit's target, with its answers and the decision on the newest one."""

    target: Target
    answers: Sequence[Answer]
    agreed: bool
    """Whether this version adopted the number that the unit had asked for."""

    @property
    def answer(self) -> Answer | None:
        """The newest answer, which is in force."""
        return self.answers[-1] if self.answers else None

    @property
    def settlement(self) -> Settlement | None:
        """The giving unit's decision on it."""
        return getattr(self.answer, "settlement", None) if self.answer is not None else None

    @property
    def state(self) -> AnswerState:
        """The state of the negotiation."""
        return rules.answer_state(
            self.answer.kind if self.answer is not None else "",
            settled=self.settlement is not None or self.agreed,
        )

    @property
    def asks_for_an_answer(self) -> bool:
        """Whether it was given and is neither accepted nor countered; a withdrawn target needs no answer."""
        return self.target.allocation is not None and self.target.value > 0 and self.state == AnswerState.PROPOSED


def _versions() -> QuerySet[Target]:
    answers = Answer.objects.select_related("settlement__settled_by", "answered_by").order_by("answered_at", "pk")
    return Target.objects.select_related(
        "indicator", "allocation__unit", "allocation__made_by", "settled_by__answer"
    ).prefetch_related(Prefetch("answers", queryset=answers))


def _given(target: Target) -> GivenTarget:
    return GivenTarget(target, list(target.answers.all()), agreed=hasattr(target, "settled_by"))


def newest_targets(indicator: Indicator, unit_ids: Collection[UUID]) -> dict[UUID, GivenTarget]:
    """Return the newest version of each unit, whatever the day from which it holds; two statements."""
    targets = _versions().filter(indicator=indicator, unit_id__in=list(unit_ids)).order_by("version")
    return {target.unit_id: _given(target) for target in targets}


def versions_of(indicator: Indicator, unit: Unit) -> list[GivenTarget]:
    """Return every version of a unit's target, newest first."""
    return [_given(target) for target in _versions().filter(indicator=indicator, unit=unit).order_by("-version")]


def version_in_force(versions: Iterable[GivenTarget], on: date) -> GivenTarget | None:
    """Return the version in force on a day; `versions` is listed newest first."""
    return next((version for version in versions if version.target.since is None or version.target.since <= on), None)


def _is_newest() -> "NegatedExpression[Combinable]":
    later = Target.objects.filter(
        indicator=OuterRef("indicator"), unit=OuterRef("unit"), version__gt=OuterRef("version")
    )
    return ~Exists(later)


def newest_targets_of_units(
    programme: Programme, unit_ids: Collection[UUID]
) -> Mapping[tuple[UUID, UUID], GivenTarget]:
    """Return the newest version by indicator and unit, of many units at once; two statements."""
    newest = _versions().filter(_is_newest(), indicator__programme=programme, unit_id__in=list(unit_ids))
    return {(target.indicator_id, target.unit_id): _given(target) for target in newest}


def unanswered_targets(programme: Programme, unit_ids: Collection[UUID], on: date) -> QuerySet[Target]:
    """Return the targets of these units, in force on a day, that ask for an answer (`GivenTarget.asks_for_an_answer`)."""
    begun = Q(since=None) | Q(since__lte=on)
    given = Target.objects.filter(begun, _is_newest(), indicator__programme=programme, unit_id__in=list(unit_ids))
    return given.filter(allocation__isnull=False, value__gt=0, answers=None, settled_by=None).order_by()


@dataclass(frozen=True, slots=True)
class PendingTarget:
    """A target that waits for a unit's answer or for the decision on a counter."""

    given: GivenTarget
    unit: NamedUnit

    @property
    def indicator(self) -> Indicator:
        """The indicator of the target."""
        return self.given.target.indicator


def pending_answers(programme: Programme, unit: Unit) -> list[PendingTarget]:
    """Return the targets given to the unit that it has neither accepted nor countered."""
    named = units.named_unit(unit)
    return [
        PendingTarget(version, named)
        for version in newest_targets_of_units(programme, [unit.pk]).values()
        if version.asks_for_an_answer
    ]


def pending_settlements(programme: Programme, unit: Unit) -> list[PendingTarget]:
    """Return the counters of units below to targets of this unit that are still to be decided."""
    below = {child.id: child for child in units.children(unit)}
    newest = newest_targets_of_units(programme, list(below))
    return [
        PendingTarget(version, below[version.target.unit_id])
        for version in newest.values()
        if version.state == AnswerState.COUNTERED
        and version.target.allocation is not None
        and version.target.allocation.unit_id == unit.pk
    ]


def awaiting_answer(programme: Programme, unit: Unit) -> QuerySet[Target]:
    """Return the targets of `pending_answers` as a queryset, for counting."""
    answers = Answer.objects.filter(target=OuterRef("pk"))
    given_targets = Target.objects.filter(
        indicator__programme=programme, unit=unit, allocation__isnull=False, value__gt=0
    )
    return given_targets.filter(_is_newest(), ~Exists(answers), settled_by=None)


def awaiting_settlement(programme: Programme, unit: Unit) -> QuerySet[Target]:
    """Return the targets of `pending_settlements` as a queryset, for counting."""
    later = Answer.objects.filter(target=OuterRef("target")).filter(
        Q(answered_at__gt=OuterRef("answered_at")) | Q(answered_at=OuterRef("answered_at"), pk__gt=OuterRef("pk"))
    )
    countered = Answer.objects.filter(~Exists(later), target=OuterRef("pk"), kind=AnswerKind.COUNTERED, settlement=None)
    given_targets = Target.objects.filter(
        indicator__programme=programme, allocation__unit=unit, unit__in=units.children_queryset(unit).values("pk")
    )
    return given_targets.filter(_is_newest(), Exists(countered), settled_by=None)
