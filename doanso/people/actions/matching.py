"""Match people: find the person that a row means, or create a new one, for one row or five hundred.

No result reveals which unit knows a person: only that another unit has helped them already.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

from doanso.lib import clock, database, vietnamese
from doanso.lib.uuid7 import uuid7
from doanso.people import ports
from doanso.people.actions.contacts import NewContact, add_contacts, change_contacts, lock_contacts
from doanso.people.models import Contact, Duplicate, DuplicateState, Person
from doanso.people.particulars import Particulars
from doanso.people.queries import MatchRecord, canonical, look_alikes, traits_of
from doanso.people.rules import similarity
from doanso.people.rules.names import near_key
from doanso.people.rules.similarity import Similarity, Traits

LOCKS = 256

MOST_PAIRS = 3
"""Pairs put into the queue for one new person, the likeliest ones."""


class MatchResult(NamedTuple):
    """The person that a row meant. `doubtful`: a similar person exists, and an officer decides."""

    contact_id: UUID
    person_id: UUID
    is_new: bool
    known_elsewhere: bool
    doubtful: bool


class CandidatePair(NamedTuple):
    """Two persons that may be one, with their similarity."""

    person_id: UUID
    other_id: UUID
    score: int
    reasons: list[str]


def lock_names(names: Iterable[tuple[str, int | None]], *, sort: str) -> None:
    """Lock these names against concurrent matching, so that two lists do not create two persons for one.

    Few locks for many names: a whole list takes them in one statement. Once per transaction, or two could wait for each other;
    actions that match people and shops call `lock_people_and_shops` instead.
    """
    database.lock(_keys(names, sort), shared=False)


def _keys(names: Iterable[tuple[str, int | None]], sort: str) -> list[str]:
    buckets = {crc32(f"{folded} {year}".encode()) % LOCKS for folded, year in names}
    return [f"people.meet:{sort}:{bucket}" for bucket in sorted(buckets)]


def lock_people_and_shops(people: Iterable[tuple[str, int | None]], shops: Iterable[str]) -> None:
    """Lock names of people (with year of birth) and of shops in one statement, before any row is locked.

    The calls of `match_or_create_people` and `match_or_create_businesses` that follow get `locked=True`.
    """
    names = [(vietnamese.fold(name), year) for name, year in people]
    firms = [(vietnamese.fold(name), None) for name in shops]
    database.lock([*_keys(names, "person"), *_keys(firms, "business")], shared=False)


def lock_all_names() -> None:
    """Lock all names, for actions that match people several times in one transaction.

    Names taken one lot after the other could be held by a transaction that waits for an earlier lot.
    """
    every = [f"people.meet:{sort}:{bucket}" for sort in ("person", "business") for bucket in range(LOCKS)]
    database.lock(every, shared=False)


@dataclass(slots=True)
class _MatchBatch:
    """One call of `match_or_create_people`: the known records, and those to create."""

    unit_id: UUID
    today_is: dict[UUID, UUID]
    by_name: dict[str, list[MatchRecord]] = field(default_factory=dict)
    by_phone: dict[str, list[MatchRecord]] = field(default_factory=dict)
    by_near: dict[str, list[MatchRecord]] = field(default_factory=dict)

    def add(self, record: MatchRecord) -> None:
        traits = record.traits
        self.by_name.setdefault(traits.folded, []).append(record)
        for index, key in (
            (self.by_phone, traits.phone),
            (self.by_near, near_key(traits.folded, traits.birth_year)),
        ):
            if key:
                index.setdefault(key, []).append(record)

    def alike(self, traits: Traits) -> list[MatchRecord]:
        """Return the records worth comparing, each contact once."""
        matches: dict[UUID, MatchRecord] = {}
        for record in (
            *self.by_name.get(traits.folded, ()),
            *self.by_phone.get(traits.phone, ()),
            *self.by_near.get(near_key(traits.folded, traits.birth_year), ()),
        ):
            matches.setdefault(record.contact_id, record)
        return list(matches.values())

    def now(self, record: MatchRecord) -> UUID:
        """Return the present person of the record, after merges."""
        return self.today_is.get(record.person_id, record.person_id)


@dataclass(slots=True)
class _RowMatch:
    """The person one row means. `record`: the unit's own contact, existing or to be written for an earlier row."""

    person_id: UUID
    record: MatchRecord | None = None
    is_new: bool = False
    known_elsewhere: bool = False
    pairs: list[CandidatePair] = field(default_factory=list)


def _decide(meeting: _MatchBatch, traits: Traits) -> _RowMatch:
    compared = [(record, similarity.compare(traits, record.traits)) for record in meeting.alike(traits)]
    same = [record for record, likeness in compared if similarity.is_same(likeness)]
    if not same:
        return _newcomer(meeting, traits, compared)
    own = [record for record in same if record.traits.unit_id == meeting.unit_id]
    # Where there are two, their pair is in the queue; until it is decided the older one is taken.
    chosen = min(own or same, key=lambda record: (meeting.now(record), record.contact_id))
    person = meeting.now(chosen)
    elsewhere = any(meeting.now(match) == person and match.traits.unit_id != meeting.unit_id for match in same)
    # The unit's own record keeps its person also after a merge, so that a merge can be undone exactly.
    return _RowMatch(chosen.person_id if own else person, chosen if own else None, known_elsewhere=elsewhere)


def _newcomer(meeting: _MatchBatch, traits: Traits, compared: Sequence[tuple[MatchRecord, Similarity]]) -> _RowMatch:
    namesakes = {
        meeting.now(record)
        for record in meeting.by_name.get(traits.folded, ())
        if record.traits.birth_year == traits.birth_year
    }
    answer = _RowMatch(uuid7(), is_new=True)
    best: dict[UUID, CandidatePair] = {}
    for record, likeness in compared:
        if not similarity.worth_asking(likeness, namesakes=len(namesakes)):
            continue
        pair = CandidatePair(
            answer.person_id, meeting.now(record), similarity.score(likeness), similarity.reasons(likeness)
        )
        if pair.other_id not in best or best[pair.other_id].score < pair.score:
            best[pair.other_id] = pair
    answer.pairs = sorted(best.values(), key=lambda pair: -pair.score)[:MOST_PAIRS]
    return answer


def match_or_create_people(*, unit_id: UUID, inputs: Sequence[Particulars], locked: bool = False) -> list[MatchResult]:
    """Find or create the person each row means and the unit's own contact, in the order of the rows.

    The same number of statements for one row and five hundred, in the caller's transaction. Two rows that mean one person get
    one. Values that the unit's contact lacks are added; nothing the unit wrote is changed. `locked`: the caller holds the locks
    of these names.
    """
    if not inputs:
        return []
    all_traits = [traits_of(entry, unit_id) for entry in inputs]
    if not locked:
        lock_names(((entry.folded, entry.birth_year) for entry in all_traits), sort="person")
    records = look_alikes(all_traits, unit_id=unit_id)
    meeting = _MatchBatch(unit_id, canonical(record.person_id for record in records))
    for record in records:
        meeting.add(record)
    known_contact_ids = {record.contact_id for record in records}

    answers = []
    to_write: dict[UUID, tuple[Particulars, Traits]] = {}
    for entry, traits in zip(inputs, all_traits, strict=True):
        answer = _decide(meeting, traits)
        if answer.record is None:
            # A record that is not written yet is identified by its person: a later row of the list may mean the same.
            answer.record = MatchRecord(answer.person_id, answer.person_id, traits)
            to_write.setdefault(answer.person_id, (entry, traits))
            meeting.add(answer.record)
        answers.append(answer)

    own = [entry.record.contact_id for entry in answers if entry.record is not None]
    additions = _additions(
        (contact, entry) for contact, entry in zip(own, inputs, strict=True) if contact in known_contact_ids
    )
    returning = [entry.person_id for entry in answers if not entry.is_new and entry.person_id in to_write]
    if additions and returning:
        # `add_contacts` and `change_contacts` each lock some of these.
        lock_contacts({*additions, *_contact_ids(unit_id, returning)})

    now = clock.now()
    database.insert_rows(Person, ("id", "created_at"), [(entry.person_id, now) for entry in answers if entry.is_new])
    fresh = {entry.person_id for entry in answers if entry.is_new}
    keys = add_contacts(
        [
            NewContact(unit_id, entry, person_id, person_id in fresh, traits)
            for person_id, (entry, traits) in to_write.items()
        ]
    )
    written = {person_id: key.id for person_id, key in zip(to_write, keys, strict=True)}
    _complete(additions)
    queue_pairs([pair for entry in answers for pair in entry.pairs], unit_id=unit_id)
    return [
        MatchResult(
            written.get(contact, contact), entry.person_id, entry.is_new, entry.known_elsewhere, bool(entry.pairs)
        )
        for contact, entry in zip(own, answers, strict=True)
    ]


class MatchPreview(NamedTuple):
    """The person that a row would mean. `person_id` is None without a certain match, `contact_id` where the unit has not
    written the person down. `alike`: the unit's own contacts that may be meant, the likeliest first."""

    contact_id: UUID | None
    person_id: UUID | None
    alike: tuple[UUID, ...]


def preview_matches(*, unit_id: UUID, inputs: Sequence[Particulars]) -> list[MatchPreview]:
    """Return the matches that `match_or_create_people` would find now, row by row; writes nothing, in a fixed number of
    statements.
    """
    if not inputs:
        return []
    all_traits = [traits_of(entry, unit_id) for entry in inputs]
    records = look_alikes(all_traits, unit_id=unit_id)
    meeting = _MatchBatch(unit_id, canonical(record.person_id for record in records))
    for record in records:
        meeting.add(record)
    foreseen = []
    for traits in all_traits:
        answer = _decide(meeting, traits)
        own: dict[UUID, UUID] = {}
        for record in meeting.alike(traits) if answer.pairs else ():
            if record.traits.unit_id == unit_id:
                own.setdefault(meeting.now(record), record.contact_id)
        foreseen.append(
            MatchPreview(
                answer.record.contact_id if answer.record is not None else None,
                None if answer.is_new else answer.person_id,
                tuple(own[pair.other_id] for pair in answer.pairs if pair.other_id in own),
            )
        )
    return foreseen


def lock_known(*, unit_id: UUID, inputs: Sequence[Particulars], contact_ids: Collection[UUID] = ()) -> None:
    """Lock at least the unit's contacts that these rows mean, before the ledger and `match_or_create_people` are called.

    The caller holds the locks of the names, so that the same ones are found again.
    """
    previews = preview_matches(unit_id=unit_id, inputs=inputs)
    known_ids = {preview.contact_id for preview in previews if preview.contact_id is not None}
    returning = [
        preview.person_id for preview in previews if preview.contact_id is None and preview.person_id is not None
    ]
    lock_contacts({*known_ids, *_contact_ids(unit_id, returning), *contact_ids})


def _contact_ids(unit_id: UUID, person_ids: Collection[UUID]) -> Iterable[UUID]:
    """Return the unit's contacts of these persons: particulars that differ from theirs may mean a person all the same."""
    if not person_ids:
        return ()
    return Contact.objects.filter(unit_id=unit_id, person_id__in=person_ids).values_list("pk", flat=True)


def _additions(entries: Iterable[tuple[UUID, Particulars]]) -> dict[UUID, list[Particulars]]:
    """Return by contact the particulars that may add a value to it, in the order of the rows."""
    additions: dict[UUID, list[Particulars]] = {}
    for contact_id, particulars in entries:
        if any(
            (
                particulars.phone,
                particulars.birth_date,
                particulars.gender,
                particulars.address,
                particulars.neighbourhood_id,
                particulars.household_id,
            )
        ):
            additions.setdefault(contact_id, []).append(particulars)
    return additions


def _complete(additions: Mapping[UUID, Sequence[Particulars]]) -> None:
    """Add values that the unit's contacts lack; of several rows the first with a value is used."""
    pairs = []
    for contact in lock_contacts(additions).values():
        recorded = {
            "gender": contact.gender,
            "birth_date": contact.birth_date,
            "phone": contact.phone_lookup,
            "address": contact.address,
            "neighbourhood_id": contact.neighbourhood_id,
            "household_id": contact.household_id,
        }
        new: dict[str, Any] = {}
        for particulars in additions[contact.pk]:
            new |= {name: getattr(particulars, name) for name in recorded if not recorded[name] and not new.get(name)}
        if any(new.values()):
            pairs.append((contact, Particulars(contact.name, **new)))
    change_contacts(pairs)


def notice_alike(newcomers: Sequence[tuple[UUID, UUID, Particulars]]) -> int:
    """Queue new persons of a register (person, unit, particulars) with similar residents; return the number of pairs.

    Without it, one could be helped as a resident and be in the register as another person. Others of the register are left out:
    it has its own check for duplicates.
    """
    all_traits = [traits_of(particulars, unit_id) for _person_id, unit_id, particulars in newcomers]
    own = {person_id for person_id, _unit_id, _particulars in newcomers}
    records = [candidate for candidate in look_alikes(all_traits, unit_id=None) if candidate.person_id not in own]
    apart = ports.kept_persons({candidate.person_id for candidate in records})
    records = [candidate for candidate in records if candidate.person_id not in apart]
    if not records:
        return 0
    meeting = _MatchBatch(newcomers[0][1], canonical(candidate.person_id for candidate in records))
    for record in records:
        meeting.add(record)
    pair_count = 0
    for (person_id, unit_id, _particulars), traits in zip(newcomers, all_traits, strict=True):
        compared = [(candidate, similarity.compare(traits, candidate.traits)) for candidate in meeting.alike(traits)]
        alike = _newcomer(meeting, traits, compared).pairs
        queue_pairs([pair._replace(person_id=person_id) for pair in alike], unit_id=unit_id)
        pair_count += len(alike)
    return pair_count


def queue_pairs(pairs: Sequence[CandidatePair], *, unit_id: UUID) -> None:
    """Put pairs of persons into the queue; a pair that is queued or was resolved stays as it is."""
    now = clock.now()
    rows = []
    for pair in pairs:
        first_id, second_id = sorted((pair.person_id, pair.other_id))
        rows.append((uuid7(), first_id, second_id, unit_id, DuplicateState.OPEN, pair.score, pair.reasons, now))
    columns = ("id", "one", "other", "unit", "state", "score", "reasons", "found_at")
    database.insert_rows(Duplicate, columns, rows, keep_known=True)
