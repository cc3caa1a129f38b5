"""Reads of dated checks."""

from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from doanso.places.models import CheckFile, Criterion, CriterionCheck, Place
from doanso.places.values.checks import CHECK_FORMULAS


def checks_of(place: Place) -> QuerySet[CriterionCheck]:
    """Return the checks of a place, newest first, with what a list shows of them."""
    checks = CriterionCheck.objects.filter(place=place).select_related("criterion", "recorded_by", "corrected_by")
    return checks.prefetch_related("files__blob").order_by("-checked_on", "-pk")


def checked_criteria(place: Place) -> list[Criterion]:
    """Return the place's criteria that are known by checks alone, in order."""
    return list(
        Criterion.objects.filter(criteria_set=place.criteria_set_id, formula__in=CHECK_FORMULAS).order_by("number")
    )


class CheckedCriterion(NamedTuple):
    """A criterion that people check, with its checks, newest first."""

    criterion: Criterion
    checks: list[CriterionCheck]


def criteria_with_checks(place: Place) -> list[CheckedCriterion]:
    """Return the place's checked criteria with their checks; four statements.

    Checks of an earlier version of the criteria stand under the criterion of the same number and title, as for its value.
    """
    by_criterion: dict[tuple[int, str], list[CriterionCheck]] = {}
    for check in checks_of(place)[:200]:
        by_criterion.setdefault((check.criterion.number, check.criterion.title), []).append(check)
    return [
        CheckedCriterion(criterion, by_criterion.get((criterion.number, criterion.title), []))
        for criterion in checked_criteria(place)
    ]


def file_of(place: Place, file_id: UUID) -> CheckFile | None:
    """Return a file of one of the place's checks."""
    files = CheckFile.objects.select_related("blob", "check_of__place")
    return files.filter(pk=file_id, check_of__place=place).first()
