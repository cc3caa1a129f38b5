"""The board of a place's criteria as its page shows it: by group, each with value, threshold, source and next step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from doanso.lib import formats
from doanso.places import queries
from doanso.places.formulas import LIST_PAGE, formula
from doanso.places.kinds import kind_named
from doanso.places.models import Assessment, Criterion, KnownFrom, Place, PlaceGap, PlaceState, ThresholdKind
from doanso.places.queries.assessments import judgements_of
from doanso.places.rules import CriterionJudgement
from doanso.places.wording import threshold_words, value_words


@dataclass(frozen=True, slots=True)
class CriterionLine:
    """One criterion.

    `values` are its value and that of the second measure, `before` those at the baseline; `still` is what is missing in words,
    `url` where the value is made.
    """

    criterion: Criterion
    state: str
    passed: bool
    values: list[str]
    threshold: str
    source: str
    before: str
    still: str
    next_step: str
    url: str
    gap: PlaceGap | None


@dataclass(slots=True)
class BoardGroup:
    """A group of criteria."""

    title: str
    rows: list[CriterionLine] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Board:
    """All criteria of a place on a day."""

    groups: list[BoardGroup]
    passed: int
    count: int

    @property
    def is_passed(self) -> bool:
        """Return whether all criteria are reached."""
        return self.count > 0 and self.passed == self.count

    @property
    def missing(self) -> int:
        """Return how many criteria are not reached."""
        return self.count - self.passed


def board_of(place: Place, on: date, assessments: Sequence[Assessment], gaps: Mapping[UUID, PlaceGap]) -> Board:
    """Return the criteria as of a day, with the baseline and the open assignments beside them."""
    judgements = judgements_of(place, on)
    baseline = next((each for each in reversed(assessments) if each.stage == "baseline"), None)
    kept = queries.values_of([baseline])[baseline.pk] if baseline is not None else {}
    groups: list[BoardGroup] = []
    for judgement in judgements:
        criterion = judgement.criterion
        if not groups or groups[-1].title != criterion.group:
            groups.append(BoardGroup(criterion.group))
        before = kept.get(criterion.number)
        same_set = baseline is not None and baseline.criteria_set_id == place.criteria_set_id
        words = value_words(criterion, before) if before is not None and same_set else ""
        groups[-1].rows.append(_row(place, judgement, words, gaps.get(criterion.pk)))
    passed = sum(judgement.passed for judgement in judgements)
    return Board(groups, passed, len(judgements))


def _row(place: Place, judgement: CriterionJudgement, before: str, gap: PlaceGap | None) -> CriterionLine:
    criterion = judgement.criterion
    registered = formula(criterion.formula)
    return CriterionLine(
        criterion=criterion,
        state=judgement.state,
        passed=judgement.passed,
        values=value_words(criterion, judgement.value).split("; "),
        threshold=threshold_words(criterion),
        source=_source(judgement),
        before=before,
        still=_still(judgement),
        next_step=str(registered.next_step) if registered is not None and not judgement.passed else "",
        url=_address(place, criterion),
        gap=gap,
    )


def _source(judgement: CriterionJudgement) -> str:
    """Return how a value is known: from records, or from a check of a day."""
    value = judgement.value
    if value.known_from == KnownFrom.NOTHING:
        return ""
    day = formats.day(value.known_on) if value.known_on is not None else ""
    if value.known_from == KnownFrom.CHECK:
        return _("checked on %(day)s") % {"day": day} if day else _("from a check")
    return _("from records, newest of %(day)s") % {"day": day} if day else _("from records")


def _still(judgement: CriterionJudgement) -> str:
    """Return what is missing for the threshold, in the formula's own words."""
    criterion, registered = judgement.criterion, formula(judgement.criterion.formula)
    if judgement.passed or criterion.threshold_kind == ThresholdKind.YES:
        return ""
    words = []
    what = str(criterion.parameters.get("counted") or (registered.numerator if registered is not None else ""))
    if judgement.missing:
        words.append(_more(judgement.missing, what))
    if judgement.second_missing:
        words.append(_more(judgement.second_missing, str(registered.second) if registered is not None else ""))
    return "; ".join(words)


def _more(count: int, what: str) -> str:
    words = {"count": formats.number(count), "what": what}
    return (ngettext("%(count)s more %(what)s", "%(count)s more %(what)s", count) % words).rstrip()


def _address(place: Place, criterion: Criterion) -> str:
    """Return the page where the value is made, "" where the formula names none."""
    registered = formula(criterion.formula)
    if registered is None or not registered.url_name:
        return ""
    name = registered.url_name
    if name == LIST_PAGE:
        name = "places:stalls" if kind_named(place.kind).is_market else "places:addresses"
    return reverse(name, args=[place.pk])


_ORDER = {
    PlaceState.PREPARING: 1,
    PlaceState.SURVEYED: 2,
    PlaceState.IN_PROGRESS: 3,
    PlaceState.SELF_ASSESSED: 4,
    PlaceState.ASSESSED: 5,
    PlaceState.RECOGNISED: 7,
    PlaceState.REFUSED: 3,
    PlaceState.WITHDRAWN: 3,
    PlaceState.STOPPED: 1,
}


@dataclass(frozen=True, slots=True)
class LifeSteps:
    """The steps of the life cycle with the number of the current one."""

    words: list[str]
    now: int


def steps_of(place: Place) -> LifeSteps:
    """Return the way from the list to the recognition, and where the place stands."""
    words = [
        pgettext("step", "List"),
        _("Survey ended"),
        _("Work"),
        pgettext("step", "Sent"),
        _("Assessed"),
        pgettext("step", "Recognised"),
    ]
    return LifeSteps(words, _ORDER[PlaceState(place.state)])
