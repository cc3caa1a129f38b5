"""Members in the global search: by beginnings of the words of their names, or by a whole phone or personal number."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access.search import MOST_ENTRIES, DetailUnit, SearchEntry, SearchGroup, SearchProvider, SearchSection
from doanso.accounts.models import User
from doanso.lib.search_words import SearchWords
from doanso.members import policy, queries
from doanso.members.models import Member, MemberState
from doanso.people import queries as people
from doanso.people.models import Contact
from doanso.units.models import UPPER_KINDS

MOST_FOUND = 100
"""Stays or contacts that are ranked; of a search that finds more, the number is unknown."""


class _StayRow(NamedTuple):
    """The columns of a stay that an entry needs, in the order of `_COLUMNS`."""

    pk: UUID
    person_id: UUID
    branch_id: UUID
    state: str
    temporary: bool
    since: date
    until: date | None
    name: str
    birth_year: int | None
    sort_key: str


_COLUMNS = (
    *("pk", "person_id", "branch_id", "state", "temporary", "since", "until"),
    *("contact__name", "contact__birth_year", "contact__sort_key"),
)


def find_members(actor: User, words: SearchWords) -> SearchGroup | None:
    """Return the stays that the reader may see and search in, each person once, present members first.

    Above a whole city, a name that mostly residents bear is searched a second time, among members alone.
    """
    if not policy.VIEW.allows_anywhere(actor):
        return None
    shown = queries.personal_access(actor)
    stays = queries.searchable_stays(actor, queries.visible_members(actor), shown=shown)
    found, complete = _numbered(stays, words) if words.is_number else _named(actor, stays, words)
    rows = _first_rows(found)
    best = _one_of_each_person(rows[:MOST_FOUND], words)
    if not complete and len(best) < MOST_ENTRIES and not words.is_number:
        rows, complete = _first_rows(_ranked(stays, words)), True
        best = _one_of_each_person(rows[:MOST_FOUND], words)
    address = f"{reverse('members:list')}?{urlencode({'q': words.text, 'state': 'all'})}"
    entries = _entries(shown, best[:MOST_ENTRIES])
    return SearchGroup(entries, len(best), complete and len(rows) <= MOST_FOUND, address)


def _first_rows(stays: QuerySet[Member]) -> list[_StayRow]:
    return [_StayRow(*row) for row in stays.values_list(*_COLUMNS)[: MOST_FOUND + 1]]


def _numbered(stays: QuerySet[Member], words: SearchWords) -> tuple[QuerySet[Member], bool]:
    """Return the stays by number, and whether these are all."""
    # Found by their own indexes: a condition over the join would compare every stay.
    contacts = Contact.objects.filter(people.contact_matches(words.text), erased_at=None)
    ids = list(contacts.values_list("pk", flat=True)[: MOST_FOUND + 1])
    return stays.filter(contact_id__in=ids), len(ids) <= MOST_FOUND


def _named(actor: User, stays: QuerySet[Member], words: SearchWords) -> tuple[QuerySet[Member], bool]:
    """Return the stays by name, and whether these are all.

    Above a whole city, contacts are ranked before their stays are looked up: one pass over the index of names costs a tenth of
    joining every member with their contact.
    """
    roots = policy.VIEW.roots(actor)
    held = access.current_role_assignments(actor)
    if any(role_assignment.unit.kind in UPPER_KINDS for role_assignment in held if role_assignment.unit_id in roots):
        ids = people.best_named(words, limit=MOST_FOUND + 1)
        return stays.filter(contact_id__in=ids), len(ids) <= MOST_FOUND
    return _ranked(stays, words), True


def _ranked(stays: QuerySet[Member], words: SearchWords) -> QuerySet[Member]:
    ranked: Any = people.search(stays, words.text, contact="contact__")
    return cast("QuerySet[Member]", ranked.order_by("rank", "contact__sort_key", "pk"))


def _one_of_each_person(rows: Sequence[_StayRow], words: SearchWords | None) -> list[_StayRow]:
    """Return the present or latest stay of each person, best answers first."""
    best: dict[UUID, tuple[tuple[Any, ...], _StayRow]] = {}
    for row in rows:
        rank = (words.rank(row.name) if words is not None else None) or 0
        key = (rank, row.state != MemberState.ACTIVE, row.temporary, row.sort_key, -row.since.toordinal(), row.pk)
        if row.person_id not in best or key < best[row.person_id][0]:
            best[row.person_id] = (key, row)
    return [row for _key, row in sorted(best.values(), key=lambda pair: pair[0])]


def _entries(shown: queries.PersonalAccess, rows: Sequence[_StayRow]) -> list[SearchEntry]:
    """Return the entries of these stays as the reader may read them."""
    entries = []
    for row in rows:
        born = _("born %(year)s") % {"year": row.birth_year} if row.birth_year else ""
        mark, label = _state(row)
        entries.append(
            SearchEntry(
                title=row.name if shown.shows(row.person_id, row.branch_id) else access.masked_name(row.name),
                detail=born,
                url=reverse("members:member", args=[row.pk]),
                mark=mark,
                label=label,
                person_id=row.person_id,
                unit=DetailUnit(row.branch_id, is_first=True, is_whole=True),
            )
        )
    return entries


def _state(row: _StayRow) -> tuple[str, str]:
    if row.state == MemberState.ACTIVE:
        return ("none", _("Temporary stay")) if row.temporary else ("on", _("Active"))
    label = MemberState(row.state).label
    return "none", f"{label} {row.until:%m/%Y}" if row.until else label


def recall_members(actor: User, arguments: Sequence[Mapping[str, Any]]) -> Sequence[SearchEntry]:
    """Return the entries of opened members."""
    stays = queries.visible_members(actor).filter(pk__in=[each["member_id"] for each in arguments])
    return _entries(queries.personal_access(actor), [_StayRow(*row) for row in stays.values_list(*_COLUMNS)])


PROVIDER = SearchProvider("members", SearchSection.MEMBERS, find_members, {"members:member": recall_members})
