"""Actions on public points: add, change, remove, print and check plates, draw the plan, write the public page.

Photos are drawn anew and stored first, outside the transaction; an action that is refused destroys them again. The place's row is
locked first, so that numbers and the plan have one order.
"""

import hashlib
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.photos import PhotoUpload, stored_photos
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.places import policy
from doanso.places.actions.assessments import refresh_progress
from doanso.places.actions.locking import lock_place
from doanso.places.actions.places import set_shown
from doanso.places.models import Place, PlateCheck, PointKind, PublicPoint, PublicText
from doanso.places.queries import state_token
from doanso.places.rules import plans
from doanso.places.rules import points as rules

PHOTO, PHOTO_SMALL = (1280, 240_000), (480, 14_000)
"""The longest side in pixels and the most bytes of a photo, and of the one inside a public page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PointInput:
    """What is written of a point; texts of one line but for `text` and `text_en`. Without a number it gets the next free one."""

    kind: str
    name: str
    number: int | None = None
    name_en: str = ""
    purpose: str = ""
    purpose_en: str = ""
    address: str = ""
    opening_hours: str = ""
    contact: str = ""
    wifi: str = ""
    text: str = ""
    text_en: str = ""
    photo_alt: str = ""


@dataclass(frozen=True, slots=True)
class PlateCheckInput:
    """What was seen at a plate: the day, whether its code opens its page, else the problem. `is_put_up`: it was put up then."""

    checked_on: date
    works: bool | None
    problem: str = ""
    note: str = ""
    is_put_up: bool = False


@dataclass(frozen=True, slots=True)
class PublicTextInput:
    """The words of a place's public page, and whether the page is shown before the place is recognised."""

    text: str = ""
    text_en: str = ""
    contacts: str = ""
    is_shown: bool = False


# --- Points ---------------------------------------------------------------------------------------------------------------------


def _locked_point(actor: User, point: PublicPoint) -> PublicPoint:
    """Return the point, read again under the lock of its place; removed ones are refused."""
    place = lock_place(point.place)
    policy.MANAGE.require(actor, place)
    fresh = PublicPoint.objects.get(pk=point.pk)
    _require_listed(fresh)
    fresh.place = place
    return fresh


def _require_listed(point: PublicPoint) -> None:
    if point.removed_on is not None:
        raise Refused(Problem("point_removed", _("This point was removed from the list.")))


def _values(inputs: PointInput) -> dict[str, str]:
    refuse(rules.name_problem(inputs.name))
    refuse_secret([inputs.name, inputs.purpose, inputs.text], field="text")
    values = {name: value.strip() for name, value in asdict(inputs).items() if isinstance(value, str)}
    return values | {"name": " ".join(inputs.name.split())}


def _numbers(place: Place, kind: str, *, but: UUID | None = None) -> set[int]:
    """Return the numbers of the other boards of a place, or of its other points that are none."""
    listed = PublicPoint.objects.filter(place=place, removed_on=None)
    if but is not None:
        listed = listed.exclude(pk=but)
    is_board = Q(kind=PointKind.BOARD)
    return set(listed.filter(is_board if kind == PointKind.BOARD else ~is_board).values_list("number", flat=True))


def _number(inputs: PointInput, taken: Collection[int], *, kept: int | None = None) -> int:
    """Return the number that was chosen, else the kept one, else the next free one."""
    if inputs.number is None and kept in taken:
        kept = None
    number = inputs.number or kept or rules.next_number(taken)
    refuse(rules.number_problem(number, taken))
    return number


def _unused_code() -> str:
    while True:
        code = rules.new_code()
        if not PublicPoint.objects.filter(code=code).exists():
            return code


def add_point(
    *, actor: User, place: Place, inputs: PointInput, photo: PhotoUpload | None = None, added_reason: str = ""
) -> PublicPoint:
    """Add a point to a place, with a short code for its plate. Called outside a transaction, because a photo is stored first."""
    policy.MANAGE.require(actor, place)
    with stored_photos(photo, PHOTO, PHOTO_SMALL) as blobs, transaction.atomic():
        return _add(actor, lock_place(place), inputs, blobs, added_reason)


def _add(actor: User, place: Place, inputs: PointInput, blobs: list[Blob], added_reason: str) -> PublicPoint:
    policy.MANAGE.require(actor, place)
    values = _values(inputs)
    refuse(rules.added_problem(added_reason, is_frozen=place.is_frozen))
    point = PublicPoint.objects.create(
        **values,
        place=place,
        number=_number(inputs, _numbers(place, inputs.kind)),
        photo=blobs[0] if blobs else None,
        photo_small=blobs[1] if blobs else None,
        code=_unused_code(),
        since=clock.today(),
        added_reason=added_reason.strip(),
        made_by=actor,
        made_at=clock.now(),
        changed_by=actor,
        changed_on=clock.today(),
    )
    record(actor=actor, action="places.add_point", obj=point, unit=place.unit_id)
    return point


def change_point(
    *,
    actor: User,
    point: PublicPoint,
    read: int,
    inputs: PointInput,
    photo: PhotoUpload | None = None,
    drops_photo: bool = False,
) -> list[str]:
    """Change what is written of a point and return the fields that changed; `read` is the version that its user has read.

    A replaced or dropped photo is destroyed. Called outside a transaction.
    """
    policy.MANAGE.require(actor, point.place)
    with stored_photos(photo, PHOTO, PHOTO_SMALL) as blobs, transaction.atomic():
        fresh = _locked_point(actor, point)
        refuse(rules.stale_problem(read, fresh.version))
        becomes_board = inputs.kind == PointKind.BOARD
        refuse(rules.kind_problem(fresh.is_board, becomes_board, is_frozen=fresh.place.is_frozen))
        values: dict[str, object] = {**_values(inputs)}
        values["number"] = _number(inputs, _numbers(fresh.place, inputs.kind, but=fresh.pk), kept=fresh.number)
        old_photos: list[Blob | None] = []
        if blobs or (drops_photo and fresh.photo_id is not None):
            old_photos = [fresh.photo, fresh.photo_small]
            values |= {"photo": blobs[0] if blobs else None, "photo_small": blobs[1] if blobs else None}
        changed = [name for name, value in values.items() if getattr(fresh, name) != value]
        for name in changed:
            setattr(fresh, name, values[name])
        files.destroy_keys(blobs=old_photos)
        if changed:
            _save(fresh, actor, changed)
            record(actor=actor, action="places.change_point", obj=fresh, unit=fresh.place.unit_id, changed=changed)
        return changed


def _save(point: PublicPoint, actor: User, changed: Collection[str]) -> None:
    point.version += 1
    point.changed_by, point.changed_on = actor, clock.today()
    point.save(update_fields=[*changed, "version", "changed_by", "changed_on"])


@transaction.atomic
def remove_point(*, actor: User, point: PublicPoint, reason: str) -> PublicPoint:
    """Remove a point from the list, with a reason. Its code is not given to another one: it then leads to the place's page."""
    refuse(rules.removed_problem(reason))
    fresh = _locked_point(actor, point)
    fresh.removed_on, fresh.removed_reason = clock.today(), reason.strip()
    _save(fresh, actor, ["removed_on", "removed_reason"])
    record(actor=actor, action="places.remove_point", obj=fresh, unit=fresh.place.unit_id, changed=["removed_on"])
    return fresh


# --- Plates ---------------------------------------------------------------------------------------------------------------------


@transaction.atomic
def mark_printed(*, actor: User, place: Place, point_ids: Collection[UUID]) -> int:
    """Note that the plates of these points of a place were printed today; return how many."""
    locked = lock_place(place)
    policy.MANAGE.require(actor, locked)
    points = PublicPoint.objects.filter(place=locked, pk__in=point_ids, removed_on=None)
    count = points.update(printed_on=clock.today())
    if count:
        record(actor=actor, action="places.print_plates", obj=locked, unit=locked.unit_id, changed=["printed_on"])
    return count


def check_plate(
    *, actor: User, point: PublicPoint, inputs: PlateCheckInput, photo: PhotoUpload | None = None
) -> PlateCheck:
    """Enter what was seen at a plate on a day. Who enters checks for the unit may do it. Called outside a transaction."""
    policy.RECORD.require(actor, point.place)
    with stored_photos(photo, PHOTO) as blobs, transaction.atomic():
        place = lock_place(point.place)
        policy.RECORD.require(actor, place)
        fresh = PublicPoint.objects.get(pk=point.pk)
        _require_listed(fresh)
        refuse(rules.check_day_problem(inputs.checked_on, since=fresh.since, today=clock.today()))
        refuse(rules.outcome_problem(inputs.works, inputs.problem))
        refuse_secret([inputs.note], field="note")
        works = bool(inputs.works)
        check = PlateCheck.objects.create(
            point=fresh,
            checked_on=inputs.checked_on,
            works=works,
            is_put_up=inputs.is_put_up,
            problem="" if works else inputs.problem,
            note=inputs.note.strip(),
            photo=blobs[0] if blobs else None,
            made_by=actor,
            made_at=clock.now(),
        )
        _take_over(fresh, check)
        record(actor=actor, action="places.check_plate", obj=fresh, unit=place.unit_id, changed=["checked_on"])
        refresh_progress(place)
        return check


def _take_over(point: PublicPoint, check: PlateCheck) -> None:
    """Show a check with its point: the newest one, and when the plate was put up first."""
    changed = []
    if point.checked_on is None or check.checked_on >= point.checked_on:
        point.checked_on, point.works = check.checked_on, check.works
        changed += ["checked_on", "works"]
    if check.works and (point.put_up_on is None or check.checked_on < point.put_up_on):
        point.put_up_on = check.checked_on
        changed.append("put_up_on")
    if changed:
        point.save(update_fields=changed)


# --- The plan and the public page -----------------------------------------------------------------------------------------------


@transaction.atomic
def draw_plan(*, actor: User, place: Place, text: str, read: str) -> plans.Plan:
    """Store the plan that a text describes; an empty text goes back to the usual one. `read` is `plan_token` as it was read.

    State and version of the place stay: whoever has read its criteria may still decide on them.
    """
    locked = lock_place(place)
    policy.MANAGE.require(actor, locked)
    if read != plan_token(locked):
        raise Refused(Problem("plan_stale", _("Somebody has drawn this plan meanwhile. Open the page anew.")))
    plan = plans.parse_plan(text)
    refuse_secret([text], field="plan")
    outline = plans.stored_plan(plan)
    if outline != locked.outline:
        locked.outline = outline
        locked.save(update_fields=["outline"])
        record(actor=actor, action="places.draw_plan", obj=locked, unit=locked.unit_id, changed=["outline"])
    return plan


def plan_token(place: Place) -> str:
    """Return what names the stored plan of a place, so that an action can tell whether its user has read it."""
    lines = "\n".join(place.outline.get("lines", ()))
    return hashlib.sha256(lines.encode()).hexdigest()[:16]


@transaction.atomic
def write_public_page(*, actor: User, place: Place, inputs: PublicTextInput, read: int) -> list[str]:
    """Write the words of a place's public page and choose whether it is shown; return what changed.

    `read` is the version of the words as read, 0 where there are none.
    """
    locked = lock_place(place)
    policy.MANAGE.require(actor, locked)
    refuse_secret([inputs.text, inputs.contacts], field="text")
    written = PublicText.objects.filter(place=locked).first() or PublicText(place=locked, version=0)
    if read != written.version:
        raise Refused(Problem("page_stale", _("Somebody has written this page meanwhile. Open it anew.")))
    changed = []
    for name in ("text", "text_en", "contacts"):
        value = getattr(inputs, name).strip()
        if getattr(written, name) != value:
            setattr(written, name, value)
            changed.append(name)
    if changed:
        written.version += 1
        written.save()
        record(actor=actor, action="places.write_public_page", obj=locked, unit=locked.unit_id, changed=changed)
    if locked.is_shown != inputs.is_shown:
        set_shown(actor=actor, place=locked, read=state_token(locked), shown=inputs.is_shown)
        changed.append("is_shown")
    return changed
