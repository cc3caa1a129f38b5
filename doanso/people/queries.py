"""Reads of persons and contacts. The caller has narrowed the contacts by its own policy."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple, cast
from uuid import UUID

from django.db.models import Case, CharField, Count, IntegerField, Model, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, NullIf

from doanso.access.policy import units_below
from doanso.lib import citizen_id, database, encryption, phone, vietnamese
from doanso.lib.database import ranked_scan
from doanso.lib.problems import Refused
from doanso.lib.search_words import SearchWords
from doanso.people import configuration, policy
from doanso.people.models import Business, Consent, ConsentText, Contact, Duplicate, Person, Request
from doanso.people.particulars import Particulars
from doanso.people.rules.names import near_key
from doanso.people.rules.similarity import FieldComparison, Similarity, Traits, compare, reasons, score

if TYPE_CHECKING:
    from doanso.accounts.models import User


def canonical(person_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the present person of each person: merged ones lead to the one that remained."""
    return _remaining(Person, person_ids)


def _remaining(model: type[Person] | type[Business], ids: Iterable[UUID]) -> dict[UUID, UUID]:
    all_ids = set(ids)
    answer = {row_id: row_id for row_id in all_ids}
    waiting = all_ids
    while waiting:
        placeholders = database.placeholders(waiting)
        where = f"merged_into_id IS NOT NULL AND id IN ({placeholders})"
        merged = dict(database.read_rows(model, ("id", "merged_into"), where, list(waiting)))
        answer = {row_id: merged.get(now, now) for row_id, now in answer.items()}
        waiting = set(merged.values())
    return answer


def canonical_businesses(business_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return the present shop of each shop, like `canonical`."""
    return _remaining(Business, business_ids)


def same_person(person_id: UUID) -> set[UUID]:
    """Return the remaining person and everybody merged into that person."""
    return same_persons([person_id])


def same_persons(person_ids: Iterable[UUID]) -> set[UUID]:
    """Return `same_person` of many persons, in as many statements as for one."""
    everybody = waiting = set(person_ids)
    while waiting:
        waiting = set(Person.objects.filter(merged_into__in=waiting).values_list("pk", flat=True)) - everybody
        everybody = everybody | waiting
    return everybody


def other_records(contacts: Sequence[Contact]) -> dict[UUID, list[Contact]]:
    """Return, by contact, its unit's other contacts of the same person, since merged; ordered by name.

    A merge re-points nothing, so a unit may keep several records of one person. As many statements for one as for many.
    """
    persons = {contact.person_id for contact in contacts}
    if not Person.objects.filter(Q(pk__in=persons, merged_into__isnull=False) | Q(merged_into__in=persons)).exists():
        return {}
    own = canonical(persons)
    everybody = same_persons(own.values())
    today = canonical(everybody)
    rows = Contact.objects.filter(
        person_id__in=everybody, unit_id__in={contact.unit_id for contact in contacts}, erased_at=None
    )
    records: dict[tuple[UUID, UUID], list[Contact]] = {}
    for contact in rows.order_by("sort_key", "pk"):
        records.setdefault((contact.unit_id, today[contact.person_id]), []).append(contact)
    return {
        contact.pk: [
            other for other in records.get((contact.unit_id, own[contact.person_id]), ()) if other.pk != contact.pk
        ]
        for contact in contacts
    }


def distinct_contacts(contacts: Sequence[Contact]) -> list[Contact]:
    """Return these contacts with each person once in each home: of several records of a merged person, the remaining person's
    one.
    """
    today = canonical(contact.person_id for contact in contacts)
    remained = {(contact.household_id, contact.person_id) for contact in contacts}
    counted: set[tuple[UUID | None, UUID]] = set()
    unique = []
    for contact in contacts:
        home = (contact.household_id, today[contact.person_id])
        if home in counted or (contact.person_id != home[1] and home in remained):
            continue
        counted.add(home)
        unique.append(contact)
    return unique


def count_persons(contacts: QuerySet[Contact]) -> int:
    """Return the number of people behind these contacts, merged ones counted once."""
    merged = contacts.filter(person__merged_into__isnull=False).order_by().values_list("person_id", flat=True)
    remained = set(canonical(merged.distinct()).values())
    unmerged = contacts.filter(person__merged_into=None).exclude(person_id__in=remained)
    return len(remained) + unmerged.order_by().values("person_id").distinct().count()


DETAIL = "people.request.detail"
"""The encryption context of the words of a request."""


def encryption_context(name: str) -> str:
    """Return the context in which a phone, citizen number or e-mail (`name`) of a contact is encrypted and hashed."""
    return f"people.contact.{name}"


def lookup_hash(name: str, value: str) -> str:
    """Return the keyed hash by which a phone, citizen number or e-mail (`name`, in its normal form) is found."""
    return encryption.look_up(value, context=encryption_context(name))


TAIL = 4
"""Last digits of a phone that are compared: people remember them, and lists rarely garble them."""


def tail_lookup(number: str, birth_year: int | None) -> str:
    """Return the keyed hash of a phone's last digits together with the year of birth; empty when either is not known.

    Both together, because ten thousand tails are shared by everybody.
    """
    if len(number) <= TAIL or not birth_year:
        return ""
    return encryption.look_up(f"{number[-TAIL:]} {birth_year}", context="people.contact.tail")[:32]


def _is_number(text: str) -> bool:
    return sum(letter.isdigit() for letter in text) >= 8


def _by_digits(text: str, path: str, names: Collection[str]) -> Q:
    """Return the condition of contacts whose number of one of these kinds equals the searched digits."""
    condition = Q(pk__in=[])
    for name in names:
        try:
            number = phone.normalise(text).value if name == "phone" else citizen_id.normalise(text).value
        except Refused:
            continue
        condition |= Q(**{f"{path}{name}_lookup": lookup_hash(name, number)})
    return condition


def _by_words(text: str, path: str) -> Q:
    """Return the condition of names with words that begin with the searched words, without diacritics."""
    condition = Q()
    for word in vietnamese.fold(text).split():
        condition &= Q(**{f"{path}folded__startswith": word}) | Q(**{f"{path}folded__contains": f" {word}"})
    return condition


def contact_matches(text: str, *, contact: str = "") -> Q:
    """Return the condition by which a contact answers a search: beginnings of words of the name, without diacritics, or a whole
    phone or citizen number. `contact` is the path to it, with its dunder."""
    return _by_digits(text, contact, ("phone", "citizen_id")) if _is_number(text) else _by_words(text, contact)


def exact_matches(text: str, *, contact: str = "") -> Q:
    """Return the condition by which a contact is found by exactly this: the whole name, without diacritics, or a whole phone or
    citizen number. `contact` is the path to it, with its dunder."""
    if _is_number(text):
        return _by_digits(text, contact, ("phone", "citizen_id"))
    return Q(**{f"{contact}folded": vietnamese.fold(text)})


def business_matches(text: str, *, business: str = "") -> Q:
    """Return the condition by which a shop matches a search: by name or phone."""
    return _by_digits(text, business, ("phone",)) if _is_number(text) else _by_words(text, business)


def search[M: Model](queryset: QuerySet[M], text: str, *, contact: str = "") -> QuerySet[M]:
    """Return rows whose contact matches the search (`contact_matches`), annotated with `rank`: 0 for the exact spelling, else
    1.

    `contact` is the path from the queryset's model to the contact, with its dunder.
    """
    queryset = queryset.filter(contact_matches(text, contact=contact))
    if _is_number(text):
        owners: Any = queryset.annotate(rank=Value(0, output_field=IntegerField()))
        return cast("QuerySet[M]", owners)
    exact = Q()
    typed = vietnamese.tidy_name(text)
    for word in typed.split():
        # Stored names are tidy, so each of their words begins with a capital.
        spelled = word[:1].upper() + word[1:]
        exact &= Q(**{f"{contact}name__contains": spelled}) | Q(
            **{f"{contact}name__contains": vietnamese.canonical_tones(spelled)}
        )
    matches: Any = queryset.annotate(
        rank=Case(When(exact, then=Value(0)), default=Value(1), output_field=IntegerField())
        if exact
        else Value(0, output_field=IntegerField())
    )
    return cast("QuerySet[M]", matches)


def best_named(words: SearchWords, *, limit: int) -> list[UUID]:
    """Return contacts of all units whose names have words that begin with these, ranked as `vietnamese.rank` does; one pass over
    the index of names. The caller narrows them by its own policy.

    Words without accents are compared with the folded names alone, because a third of all names begins alike.
    """
    begins, whole = ranked_scan.begins_a_word, ranked_scan.is_a_word
    where = " AND ".join([begins("folded")] * len(words.folded))
    all_whole = " AND ".join([whole("folded")] * len(words.folded))
    begun, between = [f" {word}" for word in words.folded], [f" {word} " for word in words.folded]
    if words.text.isascii():
        order = f"CASE WHEN {all_whole} THEN 0 ELSE 1 END, folded"
        return ranked_scan.best_keys(Contact, where, order, [*begun, *between], limit=limit)
    # Stored names are tidy, so each of their words begins with a capital.
    spelled = [f"{word[:1].upper()}{word[1:]}" for word in vietnamese.tidy_name(words.text).split()]
    spellings = [tuple(dict.fromkeys((word, vietnamese.canonical_tones(word)))) for word in spelled]
    typed = [spelling for pair in spellings for spelling in pair]

    def named(test: str) -> str:
        return " AND ".join(f"({' OR '.join([test] * len(pair))})" for pair in spellings)

    order = f"""
        CASE WHEN {all_whole} THEN CASE WHEN {named(whole("name"))} THEN 0 ELSE 2 END
        ELSE CASE WHEN {named(begins("name"))} THEN 1 ELSE 3 END END, folded
    """
    parameters = [*begun, *between, *(f" {word} " for word in typed), *(f" {word}" for word in typed)]
    return ranked_scan.best_keys(Contact, where, order, parameters, limit=limit)


def decrypt_field(contact: Contact, name: str) -> str:
    """Return the decrypted phone, citizen number or e-mail (`name`), for readers who may see it; empty when there is none."""
    sealed: bytes = getattr(contact, f"{name}_encrypted")
    return encryption.decrypt(sealed, context=encryption_context(name)) if sealed else ""


class MatchRecord(NamedTuple):
    """A contact with the values that are compared."""

    contact_id: UUID
    person_id: UUID
    traits: Traits


_COMPARED = (
    *("id", "person", "unit", "folded", "birth_year", "birth_date", "gender", "phone_lookup", "tail_lookup"),
    *("neighbourhood", "address"),
)
LEAST_SCORE = 45
"""Below this, nothing but the name agrees."""
_MOST_ALIKE = 200
"""Rows read at most for one person by one key; a key that more people share distinguishes nobody."""


def _record(row: Sequence[Any]) -> MatchRecord:
    contact_id, person_id, unit_id, folded, year, birth, gender, phone_hash, tail, neighbourhood_id, address = row
    traits = Traits(
        folded=folded,
        birth_year=year,
        birth_date=database.as_date(birth) if birth else None,
        gender=gender,
        phone=phone_hash,
        tail=tail,
        neighbourhood_id=neighbourhood_id,
        address=vietnamese.fold(address),
        unit_id=unit_id,
    )
    return MatchRecord(contact_id, person_id, traits)


# A join, because SQLite looks up a list of pairs by the first of the two alone.
_SAME_NAME_AND_YEAR = (
    "id IN (SELECT c.id FROM (VALUES {}) v JOIN people_contact c ON c.folded = v.column1 AND c.birth_year = v.column2)"
)


def namesakes_within(names: Collection[str], unit_ids: Collection[UUID]) -> tuple[str, list[Any]]:
    """Return the condition, with its parameters, by which contacts of these folded names are found in these units: by the name,
    since a unit has thousands of contacts and few of one name."""
    unit = database.without_index("unit_id")
    where = f"folded IN ({database.placeholders(names)}) AND {unit} IN ({database.placeholders(unit_ids)})"
    return where, [*names, *unit_ids]


def look_alikes(all_traits: Sequence[Traits], *, unit_id: UUID | None) -> list[MatchRecord]:
    """Return contacts that may be the persons asked for, found by keys alone in one statement, whatever their number.

    By the phone, and by name and birth year; where a unit asks, within it also by the name, and by a name that is nearly it in
    the same year.
    """
    most = _MOST_ALIKE * len(all_traits)
    phones = {traits.phone for traits in all_traits if traits.phone}
    names = {traits.folded for traits in all_traits if traits.folded}
    years = {(traits.folded, traits.birth_year) for traits in all_traits if traits.folded and traits.birth_year}
    nears = {key for traits in all_traits if (key := near_key(traits.folded, traits.birth_year))}
    pairs = ", ".join(["(%s, %s)"] * len(years))
    asking: list[tuple[str, list[Any]]] = []
    if phones:
        asking.append((f"phone_lookup IN ({database.placeholders(phones)})", [*phones]))
    if years:
        asking.append((_SAME_NAME_AND_YEAR.format(pairs), [value for pair in years for value in pair]))
    if names and unit_id is not None:
        where, within = namesakes_within(names, [unit_id])
        if all(traits.birth_year for traits in all_traits):
            # A namesake born in quite another year is another person.
            born = [traits.birth_year for traits in all_traits if traits.birth_year]
            where += " AND (birth_year IS NULL OR birth_year BETWEEN %s AND %s)"
            within += [min(born) - 1, max(born) + 1]
        asking.append((where, within))
    if nears and unit_id is not None:
        asking.append((f"unit_id = %s AND near_key IN ({database.placeholders(nears)})", [unit_id, *nears]))
    records: dict[UUID, MatchRecord] = {}
    for row in database.read_any(Contact, _COMPARED, asking, most=most):
        if row[0] not in records:
            records[row[0]] = _record(row)
    return list(records.values())


@dataclass(frozen=True, slots=True)
class MatchCandidate:
    """A person who may be meant, the likeliest first; reasons are codes of what agrees, never a value."""

    person_id: UUID
    score: int
    reasons: tuple[str, ...]


def match_candidates(
    *, particulars: Particulars, unit_id: UUID, limit: int = 10, apart_from: UUID | None = None
) -> list[MatchCandidate]:
    """Return who may be meant among all persons: by name AND birth AND place AND phone, by keys alone.

    A shared name or a shared phone by itself makes no candidate. `unit_id` is the asking unit: within it a namesake counts even
    when only the place agrees.
    """
    traits = traits_of(particulars, unit_id)
    records = look_alikes([traits], unit_id=unit_id)
    by_person: dict[UUID, tuple[int, Similarity]] = {}
    for record in records:
        likeness = compare(traits, record.traits)
        points = score(likeness)
        if likeness.name is FieldComparison.NO or points < LEAST_SCORE:
            continue
        if record.person_id not in by_person or by_person[record.person_id][0] < points:
            by_person[record.person_id] = (points, likeness)
    today = canonical(by_person)
    best: dict[UUID, MatchCandidate] = {}
    for person_id, (points, likeness) in by_person.items():
        person = today[person_id]
        if person != apart_from and (person not in best or best[person].score < points):
            best[person] = MatchCandidate(person, points, tuple(reasons(likeness)))
    return sorted(best.values(), key=lambda candidate: (-candidate.score, candidate.person_id))[:limit]


def traits_of(particulars: Particulars, unit_id: UUID | None) -> Traits:
    """Return the values of a person that are compared."""
    year = particulars.birth_date.year if particulars.birth_date else particulars.birth_year
    return Traits(
        folded=vietnamese.fold(particulars.name),
        birth_year=year,
        birth_date=particulars.birth_date,
        gender=particulars.gender,
        phone=lookup_hash("phone", particulars.phone) if particulars.phone else "",
        tail=tail_lookup(particulars.phone, year),
        neighbourhood_id=particulars.neighbourhood_id,
        address=vietnamese.fold(particulars.address),
        unit_id=unit_id,
    )


def reaches_all_units_of(actor: "User", person_id: UUID) -> bool:
    """Return whether the actor has a role above every unit that keeps data of this person."""
    contacts = Contact.objects.filter(person_id__in=same_person(canonical([person_id])[person_id]), erased_at=None)
    return contacts.count() == policy.HANDLE_REQUESTS.filter(actor, contacts).count()


def agreed_purposes(person_id: UUID) -> set[str]:
    """Return the purposes to which the person agrees today."""
    persons = same_person(canonical([person_id])[person_id])
    return set(Consent.objects.filter(person_id__in=persons, withdrawn_at=None).values_list("purpose", flat=True))


def any_withdrew(person_ids: Collection[UUID], purpose: str) -> bool:
    """Return whether one of these persons has withdrawn consent to this purpose in every version."""
    today = canonical(person_ids)
    root_of = {merged_id: root for root in set(today.values()) for merged_id in same_person(root)}
    consents = Consent.objects.filter(person_id__in=root_of, purpose=purpose).values_list("person_id", "withdrawn_at")
    in_effect: dict[UUID, bool] = {}
    for person_id, withdrawn_at in consents:
        root = root_of[person_id]
        in_effect[root] = in_effect.get(root, False) or withdrawn_at is None
    return not all(in_effect.values())


def contact_to_correct(request: Request) -> Contact | None:
    """Return the contact of the unit that received the request, or else that of a unit below it."""
    persons = same_person(canonical([request.person_id])[request.person_id])
    contacts = Contact.objects.filter(person_id__in=persons, erased_at=None)
    return contacts.filter(unit_id=request.unit_id).order_by("pk").first() or (
        contacts.filter(unit_id__in=units_below([request.unit_id])).order_by("pk").first()
    )


def consent_text(on: date) -> ConsentText:
    """Return the consent text of a day: the newest version by then, or else the first; shipped ones need no loading."""
    texts = {entry.version: entry for entry in ConsentText.objects.all()}
    for text in configuration.shipped_texts():
        if text.version not in texts:
            purposes = [
                {"code": entry.code, "name": entry.name, "sentence": entry.sentence, "adults_only": entry.adults_only}
                for entry in text.purposes
            ]
            texts[text.version] = ConsentText(
                version=text.version, since=text.since, title=text.title, body=text.body, purposes=purposes
            )
    ordered = sorted(texts.values(), key=lambda entry: (entry.since, entry.version))
    return next((entry for entry in reversed(ordered) if entry.since <= on), ordered[0])


def guardian_age() -> int:
    """Return the age below which a parent or guardian agrees instead."""
    return configuration.privacy_rules().guardian_below


def all_contacts() -> QuerySet[Contact]:
    """Return the contacts of people who were not erased, to be narrowed by a policy."""
    return Contact.objects.filter(erased_at=None).select_related("unit", "neighbourhood")


def all_requests() -> QuerySet[Request]:
    """Return all requests, to be narrowed by a policy."""
    return Request.objects.select_related("handler")


def all_duplicates() -> QuerySet[Duplicate]:
    """Return all pairs, to be narrowed by a policy."""
    return Duplicate.objects.select_related("resolved_by")


def shared_phones(unit_ids: Collection[UUID], persons: int) -> dict[UUID, list[tuple[int, int]]]:
    """Return by unit its phones with at least this many persons, as (persons, homes).

    Compared by the keyed look-up alone, which is not returned. A contact without home and address counts as a separate home.
    """
    home = Coalesce(
        Cast("household_id", CharField()), NullIf("address", Value("")), Cast("person_id", CharField()),
        output_field=CharField(),
    )  # fmt: skip
    rows = (
        Contact.objects.filter(unit_id__in=list(unit_ids), erased_at=None, person__merged_into=None)
        .exclude(phone_lookup="")
        .values_list("unit_id", "phone_lookup")
        .annotate(persons=Count("person_id", distinct=True), homes=Count(home, distinct=True))
        .filter(persons__gte=persons)
        .order_by("-persons", "-homes")
    )
    shared: dict[UUID, list[tuple[int, int]]] = {}
    for unit_id, _lookup, count, homes in rows:
        shared.setdefault(unit_id, []).append((count, homes))
    return shared
