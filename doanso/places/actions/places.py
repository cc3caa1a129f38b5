"""Actions on places: set one up, survey it, work on it, move it to newer criteria, stop and take it up again."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.lib import clock, vietnamese
from doanso.lib.form_keys import save_once, sent_before
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.places import policy, queries, rules
from doanso.places.actions.assessments import keep_assessment
from doanso.places.actions.criteria import criteria_for
from doanso.places.actions.locking import lock_as_read
from doanso.places.actions.state_changes import change_state, save_version
from doanso.places.actions.words import require_note, require_reason
from doanso.places.kinds import kind_named
from doanso.places.models import AssessmentStage, CriteriaSet, Place, PlaceState, Segment
from doanso.places.ports import survey_problem
from doanso.units.models import Unit

MOST_SEGMENTS = 40


@dataclass(frozen=True, slots=True)
class SegmentInput:
    """A segment or section in its order; both ends are empty for a section of a market."""

    name: str
    begins_at: str = ""
    ends_at: str = ""


@dataclass(frozen=True, slots=True)
class PlaceInput:
    """What is written down of a place when it is set up or changed."""

    name: str
    started_on: date
    note: str = ""
    segments: Sequence[SegmentInput] = ()


@transaction.atomic
def create_place(
    *,
    actor: User,
    unit: Unit,
    kind: str,
    inputs: PlaceInput,
    key: UUID | None = None,
    made_from: Place | None = None,
    write_more: Callable[[Place], None] = lambda _place: None,
) -> Place:
    """Set up a place of a kind at a unit, under the criteria in force there, perhaps as another one again (`made_from`).

    `write_more` gives the new place what else it begins with.
    `key` becomes its id: a form sent twice makes one place.
    """
    policy.MANAGE_AT.require_at(actor, unit)
    source_id = made_from.pk if made_from is not None else None
    known = partial(sent_before, Place, key, unit_id=unit.pk, made_by_id=actor.pk, made_from_id=source_id)
    if (existing := known()) is not None:
        return existing
    _require_sound(inputs)
    folded = vietnamese.fold(inputs.name)
    _require_free_name(Place.objects.filter(unit=unit, kind=kind, folded=folded), inputs.name)
    place = Place(
        pk=key or uuid7(),
        made_from=made_from,
        kind=kind,
        name=inputs.name.strip(),
        folded=folded,
        unit=unit,
        criteria_set=criteria_for(kind_named(kind), unit),
        started_on=inputs.started_on,
        note=inputs.note.strip(),
        changed_on=clock.today(),
        made_by=actor,
        made_at=clock.now(),
        changed_by=actor,
    )
    place.criteria_count = place.criteria_set.criteria.count()

    def insert() -> Place:
        _save_with_slug(place)
        _write_segments(place, inputs.segments)
        write_more(place)
        action = "places.create" if made_from is None else "places.repeat"
        record(actor=actor, action=action, obj=place, unit=unit)
        return place

    return save_once(save=insert, known=known)


def _require_sound(inputs: PlaceInput) -> None:
    refuse(rules.name_problem(inputs.name))
    require_note(inputs.note)
    refuse(rules.day_problem(inputs.started_on, not_before=date(2000, 1, 1), today=clock.today(), field="started_on"))
    refuse_secret([inputs.name], field="name")
    if len(inputs.segments) > MOST_SEGMENTS:
        message = _("At most %(most)s parts.") % {"most": MOST_SEGMENTS}
        raise Refused(Problem("place_segments", message, "segments"))
    if any(not segment.name.strip() for segment in inputs.segments):
        raise Refused(Problem("place_segment_name", _("Each part needs a name."), "segments"))


def _require_free_name(others: QuerySet[Place], name: str) -> None:
    """Refuse a name that another place of the unit has: lists from Excel find their place by it."""
    if others.exclude(state=PlaceState.STOPPED).exists():
        message = _("This unit has “%(name)s” already.") % {"name": name.strip()}
        raise Refused(Problem("place_twice", message, "name"))


def _save_with_slug(place: Place) -> None:
    """Insert a place under a public address of its name; the next free number is added where the name is taken."""
    base = re.sub(r"[^a-z0-9]+", "-", place.folded).strip("-")[:70] or "dia-diem"
    for number in range(1, 100):
        place.slug = base if number == 1 else f"{base}-{number}"
        if Place.objects.filter(slug=place.slug).exists():
            continue
        try:
            with transaction.atomic():
                place.save(force_insert=True)
        except IntegrityError:
            if Place.objects.filter(pk=place.pk).exists():
                # The form's key is taken, and not the address.
                raise
            continue
        return
    raise Refused(Problem("place_slug", _("Too many places have this name. Add the ward to it."), "name"))


def _write_segments(place: Place, segments: Sequence[SegmentInput]) -> bool:
    """Write the parts of a place by their numbers; those beyond the new list are removed. Return whether anything changed.

    A part that an address or a stall stands in cannot be removed (`RestrictedError` is turned into a refusal).
    """
    stored = {segment.number: segment for segment in place.segments.all()}
    wanted = {
        number: SegmentInput(part.name.strip(), part.begins_at.strip(), part.ends_at.strip())
        for number, part in enumerate(segments, start=1)
    }
    changed = False
    for number, part in wanted.items():
        segment = stored.get(number)
        if segment is None:
            Segment.objects.create(
                place=place, number=number, name=part.name, begins_at=part.begins_at, ends_at=part.ends_at
            )
            changed = True
        elif (segment.name, segment.begins_at, segment.ends_at) != (part.name, part.begins_at, part.ends_at):
            segment.name, segment.begins_at, segment.ends_at = part.name, part.begins_at, part.ends_at
            segment.save(update_fields=["name", "begins_at", "ends_at"])
            changed = True
    for number in stored.keys() - wanted.keys():
        try:
            stored[number].delete()
        except IntegrityError as error:
            message = _("“%(name)s” still has addresses or stalls; move them first.") % {"name": stored[number].name}
            raise Refused(Problem("place_segment_used", message, "segments")) from error
        changed = True
    return changed


@transaction.atomic
def change_place(*, actor: User, place: Place, read: str, inputs: PlaceInput) -> Place:
    """Change the name, the note, the first day and the parts; the public address stays."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    _require_sound(inputs)
    changed = []
    if fresh.name != inputs.name.strip():
        fresh.name, fresh.folded = inputs.name.strip(), vietnamese.fold(inputs.name)
        same = Place.objects.filter(unit=fresh.unit_id, kind=fresh.kind, folded=fresh.folded)
        _require_free_name(same.exclude(pk=fresh.pk), inputs.name)
        changed.append("name")
    if fresh.note != inputs.note.strip():
        fresh.note = inputs.note.strip()
        changed.append("note")
    if fresh.started_on != inputs.started_on:
        if fresh.surveyed_on is not None:
            message = _("The survey is closed, and what was listed before it counts from the first day: the day stays.")
            raise Refused(Problem("place_started_frozen", message, "started_on"))
        fresh.started_on = inputs.started_on
        changed.append("started_on")
    if _write_segments(fresh, inputs.segments):
        changed.append("segments")
    if not changed:
        return fresh
    save_version(fresh, actor, fields=("name", "folded", "note", "started_on"))
    record(actor=actor, action="places.change", obj=fresh, unit=fresh.unit_id, changed=changed)
    return fresh


@transaction.atomic
def set_shown(*, actor: User, place: Place, read: str, shown: bool) -> Place:
    """Show a place on public pages before it is recognised, or no longer; a recognised one is always shown."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    if fresh.is_shown != shown:
        fresh.is_shown = shown
        save_version(fresh, actor, fields=("is_shown",))
        record(actor=actor, action="places.show", obj=fresh, unit=fresh.unit_id, changed=["is_shown"])
    return fresh


@transaction.atomic
def complete_survey(*, actor: User, place: Place, read: str, on: date, note: str = "") -> Place:
    """End the survey: from this day on the denominators are frozen, and the values of that day are the baseline."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.PREPARING,)))
    refuse(rules.day_problem(on, not_before=fresh.started_on, today=clock.today()))
    require_note(note)
    refuse(survey_problem(fresh))
    fresh.surveyed_on = on
    change_state(fresh, actor, PlaceState.SURVEYED, fields=("surveyed_on",))
    keep_assessment(fresh, actor, AssessmentStage.BASELINE, on, note)
    record(actor=actor, action="places.survey", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def start_work(*, actor: User, place: Place, read: str) -> Place:
    """Begin to work on the criteria of a surveyed place, or take a refused, withdrawn or stopped one up again."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.SURVEYED, *rules.RESUMABLE)))
    # One that was stopped before its survey still has to be surveyed.
    following = PlaceState.PREPARING if fresh.surveyed_on is None else PlaceState.IN_PROGRESS
    change_state(fresh, actor, following)
    record(actor=actor, action="places.start", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def stop_place(*, actor: User, place: Place, read: str, reason: str) -> Place:
    """Stop working on a place that is not recognised; its register and assessments stay."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.PREPARING, *rules.ACTIVE, PlaceState.REFUSED)))
    require_reason(reason)
    change_state(fresh, actor, PlaceState.STOPPED, reason=reason)
    record(actor=actor, action="places.stop", obj=fresh, unit=fresh.unit_id, changed=["state"])
    return fresh


@transaction.atomic
def use_criteria(*, actor: User, place: Place, read: str, criteria_set: CriteriaSet, reason: str) -> Place:
    """Move a place to the newer criteria in force, with a reason, before it is assessed."""
    fresh = lock_as_read(place, read)
    policy.MANAGE.require(actor, fresh)
    refuse(rules.state_problem(fresh.state, (PlaceState.PREPARING, *rules.ACTIVE)))
    newer = queries.newer_set(fresh, kind_named(fresh.kind))
    if newer is None or newer.pk != criteria_set.pk:
        raise Refused(Problem("place_criteria_version", _("These are not the criteria in force. Read the page again.")))
    require_reason(reason)
    fresh.criteria_set = newer
    fresh.criteria_count, fresh.passed = newer.criteria.count(), 0
    save_version(fresh, actor, fields=("criteria_set", "criteria_count", "passed"))
    record(actor=actor, action="places.use_criteria", obj=fresh, unit=fresh.unit_id, changed=["criteria_set"])
    keep_assessment(fresh, actor, AssessmentStage.MID, clock.today(), reason)
    return fresh
