"""Drafts in words: what a target means, and what differs between two versions of an indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.lib import formats
from doanso.lib.templatetags.ds import GRADES
from doanso.targets import counting, rules
from doanso.targets.models import MEMBERS, Basis, DraftIndicator, IndicatorGroup, IndicatorKind
from doanso.targets.plans import IndicatorPlan, is_share
from doanso.targets.queries.plans import IndicatorChange

_FIELDS = {
    "title": gettext_lazy("Full title"),
    "short_title": gettext_lazy("Name on the screen"),
    "kind": gettext_lazy("Kind of indicator"),
    "group": gettext_lazy("Heading of the dashboard"),
    "unit_of_count": gettext_lazy("Counted in units of"),
    "target": gettext_lazy("Level"),
    "basis": gettext_lazy("Where the number comes from"),
    "why": gettext_lazy("Basis"),
    "family": gettext_lazy("What is counted"),
    "parameters": gettext_lazy("What is counted"),
    "required_grade": gettext_lazy("Evidence that is needed"),
    "least_grade": gettext_lazy("Evidence from which it counts"),
    "denominator": gettext_lazy("Denominator: of whom or what"),
    "denominator_text": gettext_lazy("Denominator in words"),
    "due": gettext_lazy("Due days of the milestones"),
    "first_day": gettext_lazy("From the day"),
    "last_day": gettext_lazy("To the day"),
    "code": gettext_lazy("Code"),
}


def field_name(name: str) -> str:
    """Return the name of a plan's field as a form shows it."""
    return str(_FIELDS[name])


def target_words(kind: str, target: int, unit_of_count: str) -> str:
    """Return a target as lists show it: "80%", "5.000 người dân"."""
    return f"{formats.number(target)}%" if is_share(kind) else f"{formats.number(target)} {unit_of_count}"


def target_of(plan: IndicatorPlan) -> str:
    """Return an indicator's target as lists show it."""
    return target_words(plan.kind, plan.target, plan.unit_of_count)


def lacks_basis(plan: IndicatorPlan) -> bool:
    """Return whether nothing says where the number comes from."""
    return not plan.why.strip()


def value_words(plan: IndicatorPlan, name: str) -> str:
    """Return one field of an indicator in words."""
    value: Any = getattr(plan, name)
    if name == "target":
        return target_of(plan)
    if name in ("kind", "group", "basis"):
        labels: dict[str, Any] = {"kind": IndicatorKind, "group": IndicatorGroup, "basis": Basis}
        return str(labels[name](value).label)
    if name in ("required_grade", "least_grade"):
        return str(GRADES[value])
    if name == "due":
        return "; ".join(formats.day(day) for day in value)
    if name == "denominator":
        return counting.denominator_title(value) or value
    return ", ".join(f"{key} = {each}" for key, each in value.items()) if name == "parameters" else str(value)


def form_value(value: str | date) -> str:
    """Return a title, a code or a day as a form shows it."""
    return formats.day(value) if isinstance(value, date) else value


@dataclass(frozen=True, slots=True)
class PlanDifference:
    """One field before and after, in words."""

    name: str
    before: str
    after: str


def describe_differences(change: IndicatorChange) -> list[PlanDifference]:
    """Return what a change changes, the number first."""
    before = change.before
    if before is None:
        return []
    names = sorted(change.fields, key=lambda name: name != "target")
    return [
        PlanDifference(field_name(name), value_words(before, name), value_words(change.indicator, name))
        for name in names
    ]


def target_meaning(plan: IndicatorPlan, *, members: int | None, first_day: date, last_day: date) -> str:
    """Return in one sentence what the target asks of the root unit; `members` is its number of members today, if known."""
    return meaning_words(
        plan.kind,
        plan.target,
        plan.unit_of_count,
        plan.denominator,
        members=members,
        first_day=first_day,
        last_day=last_day,
    )


def meaning_words(
    kind: str,
    target: int,
    unit_of_count: str,
    denominator: str,
    *,
    members: int | None,
    first_day: date,
    last_day: date,
) -> str:
    """Return the sentence of `target_meaning` from single values."""
    until = formats.day(last_day)
    if is_share(kind) and denominator == MEMBERS and members:
        people = rules.needed_for(target, members)
        values = {
            "target": formats.number(target), "members": formats.number(members), "people": formats.number(people),
            "until": until,
        }  # fmt: skip
        return _("That is %(target)s%% × %(members)s members = %(people)s people, by %(until)s.") % values
    if kind == IndicatorKind.RULE:
        return _("That is %(target)s in every 100, all the time: there is no growing pace.") % {"target": target}
    if is_share(kind):
        return _("That is %(target)s in every 100 by %(until)s.") % {"target": target, "until": until}
    what = {"target": f"{formats.number(target)} {unit_of_count}", "first": formats.day(first_day), "until": until}
    if kind == IndicatorKind.MILESTONE:
        return _("That is %(target)s between %(first)s and %(until)s.") % what
    weeks = max(1, ((last_day - first_day).days + 1) // 7)
    return _("That is %(target)s between %(first)s and %(until)s, about %(week)s every week.") % {
        **what, "week": formats.number(-(-target // weeks)),
    }  # fmt: skip


@dataclass(frozen=True, slots=True)
class DraftLine:
    """One indicator of a draft as its list shows it; `number` is "1d": the place of its heading and its own in it."""

    row: DraftIndicator
    plan: IndicatorPlan
    number: str
    first: bool
    last: bool

    @property
    def target(self) -> str:
        """The target in words."""
        return target_of(self.plan)

    @property
    def kind(self) -> str:
        """The kind's name."""
        return str(IndicatorKind(self.plan.kind).label)

    @property
    def lacks_basis(self) -> bool:
        """Whether nothing says where its number comes from."""
        return lacks_basis(self.plan)


def grouped_draft_lines(rows: Sequence[tuple[DraftIndicator, IndicatorPlan]]) -> list[tuple[str, list[DraftLine]]]:
    """Return a draft's indicators under their headings, numbered 1a, 1b, 2a."""
    sections: list[tuple[str, list[DraftLine]]] = []
    for group in IndicatorGroup.values:
        members = [(row, plan) for row, plan in rows if plan.group == group and not row.removed]
        if not members:
            continue
        head = len(sections) + 1
        lines = [
            DraftLine(row, plan, f"{head}{_letter(place)}", place == 0, place == len(members) - 1)
            for place, (row, plan) in enumerate(members)
        ]
        sections.append((str(IndicatorGroup(group).label), lines))
    return sections


def _letter(place: int) -> str:
    return (_letter(place // 26 - 1) if place >= 26 else "") + chr(ord("a") + place % 26)
