"""A visit for correction by an officer: its current content, its former contents, and whether a phone may still change it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.adoption.models import AdoptionStage, Obstacle, Service
from doanso.lib import clock, encryption, formats
from doanso.members import queries as members
from doanso.outreach.models import HelpKind, Teammate, Visit, VisitAmendment, VisitOutcome, VisitSupportRecord
from doanso.outreach.rules import amendments as rules
from doanso.outreach.rules.amendments import (
    HelpContent,
    PersonContent,
    PlaceContent,
    ReportedHelpEvidence,
    SecondContent,
    VisitContent,
)
from doanso.people import policy as people_policy
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.support import policy as support_policy
from doanso.support.models import HelperKind, SupportRecord
from doanso.sync.models import Record, RecordState
from doanso.units.models import Neighbourhood, UnitKind

CONTEXT = "outreach.visit.amendment"


def current_helps(helps: Sequence[SupportRecord]) -> dict[UUID, SupportRecord]:
    """Return the present versions of these support records, by their original keys: the correction of a corrected one, and one
    taken back itself.

    One statement for each successive correction.
    """
    latest = {support_record.pk: support_record for support_record in helps}
    root = {support_record.pk: support_record.pk for support_record in helps}
    taken_back = [support_record.pk for support_record in helps if support_record.taken_back_at is not None]
    while taken_back:
        after = list(
            SupportRecord.objects.filter(corrects__in=taken_back).select_related("service", "contact", "business")
        )
        for support_record in after:
            if support_record.corrects_id is not None:
                root[support_record.pk] = root[support_record.corrects_id]
                latest[root[support_record.pk]] = support_record
        taken_back = [support_record.pk for support_record in after if support_record.taken_back_at is not None]
    return latest


def reported_helps(visit: Visit) -> list[tuple[VisitSupportRecord, SupportRecord]]:
    """Return the support records in effect that the visit reports, each with its present version."""
    visit_helps = VisitSupportRecord.objects.filter(visit=visit).select_related(
        "support_record__service", "support_record__contact", "support_record__business", "before", "after", "obstacle"
    )
    rows = list(visit_helps.order_by("support_record_id"))
    now = current_helps([row.support_record for row in rows])
    return [(row, now[row.support_record_id]) for row in rows if now[row.support_record_id].taken_back_at is None]


@dataclass(frozen=True, slots=True)
class AmendableVisit:
    """A visit's current content with the evidence of its support records; `version` changes whenever any of it does."""

    content: VisitContent
    evidence: Mapping[UUID, ReportedHelpEvidence]
    version: str


def amendable_visit(visit: Visit) -> AmendableVisit:
    """Return the content with which an officer starts a correction; names and numbers are not masked."""
    helps = reported_helps(visit)
    began, ended = clock.local(visit.began_at), clock.local(visit.ended_at)
    place = visit.household or visit.business
    last = VisitAmendment.objects.filter(visit=visit).order_by("-number").first()
    contacts = {entry.contact_id: entry.contact for _row, entry in helps if entry.contact is not None}
    details = VisitContent(
        happened_on=visit.happened_on,
        began=began.time().replace(second=0, microsecond=0),
        ended=ended.time().replace(second=0, microsecond=0),
        outcome=visit.outcome,
        follow_up_on=visit.follow_up_on,
        place=PlaceContent(place.house_number, place.street, place.neighbourhood_id)
        if place is not None
        else PlaceContent("", "", None),
        second=SecondContent(visit.second_id)
        if visit.second_id
        else SecondContent(None, visit.second_name, visit.second_kind),
        people=tuple(
            PersonContent(key, entry.name, people.decrypt_field(entry, "phone"))
            for key, entry in sorted(contacts.items(), key=lambda pair: str(pair[0]))
            if key is not None and entry.erased_at is None
        ),
        helps=tuple(_help_content(row, entry) for row, entry in helps),
        note=last.note if last is not None else "",
    )
    evidence = {
        row.support_record_id: ReportedHelpEvidence(
            grade=entry.grade,
            disputed=entry.refused_at is not None,
            erased=entry.named and entry.contact_id is None and entry.business_id is None,
        )
        for row, entry in helps
    }
    proof = [(str(key), entry.grade, entry.disputed, entry.erased) for key, entry in sorted(evidence.items())]
    others = (visit.content_hash, visit.second_how, visit.paired, visit.taken_back_at, last.number if last else 0)
    return AmendableVisit(details, evidence, rules.content_version(details, [*proof, *others]))


def _help_content(row: VisitSupportRecord, support_record: SupportRecord) -> HelpContent:
    receiver = (
        rules.SHOP
        if support_record.to_business
        else str(support_record.contact_id)
        if support_record.contact_id
        else rules.NOBODY
    )
    return HelpContent(
        key=row.support_record_id,
        receiver=receiver,
        service=support_record.service_id,
        kind=row.kind,
        before=row.before.code if row.before is not None else "",
        after=row.after.code if row.after is not None else "",
        obstacle=row.obstacle_id or "",
    )


def home_of(visit: Visit) -> UUID:
    """Return the ward that keeps homes, shops and teams: a branch visits in its ward's name."""
    is_branch = visit.unit.kind == UnitKind.BRANCH
    return members.home_units([visit.unit_id])[visit.unit_id] if is_branch else visit.unit_id


def contacts_of_members(contact_ids: Sequence[UUID]) -> set[UUID]:
    """Return the contacts whose person is a member: the register of members keeps their names."""
    members_contacts = Contact.objects.filter(pk__in=contact_ids, person__memberships__isnull=False)
    return set(members_contacts.values_list("pk", flat=True))


@dataclass(frozen=True, slots=True)
class AmendmentChoices:
    """The choices of a form: possible seconds, neighbourhoods, services, stages and obstacles."""

    mates: Sequence[tuple[str, str]]
    neighbourhoods: Sequence[tuple[str, str]]
    services: Sequence[tuple[str, str]]
    stages: Sequence[tuple[str, Sequence[tuple[str, str]]]]
    obstacles: Sequence[tuple[str, str]]


def amendment_choices(visit: Visit) -> AmendmentChoices:
    """Return the ward's teams on the day of the visit, its neighbourhoods, and every service with its stages."""
    home = home_of(visit)
    mates = Teammate.objects.filter(Q(unit_id__in={home, visit.unit_id}) | Q(pk=visit.second_id))
    place = visit.household or visit.business
    area = place.neighbourhood_id if place is not None else None
    services = list(Service.objects.order_by("position").prefetch_related("stages"))
    return AmendmentChoices(
        mates=[
            (str(entry.pk), f"{entry.name} ({entry.get_kind_display()})")
            for entry in mates.order_by("sort_key", "pk")
            if entry.pk == visit.second_id or (entry.pk != visit.first_id and _in_team(entry, visit.happened_on))
        ],
        neighbourhoods=[
            (str(entry.pk), entry.name)
            for entry in Neighbourhood.objects.filter(unit_id=home).order_by("name")
            if entry.pk == area or entry.until is None or entry.until > visit.happened_on
        ],
        services=[(entry.pk, entry.short_name) for entry in services],
        stages=[
            (entry.short_name, [(f"{entry.pk}.{stage.code}", stage.name) for stage in _stages(entry)])
            for entry in services
        ],
        obstacles=[(entry.pk, entry.name) for entry in Obstacle.objects.order_by("position")],
    )


def _stages(service: Service) -> list[AdoptionStage]:
    return sorted(service.stages.all(), key=lambda stage: stage.level)


def _in_team(mate: Teammate, day: date) -> bool:
    return mate.since <= day and (mate.until is None or day < mate.until)


# --- Versions ---------------------------------------------------------------------------------------------------------


def encrypt_content(details: VisitContent) -> bytes:
    """Return the encrypted content, as a former version is stored."""
    return encryption.encrypt(json.dumps(rules.as_data(details), ensure_ascii=False), context=CONTEXT)


@dataclass(frozen=True, slots=True)
class AmendmentRow:
    """One correction of the visit: the officer, the reason, and the former content of the changed fields."""

    number: int
    when: str
    author: str
    reason: str
    note: str
    before: Sequence[tuple[str, str]]
    hidden: bool


_TITLES = {
    "happened_on": gettext_lazy("Day of the visit"),
    "began": gettext_lazy("Came at"),
    "ended": gettext_lazy("Left at"),
    "outcome": gettext_lazy("Outcome"),
    "follow_up_on": gettext_lazy("Come again on"),
    "place": gettext_lazy("Door"),
    "second": gettext_lazy("Second of the pair"),
    "people": gettext_lazy("Helped person"),
    "helps": gettext_lazy("Helped with"),
    "note": gettext_lazy("Note"),
}


def amendment_rows(actor: User, visit: Visit) -> list[AmendmentRow]:
    """Return the corrections of a visit, the newest first; names as far as the actor may read them."""
    rows = VisitAmendment.objects.filter(visit=visit).select_related("amended_by").order_by("-number")
    amended = list(rows)
    if not amended:
        return []
    shown = access.personal(actor)
    words = _ContentWords(
        names=shown.shows(visit.unit_id) and support_policy.VIEW.allows_for(actor, visit.unit),
        numbers=people_policy.VIEW.allows_for(actor, visit.unit),
    )
    return [
        AmendmentRow(
            number=amendment.number,
            when=formats.moment(amendment.amended_at),
            author=shown.name(amendment.amended_by.display_name, visit.unit_id),
            reason=amendment.reason,
            note=amendment.note,
            before=_before(amendment, words)
            if shown.shows(visit.unit_id)
            else [(str(_TITLES[name]), _HIDDEN) for name in amendment.changed],
            hidden=not amendment.before_encrypted,
        )
        for amendment in amended
    ]


def _before(amendment: VisitAmendment, words: "_ContentWords") -> list[tuple[str, str]]:
    if not amendment.before_encrypted:
        return []
    data = json.loads(encryption.decrypt(bytes(amendment.before_encrypted), context=CONTEXT))
    return [(str(_TITLES[name]), words.of(name, data) or "–") for name in amendment.changed if name in _TITLES]


_HIDDEN = "…"


class _ContentWords:
    """Texts of a former content; names and numbers of receivers as far as the reader may know them. Names of codes are read
    once.
    """

    def __init__(self, *, names: bool, numbers: bool) -> None:
        self.names, self.numbers = names, numbers
        self.services = dict(Service.objects.values_list("pk", "short_name"))
        self.stages = {
            (service, code): name
            for service, code, name in AdoptionStage.objects.values_list("service", "code", "name")
        }

    def of(self, name: str, data: Mapping[str, Any]) -> str:
        """Return the text of one field."""
        value = data[name]
        if name in {"people", "helps"} and not self.names:
            return _HIDDEN
        if name in {"happened_on", "follow_up_on"}:
            return formats.day(date.fromisoformat(value)) if value else ""
        if name in {"began", "ended"}:
            return time.fromisoformat(value).strftime("%H:%M")
        if name == "outcome":
            return str(VisitOutcome(value).label)
        if name == "place":
            return " ".join(filter(None, (value["number"], value["street"])))
        if name == "second":
            return self._second(value)
        if name == "people":
            return "; ".join(
                ", ".join(filter(None, (guest["name"], guest["phone"] if self.numbers else ""))) for guest in value
            )
        if name == "helps":
            return "; ".join(self._help(entry, data["people"]) for entry in value)
        return str(value)

    def _second(self, value: Mapping[str, Any]) -> str:
        if value["teammate_id"]:
            return Teammate.objects.filter(pk=value["teammate_id"]).values_list("name", flat=True).first() or ""
        kind = str(HelperKind(value["kind"]).label) if value["name"] and value["kind"] else ""
        return " · ".join(filter(None, (value["name"], kind))) or _("nobody came along")

    def _help(self, value: Mapping[str, Any], people: Sequence[Mapping[str, Any]]) -> str:
        service = value["service"]
        named = {person["contact_id"]: person["name"] for person in people}
        receiver = named.get(value["receiver"]) or (
            _("The shop") if value["receiver"] == rules.SHOP else _("Without a name")
        )
        stages = [self.stages.get((service, value[field]), "") for field in ("before", "after")]
        steps = f" ({stages[0] or '–'} → {stages[1] or '–'})" if any(stages) else ""
        kind = "" if value["kind"] == HelpKind.GUIDE else f", {HelpKind(value['kind']).label}"
        return f"{receiver}: {self.services.get(service, service)}{kind}{steps}"


# --- Phones -------------------------------------------------------------------------------------------------------------


def is_amended_since(visit_id: UUID, content_hash: str) -> bool:
    """Return whether the office has corrected the visit since, so that this version of a phone waits for an officer.

    A version that waited is applied by an officer's decision alone.
    """
    if not VisitAmendment.objects.filter(visit_id=visit_id).exists():
        return False
    waited = Record.objects.filter(
        record_id=visit_id, content_hash=content_hash, state__in=(RecordState.WAITING, RecordState.REFUSED)
    )
    return not waited.exists()
