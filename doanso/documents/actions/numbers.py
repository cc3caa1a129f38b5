"""Actions on numbers: drawn for good under their series' lock, reserved or voided with a reason, never given twice."""

from datetime import date
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents import policy
from doanso.documents.kinds import kind_named
from doanso.documents.models import Document, Number, Numbering, NumberScope, NumberState, Profile, RegisterKind, Series
from doanso.documents.queries.numbers import highest_in_other_series, numbers_begun_on, series_key
from doanso.documents.rules import numbering as rules
from doanso.lib import clock, database
from doanso.lib.form_keys import form_used_refusal, save_once
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.official_form.wording import format_notation
from doanso.units.models import Unit


def lock_series(unit: Unit, direction: str, *, profile: str = "", kind: str = "", dated: date) -> Series:
    """Return the series of a document of that kind and day, created if needed, locked until the end of the transaction.

    Its last number takes into account the unit's other series since numbers last began anew, so the next number is on no other
    document. Incoming and secret documents have one series a year, whatever their kind.
    """
    if direction != RegisterKind.OUT:
        return _lock_series_row(unit, direction, profile="", kind="", era=str(dated.year))
    _lock_numbers(unit)
    series = _lock_series_row(unit, direction, **series_key(unit, profile, kind, dated))
    value, last_dated = highest_in_other_series(unit, series, dated)
    series.last_value = max(series.last_value, value)
    series.last_dated = max(filter(None, (series.last_dated, last_dated)), default=None)
    return series


def _lock_numbers(unit: Unit) -> None:
    """Lock drawing of numbers in a unit, so that numbers of its other series and its numbering are known."""
    database.lock([f"documents.numbers:{unit.pk}"], shared=False)


def _lock_series_row(unit: Unit, direction: str, *, profile: str, kind: str, era: str) -> Series:
    series, _new = Series.objects.get_or_create(unit=unit, direction=direction, profile=profile, kind=kind, era=era)
    return Series.objects.select_for_update(of=("self",)).get(pk=series.pk)


def draw_number(
    *,
    actor: User,
    series: Series,
    dated: date,
    state: str = NumberState.USED,
    reason: str = "",
    key: UUID | None = None,
) -> Number:
    """Draw the next number of a locked series. The caller has checked its permission and is in a transaction.

    `key` becomes the number's id.
    """
    refuse(rules.dated_problem(dated, series.last_dated, clock.today()))
    series.last_value += 1
    series.last_dated = dated
    series.save(update_fields=["last_value", "last_dated"])
    return Number.objects.create(
        id=key or uuid7(),
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


def number_drawn_by_form(
    actor: User, series: Series, key: UUID | None, *, dated: date, reason: str = ""
) -> Number | None:
    """Return the number that the same form has drawn already from a locked series.

    Refuse a key that drew another one, or one for another day or reason: a form that was gone back to and changed.
    """
    number = Number.objects.filter(pk=key).first() if key is not None else None
    if number is None:
        return None
    drawn = (number.series_id, number.drawn_by_id, number.dated, number.reason)
    if drawn != (series.pk, actor.pk, dated, reason):
        raise form_used_refusal()
    return number


def name_document(document: Document, number: Number, symbol: str) -> None:
    """Set a document's number and notation, "05-KH/TĐTN"; refuse a notation that another document has. The caller saves it.

    The series prevents a repeated notation unless the file of kinds gives one kind's abbreviation to another.
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
    """Return whether numbers did not begin anew between the two days."""
    return numbers_begun_on(document.unit, document.profile, max(day, other_day)) <= min(day, other_day)


@transaction.atomic
def reserve_number(
    *, actor: User, unit: Unit, profile: str, kind: str, dated: date, reason: str, key: UUID | None = None
) -> Number:
    """Reserve a number for a later document, or for one that exists on paper elsewhere.

    The same form again, by its `key`, reserves no other one.
    """
    policy.ISSUE.require_at(actor, unit)
    refuse(rules.reason_problem(reason))
    kind_named(kind)
    series = lock_series(unit, RegisterKind.OUT, profile=profile, kind=kind, dated=dated)
    known = partial(number_drawn_by_form, actor, series, key, dated=dated, reason=reason.strip())
    if (existing := known()) is not None:
        return existing
    draw = partial(draw_number, actor=actor, series=series, dated=dated, key=key)
    number = save_once(save=partial(draw, state=NumberState.RESERVED, reason=reason.strip()), known=known)
    record(actor=actor, action="documents.reserve_number", obj=number, unit=unit)
    return number


def lock_series_of(number: Number) -> Series:
    """Return the series of a number, locked until the end of the transaction."""
    return Series.objects.select_for_update(of=("self",)).select_related("unit").get(pk=number.series_id)


def take_reserved(series: Series, number: Number, *, profile: str, kind: str) -> Number:
    """Take a reserved number of a locked series into use for a document of that form and kind.

    The caller has checked its permission at the number's unit and is in a transaction.
    """
    fresh = Number.objects.select_for_update(of=("self",)).get(pk=number.pk)
    refuse(rules.reserved_problem(is_reserved=fresh.state == NumberState.RESERVED))
    refuse(rules.series_problem(is_same=series.profile == profile and series.kind in ("", kind)))
    fresh.state = NumberState.USED
    fresh.save(update_fields=["state"])
    return fresh


@transaction.atomic
def void_number(*, actor: User, number: Number, reason: str) -> Number:
    """Void a reserved number; it stays in the register with its reason and is never given again."""
    series = lock_series_of(number)
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
    record(actor=actor, action="documents.void_number", obj=fresh, unit=series.unit, changed=["state", "reason"])
    return fresh


@transaction.atomic
def note_secret(*, actor: User, unit: Unit, dated: date, key: UUID | None = None) -> Number:
    """Record that a secret document got its number on a day. Its subject and file are never entered.

    The same form again, by its `key`, records no other one.
    """
    policy.ISSUE.require_at(actor, unit)
    series = lock_series(unit, RegisterKind.SECRET, dated=dated)
    known = partial(number_drawn_by_form, actor, series, key, dated=dated)
    if (existing := known()) is not None:
        return existing
    draw = partial(draw_number, actor=actor, series=series, dated=dated, key=key)
    number = save_once(save=draw, known=known)
    record(actor=actor, action="documents.note_secret", obj=number, unit=unit)
    return number


@transaction.atomic
def set_numbering(
    *, actor: User, unit: Unit, profile: str, scope: str, era: str, since: date, new_term: bool = False
) -> Numbering:
    """Set how a unit numbers in one form from a day on.

    Given numbers stay as they are, and the next ones go on from the highest of them, unless a new term begins on that day.
    """
    policy.MANAGE.require_at(actor, unit)
    if profile not in Profile.values or scope not in NumberScope.values:
        raise Refused(Problem("numbering_unknown", _("Choose one of the listed ways."), "scope"))
    refuse(rules.era_problem(era))
    _lock_numbers(unit)
    used_series = _used_series(unit, profile)
    eras, last_dated = (
        set(used_series.values_list("era", flat=True)),
        used_series.aggregate(last=Max("last_dated"))["last"],
    )
    refuse(rules.scheme_problem(era, since, new_term, eras, last_dated))
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
    record(actor=actor, action="documents.set_numbering", obj=numbering, unit=unit)
    return numbering


def _used_series(unit: Unit, profile: str) -> QuerySet[Series]:
    """Return the series of a form from which numbers were given, here or in a paper book."""
    return Series.objects.filter(unit=unit, direction=RegisterKind.OUT, profile=profile, last_value__gt=0)


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
    """Continue from the last number of a paper book, before the first number is given here.

    `dated` is the day of this entry and `last_dated` the day of the last number, by default `dated`: the next number has no
    earlier day. Takes the lock under which numbers are drawn.
    """
    policy.MANAGE.require_at(actor, unit)
    last_dated = last_dated or dated
    series = lock_series(unit, RegisterKind.OUT, profile=profile, kind=kind, dated=dated)
    highest, given_on = highest_in_other_series(unit, series, dated)
    refuse(rules.begin_problem(last_value, series.numbers.exists(), highest))
    if last_value:
        begun_on = numbers_begun_on(unit, profile, dated)
        refuse(rules.book_day_problem(last_dated, max(filter(None, (given_on, begun_on))), clock.today()))
    series.last_value, series.begun_on, series.last_dated = last_value, dated, last_dated if last_value else None
    series.save(update_fields=["last_value", "begun_on", "last_dated"])
    record(actor=actor, action="documents.begin_series", obj=series, unit=unit, changed=["last_value", "last_dated"])
    return series
