"""Deeds on numbers: drawn under their series' lock, for ever; kept free or given up with a reason, never given out twice."""

from datetime import date
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.kinds import kind_named, numbered
from doanso.documents.models import Direction, Number, Numbering, NumberState, Profile, Scope, Series
from doanso.documents.rules import numbering as rules
from doanso.documents.rules.numbering import Plan
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.units.models import Unit


def plan_of(unit: Unit, profile: str, on: date) -> Plan:
    """How a unit numbers in a form on a day: as it set, or as the form suggests."""
    kept = Numbering.objects.filter(unit=unit, profile=profile, since__lte=on).order_by("-since").first()
    if kept is None:
        return rules.suggested_plan(profile == Profile.DOAN, on)
    return Plan(per_kind=kept.scope == Scope.KIND, era=kept.era)


def locked_series(unit: Unit, direction: str, *, profile: str = "", kind: str = "", dated: date) -> Series:
    """The series to which a document of that kind and day belongs, made where there is none, locked until the end.

    Incoming documents and secret ones have one series a year, whatever their kind.
    """
    if direction == Direction.OUT:
        plan = plan_of(unit, profile, dated)
        keys: dict[str, Any] = {
            "profile": profile,
            "kind": kind if plan.per_kind else "",
            "era": rules.era_of(plan, dated),
        }
    else:
        keys = {"profile": "", "kind": "", "era": str(dated.year)}
    series, _new = Series.objects.get_or_create(unit=unit, direction=direction, **keys)
    return Series.objects.select_for_update(of=("self",)).get(pk=series.pk)


def draw(*, actor: User, series: Series, dated: date, state: str = NumberState.USED, reason: str = "") -> Number:
    """The next number of a locked series. The caller has asked its own policy and stands in a transaction."""
    refuse(rules.dated_problem(dated, series.last_dated, clock.today()))
    series.last_value += 1
    series.last_dated = dated
    series.save(update_fields=["last_value", "last_dated"])
    return Number.objects.create(
        series=series,
        unit_id=series.unit_id,
        direction=series.direction,
        value=series.last_value,
        state=state,
        dated=dated,
        reason=reason,
        drawn_by=actor,
        drawn_at=clock.now(),
    )


def notation_of(number: Number, profile: str, symbol: str) -> str:
    """A number as it is printed: "05-KH/TĐTN"."""
    return numbered(profile, symbol, number.value)


@transaction.atomic
def reserve_number(*, actor: User, unit: Unit, profile: str, kind: str, dated: date, reason: str) -> Number:
    """Keep a number free for a document that is still to come, or that stands on paper elsewhere."""
    policy.ISSUE.require_at(actor, unit)
    refuse(rules.reason_problem(reason))
    kind_named(kind)
    series = locked_series(unit, Direction.OUT, profile=profile, kind=kind, dated=dated)
    number = draw(actor=actor, series=series, dated=dated, state=NumberState.RESERVED, reason=reason.strip())
    record(actor=actor, verb="documents.reserve_number", obj=number, unit=unit)
    return number


@transaction.atomic
def void_number(*, actor: User, number: Number, reason: str) -> Number:
    """Give up a number that was kept free; it stays in the register with its reason and is never given out again."""
    series = Series.objects.select_for_update(of=("self",)).select_related("unit").get(pk=number.series_id)
    policy.ISSUE.require_at(actor, series.unit)
    fresh = Number.objects.select_for_update(of=("self",)).get(pk=number.pk)
    refuse(rules.reason_problem(reason))
    if fresh.state == NumberState.VOID:
        return fresh
    if fresh.state == NumberState.USED:
        message = _("This number belongs to a document. Recall the document instead.")
        raise Refused(Problem("number_used", message))
    fresh.state, fresh.reason = NumberState.VOID, reason.strip()
    fresh.save(update_fields=["state", "reason"])
    record(actor=actor, verb="documents.void_number", obj=fresh, unit=series.unit, changed=["state", "reason"])
    return fresh


@transaction.atomic
def note_secret(*, actor: User, unit: Unit, dated: date) -> Number:
    """Note that a secret document got its number on a day. What it is about and its file never come here."""
    policy.ISSUE.require_at(actor, unit)
    series = locked_series(unit, Direction.SECRET, dated=dated)
    number = draw(actor=actor, series=series, dated=dated)
    record(actor=actor, verb="documents.note_secret", obj=number, unit=unit)
    return number


@transaction.atomic
def set_numbering(*, actor: User, unit: Unit, profile: str, scope: str, era: str, since: date) -> Numbering:
    """Say how a unit numbers in one form from a day on. Numbers that were given stay as they are."""
    policy.MANAGE.require_at(actor, unit)
    if profile not in Profile.values or scope not in Scope.values:
        raise Refused(Problem("numbering_unknown", _("Choose one of the listed ways."), "scope"))
    refuse(rules.era_problem(era))
    kept, _new = Numbering.objects.update_or_create(
        unit=unit,
        profile=profile,
        since=since,
        defaults={"scope": scope, "era": era.strip(), "set_by": actor, "set_at": clock.now()},
    )
    record(actor=actor, verb="documents.set_numbering", obj=kept, unit=unit)
    return kept


@transaction.atomic
def begin_series(*, actor: User, unit: Unit, profile: str, kind: str, dated: date, last_value: int) -> Series:
    """Go on from the last number of the paper book, before the first one is given here."""
    policy.MANAGE.require_at(actor, unit)
    series = locked_series(unit, Direction.OUT, profile=profile, kind=kind, dated=dated)
    refuse(rules.begin_problem(last_value, series.numbers.exists()))
    series.last_value = last_value
    series.save(update_fields=["last_value"])
    record(actor=actor, verb="documents.begin_series", obj=series, unit=unit, changed=["last_value"])
    return series
