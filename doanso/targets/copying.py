"""A plan carried into another year: its days, its title and code, and what becomes of each indicator."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cache

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib.next_year import with_later_years, years_later
from doanso.targets import programme_file
from doanso.targets.models import Basis
from doanso.targets.plans import IndicatorPlan, ProgrammePlan, largest_target


class CopyChoice(StrEnum):
    """What becomes of an indicator in the copy."""

    KEEP = "keep"
    CHANGE = "change"
    DROP = "drop"


COPY_CHOICES = (
    (CopyChoice.KEEP, gettext_lazy("Keep as it is")),
    (CopyChoice.CHANGE, gettext_lazy("Change the number")),
    (CopyChoice.DROP, gettext_lazy("Leave out")),
)


@cache
def shipped_programmes() -> Mapping[str, ProgrammePlan]:
    """Return the programmes that ship as templates, by code."""
    paths = sorted((settings.ROOT / "programmes").glob("*.toml"))
    plans = [programme_file.read(path) for path in paths if path.name not in ("services.toml", "places.toml")]
    return {plan.code: plan for plan in plans}


def years_ahead(plan: ProgrammePlan, not_before: int) -> int:
    """Return by how many years a copy lies later, so that it begins after the plan's last day and in that year or later."""
    years = max(1, not_before - plan.first_day.year)
    while years_later(plan.first_day, years) <= plan.last_day:
        years += 1
    return years


def shift_plan(plan: ProgrammePlan, years: int) -> ProgrammePlan:
    """Return the plan some years later, all indicators kept."""
    return replace(
        plan,
        code=with_later_years(plan.code, years),
        title=with_later_years(plan.title, years),
        first_day=years_later(plan.first_day, years),
        last_day=years_later(plan.last_day, years),
        services=None,
        indicators=tuple(
            replace(indicator, due=tuple(years_later(day, years) for day in indicator.due))
            for indicator in plan.indicators
        ),
    )


@dataclass(frozen=True, slots=True)
class CopiedIndicator:
    """One indicator of the source with what becomes of it: the choice, the number, and a sentence for a changed number."""

    plan: IndicatorPlan
    choice: CopyChoice
    target: int | None
    why: str

    @property
    def problem(self) -> str:
        """What is wrong with the number, in words."""
        if self.choice is CopyChoice.DROP:
            return ""
        most = largest_target(self.plan.kind)
        if self.target is None or not 1 <= self.target <= most:
            return _("Write a whole number from 1 to %(most)s.") % {"most": f"{most:,}".replace(",", ".")}
        if len(self.plan.due) > self.target:
            return _("The milestones have more due days than this number.")
        return ""

    def new_plan(self) -> IndicatorPlan | None:
        """Return the indicator of the copy; None where it is left out. Another number keeps no basis of the old one."""
        if self.choice is CopyChoice.DROP or self.target is None:
            return None
        if self.target == self.plan.target:
            return replace(self.plan, why=self.why or self.plan.why)
        return replace(self.plan, target=self.target, why=self.why, basis=Basis.ASSUMED if self.why else Basis.STATED)


def read_choices(
    plan: ProgrammePlan, data: Mapping[str, str], numbers: Mapping[str, int | None]
) -> list[CopiedIndicator]:
    """Return what becomes of each indicator, as a form says it.

    A number that differs is a changed one, also where "keep" was left standing.
    """
    rows = []
    for indicator in plan.indicators:
        said = data.get(f"do-{indicator.code}", CopyChoice.KEEP)
        choice = CopyChoice(said) if said in list(CopyChoice) else CopyChoice.KEEP
        target = numbers[indicator.code]
        if choice is not CopyChoice.DROP:
            choice = CopyChoice.KEEP if target == indicator.target else CopyChoice.CHANGE
        rows.append(CopiedIndicator(indicator, choice, target, data.get(f"why-{indicator.code}", "").strip()[:300]))
    return rows


def unused_code(code: str, taken: Collection[str]) -> str:
    """Return the code, with a number behind it where it is taken."""
    number, proposed = 1, code
    while proposed in taken:
        number += 1
        proposed = f"{code}-{number}"
    return proposed


def counted_choices(rows: Sequence[CopiedIndicator]) -> dict[str, int]:
    """Return how many indicators are kept, changed and left out."""
    return {str(choice): sum(row.choice is choice for row in rows) for choice in CopyChoice}
