"""Consent: given for each purpose, in the words of a version, and withdrawn at any time."""

from collections.abc import Collection, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock, database
from doanso.lib.names import name_problem
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.people import configuration
from doanso.people.actions.contacts import birth_year_of
from doanso.people.actions.locking import lock_persons
from doanso.people.configuration import ConsentWords, Purpose
from doanso.people.models import Channel, Consent, ConsentText, Contact, Person
from doanso.people.particulars import Particulars
from doanso.people.ports import personal_records
from doanso.people.rules.ages import needs_guardian

if TYPE_CHECKING:
    from doanso.accounts.models import User


class PersonConsent(NamedTuple):
    """What one person agreed to, in one unit. Without purposes the person refused, and nothing is written.

    `newcomer`: the particulars of a person created by the same action, of whom nothing else is stored yet.
    """

    person_id: UUID
    unit_id: UUID
    purposes: tuple[str, ...]
    channel: str
    text_version: str
    taken_on: date
    guardian_name: str = ""
    newcomer: Particulars | None = None


def load_consent_text(*, actor: "User | None", path: Path) -> ConsentText:
    """Load a version of the consent text. A loaded version never changes: people have agreed to its words."""
    return store_consent_text(actor=actor, text=configuration.read_text(path))


def store_consent_text(*, actor: "User | None", text: ConsentWords) -> ConsentText:
    """Store a version of the consent text, or return it where it is stored already; refuse other words for it."""
    with transaction.atomic():
        existing = ConsentText.objects.filter(version=text.version).first()
        # Another transaction may store other words under the same version at this moment.
        stored = existing or _load(text)
        if (stored.title, stored.body, stored.purposes) != (text.title, text.body, _purposes_as_data(text.purposes)):
            message = _("Version %(version)s was put to people in other words; give the new words a new version.")
            raise Refused(Problem("consent_text_differs", message % {"version": text.version}))
        if existing is None:
            record(actor=actor, action="people.load_consent_text", obj=stored)
        return stored


def _purposes_as_data(purposes: Sequence[Purpose]) -> list[dict[str, object]]:
    return [
        {"code": purpose.code, "name": purpose.name, "sentence": purpose.sentence, "adults_only": purpose.adults_only}
        for purpose in purposes
    ]


def _load(text: ConsentWords) -> ConsentText:
    # Two transactions may be the first to use it at the same moment.
    loaded, _made = ConsentText.objects.get_or_create(
        version=text.version,
        defaults={
            "since": text.since,
            "title": text.title,
            "body": text.body,
            "purposes": _purposes_as_data(text.purposes),
            "loaded_at": clock.now(),
        },
    )
    return loaded


def _texts(versions: Collection[str]) -> dict[str, dict[str, bool]]:
    """Return for each version its purposes, and whether each is for adults only. Shipped versions are loaded when first used."""
    where = f"version IN ({database.placeholders(versions)})"
    stored = dict(database.read_rows(ConsentText, ("version", "purposes"), where, [*versions]))
    texts = {version: database.as_json(purposes) for version, purposes in stored.items()}
    missing = set(versions) - texts.keys()
    if missing:
        shipped = {text.version: text for text in configuration.shipped_texts()}
        for version in sorted(missing):
            if version not in shipped:
                message = _("Nobody knows the consent text “%(version)s”; load it first.")
                raise Refused(Problem("consent_text_unknown", message % {"version": version}, "text_version"))
            texts[version] = _load(shipped[version]).purposes
    return {
        version: {str(purpose["code"]): bool(purpose.get("adults_only")) for purpose in purposes}
        for version, purposes in texts.items()
    }


_CHANNELS = frozenset(Channel.values)


def _births(person_ids: Collection[UUID]) -> dict[UUID, list[tuple[date | None, int | None]]]:
    births: dict[UUID, list[tuple[date | None, int | None]]] = {}
    where = f"person_id IN ({database.placeholders(person_ids)})"
    rows = database.read_rows(Contact, ("person", "birth_date", "birth_year"), where, [*person_ids])
    for person_id, day, year in rows:
        day = database.as_date(day) if day is not None else None
        births.setdefault(person_id, []).append((day, year))
    return births


def _consents_in_effect(person_ids: Collection[UUID]) -> set[tuple[Any, ...]]:
    """Return the consents in effect of these people today, as (person, purpose, version)."""
    where = f"person_id IN ({database.placeholders(person_ids)}) AND withdrawn_at IS NULL"
    return set(database.read_rows(Consent, ("person", "purpose", "text_version"), where, [*person_ids]))


def _problem(
    consent: PersonConsent, purposes: dict[str, bool], births: list[tuple[date | None, int | None]], *, below: int
) -> Problem | None:
    unknown = set(consent.purposes) - purposes.keys()
    if unknown:
        message = _("The consent text %(version)s has no purpose “%(purpose)s”.")
        values = {"version": consent.text_version, "purpose": min(unknown)}
        return Problem("consent_purpose_unknown", message % values, "purposes")
    if consent.channel not in _CHANNELS:
        return Problem("consent_channel_unknown", _("Say whether it was on paper, on a screen or by voice."), "channel")
    child = any(
        needs_guardian(birth_date=day, birth_year=year, on=consent.taken_on, below=below) for day, year in births
    )
    if not child:
        return None
    if not consent.guardian_name.strip():
        return _guardian_needed(below)
    if any(purposes[purpose] for purpose in consent.purposes):
        message = _("The name of somebody under %(age)s is not made public; leave that purpose out.")
        return Problem("not_for_children", message % {"age": below}, "purposes")
    return None


def _guardian_needed(below: int) -> Problem:
    message = _("For somebody under %(age)s a parent or guardian agrees; write down who.")
    return Problem("guardian_needed", message % {"age": below}, "guardian_name")


def guardian_problem(
    *, birth_date: date | None, birth_year: int | None, on: date, guardian_name: str
) -> Problem | None:
    """Return why a person's own consent does not suffice; importers ask it row by row, before anything is written."""
    below = configuration.privacy_rules().guardian_below
    child = needs_guardian(birth_date=birth_date, birth_year=birth_year, on=on, below=below)
    return _guardian_needed(below) if child and not guardian_name.strip() else None


def give_consents(*, actor: "User | None", entries: Sequence[PersonConsent]) -> None:
    """Store the consents of one or many people, in the caller's transaction and after its policy.

    A consent that exists is left as it is. A refusal (no purposes) writes nothing.
    """
    record_many(store_consents(actor=actor, entries=entries))


def store_consents(*, actor: "User | None", entries: Sequence[PersonConsent]) -> list[AuditEventInput]:
    """Do the same as `give_consents`, and return the audit events for the caller to record with its own."""
    entries = [entry for entry in entries if entry.purposes]
    if not entries:
        return []
    texts = _texts({entry.text_version for entry in entries})
    known_persons = {entry.person_id for entry in entries if entry.newcomer is None}
    births = _births(known_persons) if known_persons else {}
    for entry in entries:
        if entry.newcomer is not None and entry.person_id not in known_persons:
            births[entry.person_id] = [(entry.newcomer.birth_date, birth_year_of(entry.newcomer))]
    below = configuration.privacy_rules().guardian_below
    for entry in entries:
        refuse(name_problem(entry.guardian_name.strip(), "guardian_name"))
        refuse(_problem(entry, texts[entry.text_version], births.get(entry.person_id, []), below=below))
    in_effect = _consents_in_effect(known_persons) if known_persons else set()
    now, rows, events = clock.now(), [], []
    actor_id = actor.pk if actor is not None else None
    for entry in entries:
        guardian = entry.guardian_name.strip()
        new = [code for code in entry.purposes if (entry.person_id, code, entry.text_version) not in in_effect]
        for purpose in dict.fromkeys(new):
            in_effect.add((entry.person_id, purpose, entry.text_version))
            rows.append(
                (
                    *(uuid7(), entry.person_id, entry.unit_id, purpose, entry.text_version, entry.channel),
                    *(guardian, bool(guardian), actor_id, entry.taken_on, now, ""),
                )
            )
        if new:
            person = database.new_object(Person, id=entry.person_id)
            events.append(AuditEventInput(actor, "people.give_consent", person, entry.unit_id, changed=new))
    columns = (
        *("id", "person", "unit", "purpose", "text_version", "channel"),
        *("guardian_name", "by_guardian", "taken_by", "taken_on", "recorded_at", "withdrawn_channel"),
    )
    database.insert_rows(Consent, columns, rows)
    return events


@transaction.atomic
def withdraw_consent(*, actor: "User | None", person_id: UUID, purposes: Collection[str] | None, channel: str) -> int:
    """Withdraw these purposes (None: all), in every version; return how many consents ended. Counted facts stay counted.

    Without an actor the person did it by their own link. Locks the persons; then the apps destroy files, so that rows are locked
    before.
    """
    persons = {person.pk for person in lock_persons([person_id])}
    ended = end_consents(actor=actor, person_id=person_id, persons=persons, purposes=purposes, channel=channel)
    if ended:
        ended_purposes = sorted({consent.purpose for consent in ended})
        for records in personal_records():
            if records.withdraw is not None:
                records.withdraw(persons, ended_purposes)
    return len(ended)


def end_consents(
    *,
    actor: "User | None",
    person_id: UUID,
    persons: Collection[UUID],
    purposes: Collection[str] | None,
    channel: str,
) -> list[Consent]:
    """Note the withdrawal of these purposes (None: all) of a person and those merged into it; return the consents that ended.

    The caller holds the locks of `persons`, under which alone a consent is changed.
    """
    in_effect = Consent.objects.filter(person_id__in=persons, withdrawn_at=None)
    if purposes is not None:
        in_effect = in_effect.filter(purpose__in=purposes)
    consents = list(in_effect.order_by("id"))
    if consents:
        ids = [consent.pk for consent in consents]
        Consent.objects.filter(pk__in=ids).update(withdrawn_at=clock.now(), withdrawn_channel=channel)
        record(
            actor=actor,
            action="people.withdraw_consent",
            obj=Person(pk=person_id),
            unit=consents[0].unit_id,
            changed=sorted({consent.purpose for consent in consents}),
            note="" if actor is not None else "người dân",
        )
    return consents
