"""Deeds on numbers: drawn under their series' lock, for ever; kept free or given up with a reason, never given out twice."""

from datetime import date

from django.db import transaction
from django.db.models import Max, Q, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.kinds import kind_named
from doanso.documents.models import Direction, Document, Number, Numbering, NumberState, Profile, Scope, Series
from doanso.documents.rules import numbering as rules
from doanso.documents.rules.numbering import Change, Plan
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.official_form.wording import format_notation
from doanso.units.models import Unit


def _changes(unit: Unit, profile: str, on: date) -> list[Change]:
    numberings = Numbering.objects.filter(unit=unit, profile=profile, since__lte=on).order_by("since")
    return [
        Change(numbering.since, Plan(numbering.scope == Scope.KIND, numbering.era), numbering.new_term)
        for numbering in numberings
    ]


def locked_series(unit: Unit, direction: str, *, profile: str = "", kind: str = "", dated: date) -> Series:
    """The series to which a document of that kind and day belongs, made where there is none, locked until the end.

    It stands where the numbers stand that were given since they last began, in whatever series: the next one is no number that
    a document bears already. Incoming documents and secret ones have one series a year, whatever their kind.
    """
    if direction != Direction.OUT:
        return _series(unit, direction, profile="", kind="", era=str(dated.year))
    _lock_numbers(unit)
    series = _series(unit, direction, **_key(unit, profile, kind, dated))
    value, last_dated = _given_beside(unit, series, dated)
    series.last_value = max(series.last_value, value)
    series.last_dated = max(filter(None, (series.last_dated, last_dated)), default=None)
    return series


def _key(unit: Unit, profile: str, kind: str, dated: date) -> dict[str, str]:
    """What tells the series of outgoing documents of that kind and day from the unit's others."""
    plan = rules.plan_on(_changes(unit, profile, dated), profile == Profile.DOAN, dated)
    return {"profile": profile, "kind": kind if plan.per_kind else "", "era": rules.era_of(plan, dated)}


def expected_value(unit: Unit, *, profile: str, kind: str, dated: date) -> int:
    """The number that an outgoing document would get now. Takes no lock: good for leaving room, and for nothing else."""
    key = {"unit": unit, "direction": Direction.OUT, **_key(unit, profile, kind, dated)}
    series = Series.objects.filter(**key).first() or Series(**key)
    value, _last_dated = _given_beside(unit, series, dated)
    return max(series.last_value, value) + 1


def _begun_on(unit: Unit, profile: str, on: date) -> date:
    return rules.begun_on(_changes(unit, profile, on), profile == Profile.DOAN, on)


def _lock_numbers(unit: Unit) -> None:
    """One at a time in a unit: what was given in another series, or what way was set, is known when a number is drawn."""
    database.lock([f"documents.numbers:{unit.pk}"], shared=False)


def _series(unit: Unit, direction: str, *, profile: str, kind: str, era: str) -> Series:
    series, _new = Series.objects.get_or_create(unit=unit, direction=direction, profile=profile, kind=kind, era=era)
    return Series.objects.select_for_update(of=("self",)).get(pk=series.pk)


def _given_beside(unit: Unit, series: Series, dated: date) -> tuple[int, date | None]:
    """The highest number and the last day of the other series whose numbers could be printed on a document of this one and
    that day."""
    begun_on = _begun_on(unit, series.profile, dated)
    other_series = Series.objects.filter(unit=unit, direction=series.direction, profile=series.profile)
    other_series = other_series.filter(Q(era=series.era) | Q(last_dated__gte=begun_on) | Q(begun_on__gte=begun_on))
    if series.kind:
        other_series = other_series.filter(kind__in=("", series.kind))
    value = 0
    last_dated: date | None = None
    for other in other_series.exclude(pk=series.pk):
        highest, last = _given_until_anew(unit, other, dated)
        value, last_dated = max(value, highest), max(filter(None, (last_dated, last)), default=None)
    return value, last_dated


def _given_until_anew(unit: Unit, series: Series, dated: date) -> tuple[int, date | None]:
    """The highest number and the last day of a series before numbers began anew after a day: a paper of December is entered
    in January beside the numbers of its own year."""
    value, last_dated = series.last_value, series.last_dated
    last = max(filter(None, (last_dated, series.begun_on)), default=dated)
    while last > dated and (begun_on := _begun_on(unit, series.profile, last)) > dated:
        maxima = series.numbers.filter(dated__lt=begun_on).aggregate(value=Max("value"), dated=Max("dated"))
        value, last_dated = maxima["value"] or 0, maxima["dated"]
        last = last_dated or dated
    return value, last_dated


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


def name_document(document: Document, number: Number, symbol: str) -> None:
    """Give a document its number and notation, "05-KH/TĐTN"; refused where another one bears it. The caller saves it.

    The series sees to it that this does not happen, as long as the file of kinds gives no abbreviation to another kind.
    """
    notation = format_notation(document.profile, symbol, number.value)
    same_notation = Document.objects.filter(unit=document.unit_id, notation=notation).exclude(pk=document.pk)
    is_taken = any(
        other.era == number.series.era or _are_of_one_run(document, number.dated, other.dated or number.dated)
        for other in same_notation.only("era", "dated")
    )
    refuse(rules.repeated_problem(notation, is_taken))
    document.number, document.dated = number, number.dated
    document.notation, document.era = notation, number.series.era


def _are_of_one_run(document: Document, day: date, other_day: date) -> bool:
    """Whether numbers did not begin anew between the two days."""
    return _begun_on(document.unit, document.profile, max(day, other_day)) <= min(day, other_day)


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
def set_numbering(
    *, actor: User, unit: Unit, profile: str, scope: str, era: str, since: date, new_term: bool = False
) -> Numbering:
    """Say how a unit numbers in one form from a day on. Numbers that were given stay as they are, and the next ones go on
    from the highest of them, unless a new term begins on that day."""
    policy.MANAGE.require_at(actor, unit)
    if profile not in Profile.values or scope not in Scope.values:
        raise Refused(Problem("numbering_unknown", _("Choose one of the listed ways."), "scope"))
    refuse(rules.era_problem(era))
    _lock_numbers(unit)
    used_series = _given(unit, profile)
    eras, last_dated = (
        set(used_series.values_list("era", flat=True)),
        used_series.aggregate(last=Max("last_dated"))["last"],
    )
    refuse(rules.change_problem(era, since, new_term, eras, last_dated))
    numbering, _new = Numbering.objects.update_or_create(
        unit=unit,
        profile=profile,
        since=since,
        defaults={
            "scope": scope,
            "era": era.strip(),
            "new_term": new_term,
            "set_by": actor,
            "set_at": clock.now(),
        },
    )
    record(actor=actor, verb="documents.set_numbering", obj=numbering, unit=unit)
    return numbering


def _given(unit: Unit, profile: str) -> QuerySet[Series]:
    """The series of a form from which numbers were given, here or in a paper book."""
    return Series.objects.filter(unit=unit, direction=Direction.OUT, profile=profile, last_value__gt=0)


@transaction.atomic
def begin_series(
    *,
    actor: User,
    unit: Unit,
    profile: str,
    kind: str,
    dated: date,
    last_value: int,
    last_dated: date | None = None,
) -> Series:
    """Go on from the last number of the paper book, before the first one is given here.

    `dated` is the day on which this is said and `last_dated` the day that the last number bears, `dated` unless told: the next
    number bears no earlier one. Takes the lock under which numbers are drawn.
    """
    policy.MANAGE.require_at(actor, unit)
    last_dated = last_dated or dated
    series = locked_series(unit, Direction.OUT, profile=profile, kind=kind, dated=dated)
    highest, given_on = _given_beside(unit, series, dated)
    refuse(rules.begin_problem(last_value, series.numbers.exists(), highest))
    if last_value:
        begun_on = _begun_on(unit, profile, dated)
        refuse(rules.book_day_problem(last_dated, max(filter(None, (given_on, begun_on))), clock.today()))
    series.last_value, series.begun_on, series.last_dated = last_value, dated, last_dated if last_value else None
    series.save(update_fields=["last_value", "begun_on", "last_dated"])
    record(actor=actor, verb="documents.begin_series", obj=series, unit=unit, changed=["last_value", "last_dated"])
    return series
