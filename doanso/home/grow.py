"""Create many members at once, for benchmarks: rows are written directly, without actions, policies or history.

The invariants of `recount` hold nevertheless: facts belong to their owners, entries to the facts, and totals are the sums of the
entries (by the ledger's own roll-up). The figures are not meant to be realistic.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db import transaction

from doanso.accounts.models import User
from doanso.adoption.models import AdoptionStage, Usage
from doanso.ledger import ports
from doanso.ledger.actions import fold
from doanso.ledger.models import Entry, Fact, Measure, Placement, Queue, Subject
from doanso.lib import clock
from doanso.lib.database import insert_rows
from doanso.lib.uuid7 import uuid7
from doanso.lib.vietnamese import fold as folded
from doanso.members.models import Member, MemberState
from doanso.people.models import Contact, Person
from doanso.targets.models import Programme
from doanso.units import queries as units
from doanso.units.models import Unit

AT_ONCE = 10_000
ACTIVE, STATE = "members.active", "adoption.state"
JOINED_BEFORE = date(2018, 1, 1)
# Rows of facts carry the hash of their content; these facts are never counted again.
UNSAID = "grown"
SEEN = 1
_NAMES = (
    "Nguyễn Văn An",
    "Trần Thị Bình",
    "Lê Hoàng Chi",
    "Phạm Minh Dũng",
    "Huỳnh Ngọc Hà",
    "Võ Quốc Khang",
    "Phan Mỹ Linh",
)


@dataclass(frozen=True, slots=True)
class _Ladder:
    """A measure of people's use of a service, with the adoption stage that counts."""

    measure_id: int
    service: str
    stage: AdoptionStage


@dataclass(slots=True)
class _Field:
    """The branches in which members are created, and the measures they count in."""

    programme: Programme
    branches: Sequence[Unit]
    homes: dict[UUID, UUID]
    members_measure: int
    ladders: Sequence[_Ladder]
    today: date
    now: datetime
    # Tenths of the members of a branch who have reached a stage of each service.
    shares: dict[tuple[UUID, int], int]


def grow_members(programme: Programme, members: int, seed: int, step: Callable[[str], None]) -> int:
    """Create `members` members in the branches below the programme's root, most of them with uses of its services."""
    pick = Random(seed)  # noqa: S311 -- the same data for the same seed
    field = _field_of(programme, pick)
    done = 0
    while done < members:
        size = min(AT_ONCE, members - done)
        with transaction.atomic():
            _grow_lot(field, pick, size)
        done += size
        step(f"{done} of {members} members")
    while fold():
        pass
    return done


def _field_of(programme: Programme, pick: Random) -> _Field:
    branch_units = units.branches(programme.root)
    parents = units.parent_ids([branch.id for branch in branch_units])
    stages = {(stage.service_id, stage.level): stage for stage in AdoptionStage.objects.all()}
    measures = Measure.objects.filter(book=programme.book)
    ladders = [
        _Ladder(measure.pk, measure.topic, stages[measure.topic, measure.level])
        for measure in measures.filter(family=STATE).order_by("pk")
    ]
    branches = [branch.unit for branch in branch_units]
    return _Field(
        programme=programme,
        branches=branches,
        homes=parents,
        members_measure=measures.get(family=ACTIVE).pk,
        ladders=ladders,
        today=clock.today(),
        now=clock.now(),
        shares={(branch.pk, ladder.measure_id): pick.randint(3, 10) for branch in branches for ladder in ladders},
    )


def _grow_lot(field: _Field, pick: Random, size: int) -> None:
    stays = _people(field, pick, size)
    before = Subject.objects.order_by("-id").values_list("id", flat=True).first() or 0
    kind = _family(ACTIVE).subject_kind
    insert_rows(Subject, ("kind", "ref"), [(kind, person) for _stay, person, _branch, _since in stays])
    subjects = dict(Subject.objects.filter(id__gt=before).values_list("ref", "id"))
    entries: list[tuple[Any, ...]] = []
    entries += _places(field, stays, subjects)
    entries += _uses(field, pick, stays, subjects)
    columns = (
        *("book", "measure", "subject", "unit", "day", "grade", "source_kind", "source_id"),
        *("happened_on", "arrived_on", "moved_day", "amount", "takes_back"),
    )
    insert_rows(Entry, columns, entries)
    sums = Counter((book, measure, unit, day) for book, measure, _subject, unit, day, *_rest in entries)
    insert_rows(
        Queue,
        ("book", "measure", "unit", "day", "g0", "g1", "g2", "g3", "g4"),
        [(*key, 0, count, 0, 0, 0) for key, count in sums.items()],
    )


def _family(name: str) -> ports.FactFamily:
    family = ports.family(name)
    if family is None:
        raise LookupError(name)
    return family


_Stay = tuple[UUID, UUID, UUID, date]
"""A membership, its person, its branch and its first day."""


def _people(field: _Field, pick: Random, size: int) -> list[_Stay]:
    """Insert persons, contacts and memberships."""
    persons, contacts, members, stays = [], [], [], []
    for _ in range(size):
        person, contact, stay = uuid7(), uuid7(), uuid7()
        branch = pick.choice(field.branches)
        name = f"{pick.choice(_NAMES)} {pick.randrange(10**6)}"
        since = JOINED_BEFORE + timedelta(days=pick.randrange(1800))
        persons.append((person, field.now))
        contacts.append((contact, person, field.homes[branch.pk], name, folded(name), 2003, field.now))
        members.append((stay, person, contact, branch.pk, since, field.today, field.now))
        stays.append((stay, person, branch.pk, since))
    insert_rows(Person, ("id", "created_at"), persons)
    insert_rows(
        Contact,
        (
            *(
                "id",
                "person",
                "unit",
                "name",
                "folded",
                "sort_key",
                "gender",
                "birth_year",
                "phone_encrypted",
                "phone_lookup",
            ),
            *("citizen_id_encrypted", "citizen_id_lookup", "email_encrypted", "email_lookup", "address"),
            *("created_at", "updated_at"),
        ),
        [
            (*first, fold_key, fold_key, "", year, b"", "", b"", "", b"", "", "", moment, moment)
            for *first, fold_key, year, moment in contacts
        ],
    )
    insert_rows(
        Member,
        (
            *("id", "person", "contact", "branch", "state", "temporary", "since", "card_number"),
            *("arrived_on", "recorded_at"),
        ),
        [
            (stay, person, contact, branch, MemberState.ACTIVE.value, False, since, "", arrived, moment)
            for stay, person, contact, branch, since, arrived, moment in members
        ],
    )
    return stays


def _places(field: _Field, stays: Sequence[_Stay], subjects: dict[UUID | None, int]) -> list[tuple[Any, ...]]:
    """Insert placements, and the entries that count them."""
    kind = _family(ACTIVE).source_kind
    insert_rows(
        Placement,
        (
            *("subject", "unit", "since", "until", "arrived_on", "source_kind", "source_id"),
            *("content_hash", "taken_back"),
        ),
        [
            (subjects[person], branch, since, None, field.today, kind, stay, UNSAID, False)
            for stay, person, branch, since in stays
        ],
    )
    book, first_day = field.programme.book_id, field.programme.first_day
    return [
        (
            *(book, field.members_measure, subjects[person], branch, max(since, first_day), SEEN, kind, stay),
            *(since, field.today, "", 1, None),
        )
        for stay, person, branch, since in stays
    ]


def _uses(
    field: _Field, pick: Random, stays: Sequence[_Stay], subjects: dict[UUID | None, int]
) -> list[tuple[Any, ...]]:
    """Insert uses of services, their facts, and the entries that count them."""
    kind = _family(STATE).source_kind
    seen_by = User.objects.order_by("created_at").values_list("pk", flat=True).first()
    book, first_day = field.programme.book_id, field.programme.first_day
    days = (field.today - first_day).days + 1
    usages, facts, entries = [], [], []
    for _stay, person, branch, _since in stays:
        for ladder in field.ladders:
            if pick.randrange(10) >= field.shares[branch, ladder.measure_id]:
                continue
            usage, day = uuid7(), first_day + timedelta(days=pick.randrange(days))
            usages.append((usage, person, ladder.service, ladder.stage.pk, branch, day, day, field.now, SEEN, seen_by))
            facts.append(
                (
                    STATE,
                    ladder.service,
                    ladder.stage.level,
                    subjects[person],
                    None,
                    day,
                    day,
                    SEEN,
                    kind,
                    usage,
                    UNSAID,
                    False,
                )
            )
            entries.append(
                (book, ladder.measure_id, subjects[person], branch, day, SEEN, kind, usage, day, day, "", 1, None)
            )
    insert_rows(
        Usage,
        (
            *(
                "id",
                "person",
                "service",
                "stage",
                "unit",
                "happened_on",
                "arrived_on",
                "recorded_at",
                "grade",
                "seen_by",
            ),
        ),
        usages,
    )
    insert_rows(
        Fact,
        (
            *("family", "topic", "level", "subject", "unit", "happened_on", "arrived_on", "grade", "source_kind"),
            *("source_id", "content_hash", "taken_back"),
        ),
        facts,
    )
    return entries
