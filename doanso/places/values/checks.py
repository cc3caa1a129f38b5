"""Values that people enter as dated checks: numbers that somebody counted, or yes or no."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from doanso.places.formulas import Formula, Value, register_formula
from doanso.places.models import Criterion, KnownFrom, Place, ThresholdKind
from doanso.places.models.registers import CriterionCheck

CHECK_FORMULAS = {
    "check.share": ThresholdKind.SHARE,
    "check.count": ThresholdKind.COUNT,
    "check.yes": ThresholdKind.YES,
}
"""Formulas of dated checks, with the kind of threshold that each fits."""


def read_checks(place: Place, criteria: Sequence[Criterion], on: date) -> dict[UUID, Value]:
    """Return the newest check of each criterion up to a day that was not corrected; one statement.

    A check stays valid when the place moves to a newer version of its criteria in which the criterion has the same number and
    title.
    """
    wanted = {(criterion.number, criterion.title): criterion.pk for criterion in criteria}
    checks = CriterionCheck.objects.filter(place=place, checked_on__lte=on, corrected_by=None).order_by(
        "checked_on", "pk"
    )
    columns = ("criterion__number", "criterion__title", "pk", "checked_on", "numerator", "denominator")
    values: dict[UUID, Value] = {}
    for number, title, check_id, checked_on, numerator, denominator in checks.values_list(*columns):
        criterion_id = wanted.get((number, title))
        if criterion_id is not None:
            values[criterion_id] = Value(
                numerator, denominator, KnownFrom.CHECK, known_on=checked_on, check_id=check_id
            )
    return values


def register() -> None:
    """Register the formulas of dated checks."""
    counted, whole = _("what is counted"), _("out of what")
    titles = {
        "check.share": _("A dated check: so many out of so many"),
        "check.count": _("A dated check: a number"),
        "check.yes": _("A dated check: yes or no"),
    }
    parameters = {"check.share": {"counted": counted, "whole": whole}, "check.count": {"counted": counted}}
    for code, threshold_kind in CHECK_FORMULAS.items():
        register_formula(
            Formula(
                code,
                titles[code],
                read=read_checks,
                kinds=(threshold_kind,),
                parameters=parameters.get(code),
                is_check=True,
                next_step=_("Check it at the place, and enter day, result and a photo."),
                url_name="places:checks",
            )
        )
