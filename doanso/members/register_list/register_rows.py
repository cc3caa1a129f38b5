"""Read the register's data about the people in the rows of one step, in a fixed number of statements."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import batched, chain
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from doanso.lib import clock, database, vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.members.models import Absence, Member, MemberState, Post
from doanso.people import queries as people_queries
from doanso.people.actions import Particulars
from doanso.people.models import Contact

_PAGE = 2000
"""How many keys are asked for in one statement."""


def particulars(values: Mapping[str, Any]) -> Particulars:
    """Return the particulars in a row's values."""
    birth = values.get("birth")
    return Particulars(
        name=values["name"],
        gender=values.get("gender", ""),
        birth_date=date.fromisoformat(birth) if isinstance(birth, str) else None,
        birth_year=birth if isinstance(birth, int) else None,
        phone=values.get("phone", ""),
        citizen_id=values.get("citizen_id", ""),
        email=values.get("email", ""),
        address=values.get("address", ""),
    )


class RowKeys:
    """The values of one row and the keys by which its person is looked up."""

    __slots__ = ("birth_date", "branch", "card", "citizen", "folded", "phone", "values", "year")

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        self.folded = vietnamese.fold(values["name"])
        birth = values.get("birth")
        self.birth_date = date.fromisoformat(birth) if isinstance(birth, str) else None
        self.year = birth if self.birth_date is None else self.birth_date.year
        number, telephone = values.get("citizen_id"), values.get("phone")
        self.citizen = people_queries.lookup_hash("citizen_id", number) if number else ""
        self.phone = people_queries.lookup_hash("phone", telephone) if telephone else ""
        self.card = values.get("card", "")
        self.branch = UUID(values["branch"])


def _known_by(column: str, values: Collection[str]) -> list[UUID]:
    """Return contacts with one of these keyed hashes. Plain SQL, because each step asks with hundreds of values."""
    where = f"{column} IN ({database.placeholders(values)})"
    return [key for (key,) in database.read_rows(Contact, ("id",), where, list(values))] if values else []


def _named(rows: Sequence[RowKeys], homes: Collection[UUID]) -> list[UUID]:
    """Return contacts of these units that have the name of a row."""
    if not rows or not homes:
        return []
    where, parameters = people_queries.namesakes_within({row.folded for row in rows}, homes)
    return [key for (key,) in database.read_rows(Contact, ("id",), where, parameters)]


def _born_alike(rows: Sequence[RowKeys]) -> list[UUID]:
    """Return contacts of any unit that share the name and the whole birth date with a row."""
    # The year is in the key because names and years have an index; pairs, because each name has its own year.
    born = {(row.folded, row.year, row.birth_date) for row in rows if row.birth_date is not None}
    where = f"(folded, birth_year, birth_date) IN (VALUES {', '.join(['(%s, %s, %s)'] * len(born))})"
    return [key for (key,) in database.read_rows(Contact, ("id",), where, [*chain(*born)])] if born else []


def _keys(*stays: QuerySet[Member]) -> set[UUID]:
    return set(chain.from_iterable(queryset.values_list("pk", flat=True) for queryset in stays))


def _members(keys: Collection[UUID]) -> Iterator[Member]:
    """Yield the stays with their contacts, older first; each is read once, whichever key found it."""
    for page in batched(sorted(keys), _PAGE):
        yield from Member.objects.select_related("contact").filter(pk__in=page).order_by("pk")


class KnownMembers:
    """The stays that rows of one step may mean, by number, card and name; `within` are the branches the list is for."""

    def __init__(
        self, rows: Sequence[RowKeys], within: set[UUID], homes: Iterable[UUID], admitted: Collection[UUID] = ()
    ) -> None:
        self._within = within
        homes = list(homes)
        citizens = {row.citizen for row in rows if row.citizen}
        cards = {row.card for row in rows if row.card}
        phones = {row.phone for row in rows if row.phone}
        active = Member.objects.filter(state=MemberState.ACTIVE)
        by_number = _keys(
            Member.objects.filter(contact_id__in=_known_by("citizen_id_lookup", citizens)),
            Member.objects.filter(card_number__in=cards),
        )
        by_name = _keys(
            Member.objects.filter(contact_id__in=_named(rows, homes)),
            active.filter(contact_id__in=_known_by("phone_lookup", phones)),
            active.filter(contact_id__in=_born_alike(rows), temporary=False).exclude(contact__unit_id__in=homes),
        )
        # The reader separates rows of one list: a member admitted by an earlier row raises no question.
        by_name.difference_update(admitted)
        self.by_key = {str(member.pk): member for member in _members(by_number | by_name)}
        self.by_citizen: dict[str, list[Member]] = defaultdict(list)
        self.by_card: dict[str, list[Member]] = defaultdict(list)
        self.by_name: dict[str, list[Member]] = defaultdict(list)
        for member in self.by_key.values():
            if member.contact.citizen_id_lookup:
                self.by_citizen[member.contact.citizen_id_lookup].append(member)
            if member.card_number:
                self.by_card[member.card_number].append(member)
            if member.pk not in admitted:
                self.by_name[member.contact.folded].append(member)

    def is_here(self, member: Member) -> bool:
        """Return whether the stay is in the unit that the list is for."""
        return member.branch_id in self._within

    def active_here(self, folded: str) -> list[Member]:
        """Return active members of that name in the unit the list is for."""
        named = self.by_name.get(folded, ())
        return [member for member in named if self.is_here(member) and member.state == MemberState.ACTIVE]


class CurrentStatus:
    """The posts and absences of today of the matched members, read only where the list has such columns."""

    def __init__(self, matches: Sequence[tuple[dict[str, Any], Member]]) -> None:
        today = clock.today()
        posted = [member.person_id for values, member in matches if values.get("post")]
        stated = [member.person_id for values, member in matches if values.get("status")]
        self._posts: dict[tuple[UUID, UUID], set[str]] = defaultdict(set)
        if posted:
            for post in Post.objects.filter(in_effect(today), person_id__in=posted):
                self._posts[post.person_id, post.unit_id].add(post.kind)
        self._away: dict[UUID, str] = {}
        if stated:
            away = Absence.objects.filter(in_effect(today), person_id__in=stated, taken_back_at=None)
            self._away = dict(away.values_list("person_id", "reason"))

    def post_before(self, member: Member, kind: str) -> set[str] | None:
        """Return the other offices that the member holds in the branch; None when the list brings no new one."""
        held = self._posts[member.person_id, member.branch_id]
        return None if kind in held else held

    def is_away(self, member: Member) -> bool:
        """Return whether the member is away according to the register."""
        return member.person_id in self._away
