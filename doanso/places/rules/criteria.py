"""What a criterion may say, on plain values."""

from django.utils.translation import gettext as _

from doanso.lib.problems import Problem
from doanso.places.formulas import formula
from doanso.places.kinds import CriterionPlan
from doanso.places.models import ThresholdKind


def criterion_problem(plan: CriterionPlan) -> Problem | None:
    """Return what is missing or does not fit in a criterion."""
    if not plan.title.strip():
        return Problem("criterion_title", _("Say what is to be reached, in a few words."), "title")
    if not plan.group.strip():
        return Problem("criterion_group", _("Name the group, such as “Hộ dân tham gia”."), "group")
    chosen = formula(plan.formula)
    if chosen is None:
        return Problem("criterion_formula", _("Choose how the value is known."), "formula")
    if plan.threshold_kind not in chosen.kinds:
        message = _("“%(formula)s” does not give such a value; choose another kind of threshold.")
        return Problem("criterion_threshold_kind", message % {"formula": chosen.title}, "threshold_kind")
    if plan.threshold_kind == ThresholdKind.SHARE and not 1 <= plan.threshold <= 1000:
        return Problem("criterion_threshold", _("Enter a percentage above 0 and up to 100."), "threshold")
    if plan.threshold < 1:
        return Problem("criterion_threshold", _("Enter a whole number from 1 on."), "threshold")
    if plan.second_threshold is not None:
        if not chosen.second:
            message = _("“%(formula)s” counts one thing only; leave the second threshold empty.")
            return Problem("criterion_second", message % {"formula": chosen.title}, "second_threshold")
        if not 1 <= plan.second_threshold <= 1000:
            return Problem("criterion_second", _("Enter a percentage above 0 and up to 100."), "second_threshold")
    return None
