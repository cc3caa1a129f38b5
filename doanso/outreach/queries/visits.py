"""Reads of visits. Lists start from `visible_visits`, which applies the policy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet, Subquery
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.files.models import Blob
from doanso.lib import clock, vietnamese
from doanso.lib.dated_rows import not_over
from doanso.lib.paging import page_rows
from doanso.members.models import Member
from doanso.outreach import policy
from doanso.outreach.models import OPENED, Drive, Teammate, Visit, VisitOutcome, VisitSupportRecord
from doanso.outreach.queries.amendments import current_helps
from doanso.outreach.rules.amendments import CALLED_BACK, CONFIRMED
from doanso.outreach.visit_words import door_words, pair_state, pair_words
from doanso.people import queries as people
from doanso.support import policy as support_policy
from doanso.support import queries as support
from doanso.support.actions.records import RECORD_PURPOSE
from doanso.support.models import SupportRecord
from doanso.sync.models import Photo, Record
from doanso.units import queries as units
from doanso.units.models import Neighbourhood, Unit
from doanso.units.queries import NamedUnit

PAGE = 50
PAIRS = ("whole", "short", "problem")
STATES = {
    VisitOutcome.HELPED: "on",
    VisitOutcome.HAD_ALREADY: "met",
    VisitOutcome.FOLLOW_UP: "behind",
    VisitOutcome.REFUSED: "none",
    VisitOutcome.NOT_HOME: "none",
}
"""The shape and colour that are drawn beside an outcome's word. A refusal is as good an answer as any."""


def all_visits() -> QuerySet[Visit]:
    """Return all visits with what a row of the list shows, to be narrowed by a policy."""
    return Visit.objects.select_related("household", "business", "neighbourhood")


def visible_visits(actor: User) -> QuerySet[Visit]:
    """Return the visits the actor may see; a helper only their own."""
    return policy.VIEW.filter(actor, all_visits())


def visits_below(visits: QuerySet[Visit], unit: Unit) -> QuerySet[Visit]:
    """Return visits of the unit's present subtree, and of ended units whose records it keeps."""
    return visits.filter(unit_id__in=records_below([unit.pk]))


@dataclass(frozen=True, slots=True)
class VisitQuery:
    """The filters of the list."""

    text: str = ""
    unit: Unit | None = None
    drive: UUID | None = None
    neighbourhood: UUID | None = None
    outcome: str = ""
    pair: str = ""
    by: UUID | None = None
    member: UUID | None = None
    """A stay of one of the pair."""
    since: date | None = None
    until: date | None = None
    taken_back: bool = False


def find_visits(actor: User, query: VisitQuery) -> QuerySet[Visit]:
    """Return the visits that match, newest first."""
    matches = visible_visits(actor).filter(taken_back_at__isnull=not query.taken_back)
    if query.unit is not None:
        matches = visits_below(matches, query.unit)
    if query.text:
        shown = access.personal(actor)
        # A hit on a name that is shown as initials would reveal it.
        matches = matches if shown.everywhere else matches.filter(unit_id__in=shown.unmasked)
        matches = _who_went(actor, matches, query.text)
    exactly = {
        "drive_id": query.drive,
        "neighbourhood_id": query.neighbourhood,
        "outcome": query.outcome or None,
        "recorded_by_id": query.by,
        "happened_on__gte": query.since,
        "happened_on__lte": query.until,
    }
    matches = matches.filter(**{name: value for name, value in exactly.items() if value is not None})
    if query.member is not None:
        matches = made_by(matches, query.member)
    return _in_pair(matches, query.pair).order_by("-happened_on", "-pk")


def made_by(visits: QuerySet[Visit], member_id: UUID) -> QuerySet[Visit]:
    """Return the visits in whose pair the person of this stay was, during any of their stays."""
    person = Member.objects.filter(pk=member_id).values("person_id")[:1]
    mates = Teammate.objects.filter(member__person_id=Subquery(person)).values("pk")
    return visits.filter(Q(first_id__in=mates) | Q(second_id__in=mates))


def _who_went(actor: User, matches: QuerySet[Visit], text: str) -> QuerySet[Visit]:
    """Return the visits with part of the name of either of the pair: without diacritics among teammates, as typed among
    others.
    """
    words = vietnamese.fold(text).split()
    mates = Teammate.objects.filter(unit_id__in=records_below(policy.VIEW.roots(actor)))
    ids = [pk for pk, name in mates.values_list("pk", "name") if _has_words(vietnamese.fold(name), words)]
    typed = Q(first_name__icontains=text) | Q(second_name__icontains=text)
    return matches.filter(Q(first_id__in=ids) | Q(second_id__in=ids) | typed)


def _has_words(name: str, prefixes: Sequence[str]) -> bool:
    name_words = name.split()
    return all(any(word.startswith(prefix) for word in name_words) for prefix in prefixes)


def _in_pair(matches: QuerySet[Visit], pair: str) -> QuerySet[Visit]:
    if pair == "whole":
        return matches.filter(paired=True, outcome__in=OPENED)
    if pair == "short":
        return matches.filter(paired=False, outcome__in=OPENED)
    if pair == "problem":
        return matches.exclude(second_problem="")
    return matches


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A row of the list, as the actor may read it."""

    visit: Visit
    place: str
    unit: str
    visitors: str
    outcome: str
    state: str
    pair_state: str
    pair: str


@dataclass(frozen=True, slots=True)
class VisitPage:
    """A page of the list; pages go by number, without a count."""

    lines: list[VisitRow]
    number: int
    more: bool


def visit_page(actor: User, matches: QuerySet[Visit], number: int) -> VisitPage:
    """Return a page in a fixed number of statements, however long the list is."""
    rows, more = page_rows(matches, number, PAGE)
    return VisitPage(visit_rows(actor, rows), number, more)


def visit_rows(actor: User, visits: Sequence[Visit]) -> list[VisitRow]:
    """Return visits as lists show them; at most three statements."""
    shown = access.personal(actor)
    called = units.named_units_by_id({visit.unit_id for visit in visits}) if visits else {}
    return [_line(shown, called, visit) for visit in visits]


def _line(shown: access.Personal, called: dict[UUID, NamedUnit], visit: Visit) -> VisitRow:
    state, word = pair_state(visit)
    return VisitRow(
        visit=visit,
        place=door_words(shown, visit),
        unit=called[visit.unit_id].short_name if visit.unit_id in called else "",
        visitors=pair_words(shown, visit),
        outcome=str(VisitOutcome(visit.outcome).label),
        state=STATES[VisitOutcome(visit.outcome)],
        pair_state=state,
        pair=word,
    )


def recorder_name(shown: access.Personal, recorder: UUID | None, lines: Sequence[VisitRow]) -> str:
    """Return the name of the phone's holder by whom the list is filtered, if it shows any of their visits; at most one
    statement.
    """
    if recorder is None or not lines:
        return ""
    name = User.objects.filter(pk=recorder).values_list("display_name", flat=True).first()
    return shown.name(name or "", lines[0].visit.unit_id)


# --- What the filter offers ---------------------------------------------------------------------------------------------


def drives_to_see(actor: User) -> list[Drive]:
    """Return the drives of the actor's units, the newest first; a helper has none to choose from."""
    roots = policy.VIEW.roots(actor)
    return list(Drive.objects.filter(unit_id__in=records_below(roots)).order_by("-since", "name")) if roots else []


def neighbourhoods_to_see(actor: User) -> list[Neighbourhood]:
    """Return the neighbourhoods of the actor's units, by unit and name."""
    roots = policy.VIEW.roots(actor)
    if not roots:
        return []
    areas = Neighbourhood.objects.filter(not_over(clock.today()), unit_id__in=records_below(roots))
    return list(areas.select_related("unit").order_by("unit__code", "name"))


def visits_with_details() -> QuerySet[Visit]:
    """Return all visits with everything that one visit's page shows, to be narrowed by a policy."""
    return all_visits().select_related("unit", "drive", "team", "recorded_by")


# --- One visit ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class VisitHelpRow:
    """One support record of a visit; `openable_id` is its id, None for readers who may not open it."""

    service: str
    person: str
    kind: str
    before: str
    after: str
    obstacle: str
    state: str
    word: str
    openable_id: UUID | None


def helps_of(actor: User, visit: Visit) -> list[VisitHelpRow]:
    """Return the support records of a visit and the state of each receipt; names as far as the support policy allows."""
    visit_helps = VisitSupportRecord.objects.filter(visit=visit).select_related(
        "support_record__service", "support_record__contact", "support_record__business", "before", "after", "obstacle"
    )
    rows = list(visit_helps.order_by("support_record_id"))
    now = current_helps([row.support_record for row in rows]) if rows else {}
    for row in rows:
        # The office's correction, or the support record itself.
        row.support_record = now[row.support_record_id]
    in_sight = support_policy.VIEW.filter(actor, support.all_records()).filter(
        pk__in=[row.support_record_id for row in rows]
    )
    may_open = set(in_sight.values_list("pk", flat=True)) if rows else set()
    names = support.receiver_names(actor, [row.support_record for row in rows]) if rows else {}
    return [_help_line(row, names[row.support_record_id], row.support_record_id in may_open) for row in rows]


def _help_line(row: VisitSupportRecord, name: str, may_open: bool) -> VisitHelpRow:
    support_record = row.support_record
    state, word = _receipt_state(row)
    nameless = _("Data erased at the person's wish") if support_record.named else _("Does not want to be named")
    return VisitHelpRow(
        service=support_record.service.short_name,
        person=(name if may_open or support_record.to_business else access.masked_name(name)) or nameless,
        kind=str(row.get_kind_display()),
        before=row.before.name if row.before is not None else "",
        after=row.after.name if row.after is not None else "",
        obstacle=row.obstacle.name if row.obstacle is not None else "",
        state=state,
        word=word,
        openable_id=row.support_record_id if may_open else None,
    )


def _receipt_state(row: VisitSupportRecord) -> tuple[str, str]:
    support_record = row.support_record
    if support_record.taken_back_at is not None:
        return "none", _("Taken back")
    if support_record.refused_at is not None:
        return "risk", _("Disputed, waits for a decision")
    if support_record.grade >= CALLED_BACK:
        return "on", _("Called back by an officer: right")
    if support_record.grade >= CONFIRMED:
        return "on", _("Confirmed by their own word through the receipt")
    if support_record.receipt_id is None:
        return "none", _("Without a receipt")
    return "none", _("Not confirmed yet")


def records_of(visit: Visit) -> list[Record]:
    """Return the records that phones sent about the visit, the newest first, without their bytes."""
    records = Record.objects.filter(record_id=visit.pk).select_related("device", "user", "decided_by")
    return list(records.defer("payload_encrypted", "key_encrypted").order_by("-seq")[:PAGE])


def may_be_shown(visit_id: UUID) -> bool:
    """Return whether pictures of the visit may be kept: no named receiver was erased or has withdrawn consent."""
    helped = SupportRecord.objects.filter(visit_help__visit=visit_id, named=True, to_business=False)
    persons = set(helped.values_list("person_id", flat=True))
    known_persons = {person_id for person_id in persons if person_id is not None}
    return known_persons == persons and not people.any_withdrew(known_persons, RECORD_PURPOSE)


def photos_of(visit: Visit) -> list[Photo]:
    """Return the completely received pictures."""
    photos = Photo.objects.filter(subject=visit.pk, blob__isnull=False, blob__key__destroyed_at=None)
    return list(photos.defer("pieces").order_by("begun_at", "pk"))


def photo_of(visit: Visit, photo_id: UUID) -> Blob | None:
    """Return the file of a picture."""
    photos = Photo.objects.filter(pk=photo_id, subject=visit.pk, blob__key__destroyed_at=None)
    photo = photos.select_related("blob__key").defer("pieces").first()
    return photo.blob if photo is not None else None
