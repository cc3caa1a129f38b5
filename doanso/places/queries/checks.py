"""Reads of dated checks."""

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


def file_of(place: Place, file_id: UUID) -> CheckFile | None:
    """Return a file of one of the place's checks."""
    return CheckFile.objects.select_related("blob").filter(pk=file_id, check_of__place=place).first()
