"""Reads of members. Lists start from `visible_members`, which applies the policy."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from doanso.access import policy as access
from doanso.access.policy import Permission
from doanso.accounts.models import User
from doanso.ledger.models import Measure
from doanso.lib import clock
from doanso.lib.database.prepared import PreparedQuery
from doanso.lib.dated_rows import in_effect
from doanso.lib.problems import Problem, Refused
from doanso.members import policy, rules
from doanso.members.families import EXEMPT_FAMILY
from doanso.members.models import Absence, Exemption, Member, MemberState, Post, PostEnd, PostKind
from doanso.people import queries as people_queries
from doanso.people.models import Person
from doanso.units import queries as units
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath
from doanso.units.queries import NamedUnit

_PATHS_ABOVE_BRANCHES = PreparedQuery(
    lambda branch_ids, on: (
        UnitPath.objects.filter(in_effect(on), unit_id__in=branch_ids)
        .exclude(ancestor__kind=UnitKind.BRANCH)
        .order_by("unit_id", "depth")
        .values_list("unit_id", "ancestor_id")
    )
)


def home_units(branch_ids: Iterable[UUID]) -> dict[UUID, UUID]:
    """Return for each branch the unit that keeps its contacts: the nearest one above that is no branch itself."""
    homes: dict[UUID, UUID] = {}
    branches = list(branch_ids)
    for branch, ancestor in _PATHS_ABOVE_BRANCHES(list(set(branches)), clock.today()):
        homes.setdefault(branch, ancestor)
    ended = set(branches) - set(homes)
    if ended:
        homes |= _homes_of_ended(ended)
    return {branch: homes.get(branch, branch) for branch in branches}


def _homes_of_ended(unit_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return for ended branches the home of the unit that keeps their records; any other ended unit keeps its own contacts."""
    rows = Unit.objects.filter(pk__in=unit_ids, kind=UnitKind.BRANCH, keeper__isnull=False).values_list("pk", "keeper")
    keepers = {branch: keeper for branch, keeper in rows if keeper is not None}
    homes = home_units(set(keepers.values())) if keepers else {}
    return {branch: homes[keeper] for branch, keeper in keepers.items()}


def divided_units(unit_ids: Iterable[object]) -> set[object]:
    """Return those of the units that have units below them today, so that members belong further down."""
    links = UnitLink.objects.filter(in_effect(clock.today()), parent_id__in=set(unit_ids))
    return set(links.values_list("parent_id", flat=True))


_LOCKED_STAY = PreparedQuery(
    lambda key: Member.objects.select_for_update(of=("self",)).select_related("contact", "branch").filter(pk=key)
)


def lock_stay(member_id: UUID) -> Member:
    """Lock a stay with its contact and return it as it is now; the caller holds the transaction."""
    stay = _LOCKED_STAY.first(member_id)
    if stay is None:
        message = _("The transfer with which this stay began was taken back; open the member's present stay.")
        raise Refused(Problem("stay_taken_back", message))
    return stay


def last_ends(rows: Iterable[Post]) -> dict[UUID, PostEnd]:
    """Return for each post the last end in effect that can be taken back by itself, not along with a stay."""
    ends = PostEnd.objects.filter(post__in=[row.pk for row in rows], taken_back_at=None).order_by("pk")
    last = {end.post_id: end for end in ends}
    return {post: end for post, end in last.items() if end.stay_id is None}


def visible_members(actor: User) -> QuerySet[Member]:
    """Return the stays the actor may see."""
    return policy.VIEW.filter(actor, Member.objects.all())


def all_stays() -> QuerySet[Member]:
    """Return all stays with their contact and branch, to be narrowed by a policy."""
    return Member.objects.select_related("contact", "branch")


def _absent(on: date) -> Exists:
    return Exists(Absence.objects.filter(in_effect(on), person_id=OuterRef("person_id"), taken_back_at=None))


STATES = ("active", "away", "temporary", "transferred", "grown-out", "struck-off", "died", "all")


def filtered_stays(queryset: QuerySet[Member], *, text: str = "", state: str = "active") -> QuerySet[Member]:
    """Return the stays that match a search and a state, annotated with `rank`."""
    if state in MemberState.values:
        queryset = queryset.filter(state=state)
        if state == MemberState.ACTIVE:
            queryset = queryset.filter(temporary=False)
    elif state == "away":
        queryset = queryset.filter(_absent(clock.today()), state=MemberState.ACTIVE)
    elif state == "temporary":
        queryset = queryset.filter(state=MemberState.ACTIVE, temporary=True)
    return people_queries.search(queryset, text, contact="contact__")


def filtered_rows(queryset: QuerySet[Member], *, text: str = "", state: str = "active") -> QuerySet[Member]:
    """Return the stays that match a search and a state with their contacts, annotated with `rank`, `away` and the branch's
    names.
    """
    stays = filtered_stays(queryset, text=text, state=state).annotate(away=_absent(clock.today()))
    return _with_branch_names(stays).select_related("contact", "branch")


def _with_branch_names(queryset: QuerySet[Member]) -> QuerySet[Member]:
    named = UnitName.objects.filter(in_effect(clock.today()), unit_id=OuterRef("branch_id"))
    return queryset.annotate(
        branch_name=Coalesce(Subquery(named.values("name")[:1]), "branch__code", output_field=CharField()),
        branch_key=Coalesce(Subquery(named.values("sort_key")[:1]), "branch__code", output_field=CharField()),
    )


def stays_below(queryset: QuerySet[Member], unit: Unit) -> QuerySet[Member]:
    """Return the stays in the unit's present subtree."""
    paths = UnitPath.objects.filter(in_effect(clock.today()), ancestor=unit)
    return queryset.filter(branch_id__in=paths.values("unit_id"))


SORTS: dict[str, tuple[str, ...]] = {
    "name": ("contact__sort_key",),
    "branch": ("branch_key", "branch__code", "contact__sort_key"),
    "birth": ("contact__birth_year", "contact__birth_date"),
    "joined": ("joined_on",),
}


def ordered_stays(queryset: QuerySet[Member], sort: str) -> QuerySet[Member]:
    """Order stays by a column of the list, descending with a leading minus; exact matches of the search's spelling come first."""
    key = sort.removeprefix("-")
    fields = SORTS.get(key, SORTS["name"])
    if key == "branch":
        queryset = _with_branch_names(queryset)
    if sort.startswith("-"):
        fields = tuple(f"-{name}" for name in fields)
    # `rank` comes from the search; the type of the queryset does not know it.
    order = ("rank", *fields, "pk")
    return queryset.order_by(*order)


_CURRENT_STAY = PreparedQuery(
    lambda person_id: Member.objects.filter(person_id=person_id, state=MemberState.ACTIVE, temporary=False)
)


def current_stay(person_id: UUID) -> Member | None:
    """Return the person's active stay that counts, or None."""
    return _CURRENT_STAY.first(person_id)


def posts_of(member: Member) -> list[Post]:
    """Return the person's offices, newest first."""
    return list(Post.objects.filter(person_id=member.person_id).select_related("unit").order_by("-since", "-pk"))


def absences_of(member: Member) -> list[Absence]:
    """Return the person's absences, newest first."""
    return list(Absence.objects.filter(person_id=member.person_id, taken_back_at=None).order_by("-since", "-pk"))


def exemptions_of(member: Member) -> list[Exemption]:
    """Return the person's exemptions, newest first."""
    return list(Exemption.objects.filter(person_id=member.person_id, taken_back_at=None).order_by("-since", "-pk"))


def rows_of_stay(member: Member, rows: list[Any]) -> list[Any]:
    """Return those of a person's absences, exemptions or offices that belong to the branch of this stay.

    What began after the stay ended is the next branch's; a temporary stay knows only offices in its own branch.
    """
    if member.temporary:
        rows = [row for row in rows if isinstance(row, Post) and row.unit_id == member.branch_id]
    return [row for row in rows if member.until is None or row.since < member.until]


def rows_on_day(rows: Iterable[Any], on: date) -> list[Any]:
    """Return those of dated rows whose days include this day."""
    return [row for row in rows if row.since <= on and (row.until is None or row.until > on)]


@dataclass(frozen=True, slots=True)
class PersonalAccess:
    """The rights of one actor to read names and numbers unmasked: by unit, and always the actor's own."""

    personal: access.Personal
    own: UUID | None

    def shows(self, person_id: UUID, branch_id: UUID) -> bool:
        """Return whether this person's stay in the branch is shown unmasked."""
        return person_id == self.own or self.personal.shows(branch_id)

    def shows_stay(self, member: Member) -> bool:
        """Return whether this stay is shown unmasked."""
        return self.shows(member.person_id, member.branch_id)

    def name(self, member: Member) -> str:
        """Return the name, or its initials where it is masked; the contact is loaded."""
        return member.contact.name if self.shows_stay(member) else access.masked_name(member.contact.name)


def personal_access(actor: User) -> PersonalAccess:
    """Return the actor's rights to read members, computed once for a whole list."""
    shown = access.personal(actor)
    own = None if shown.everywhere else Person.objects.filter(user_id=actor.pk).values_list("pk", flat=True).first()
    return PersonalAccess(shown, own)


def names_for(actor: User, members: Iterable[Member]) -> dict[UUID, str]:
    """Return names as the actor may read them (initials for inspectors without a reason); the contacts are loaded."""
    shown = personal_access(actor)
    return {member.pk: shown.name(member) for member in members}


def name_of_stay(actor: User, member_id: UUID | None) -> str:
    """Return the name of a member by whom a list is filtered, as the actor may read it; "" without one."""
    stay = visible_members(actor).select_related("contact").filter(pk=member_id).first() if member_id else None
    return names_for(actor, [stay])[stay.pk] if stay is not None else ""


def searchable_stays(
    actor: User, queryset: QuerySet[Member], *, shown: PersonalAccess | None = None
) -> QuerySet[Member]:
    """Return the stays in which the actor may search, because a hit on a masked name or number would reveal it.

    `shown` saves the statements of `personal_access` where the caller has it.
    """
    shown = shown or personal_access(actor)
    if shown.personal.everywhere:
        return queryset
    return queryset.filter(Q(branch_id__in=shown.personal.unmasked) | Q(person_id=shown.own))


def exemptable_measures(branch_id: UUID) -> list[str]:
    """Return codes of the indicators that count exempt members in books above the branch, in the books' order."""
    above = UnitPath.objects.filter(in_effect(clock.today()), unit_id=branch_id).values("ancestor_id")
    measures = Measure.objects.filter(family=EXEMPT_FAMILY, book__root_id__in=above).exclude(topic="")
    codes = measures.order_by("book__first_day", "book__code", "pk").values_list("topic", flat=True)
    return list(dict.fromkeys(codes))


def exemption_reasons(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Return the reasons of exemptions by their ids, for apps that list them."""
    return dict(Exemption.objects.filter(pk__in=list(ids)).values_list("pk", "reason"))


def away_persons(person_ids: Iterable[UUID], on: date) -> set[UUID]:
    """Return those of the persons who are away on the day."""
    away = Absence.objects.filter(in_effect(on), person_id__in=list(person_ids), taken_back_at=None)
    return set(away.values_list("person_id", flat=True))


def absences_on(person_ids: Iterable[UUID], on: date) -> list[Absence]:
    """Return the absences of these persons whose days include the day."""
    return list(Absence.objects.filter(in_effect(on), person_id__in=list(person_ids), taken_back_at=None))


def stays_by_id(stay_ids: Iterable[UUID]) -> dict[UUID, Member]:
    """Return these stays by key with their contacts; an empty argument executes no statement."""
    ids = list(stay_ids)
    return Member.objects.select_related("contact").in_bulk(ids) if ids else {}


def card_holders(card_numbers: Iterable[str]) -> dict[str, str]:
    """Return the keys of active stays, as text, by their card numbers; an empty argument executes no statement."""
    active = Member.objects.filter(state=MemberState.ACTIVE, card_number__in=list(card_numbers))
    return {card: str(stay_id) for card, stay_id in active.values_list("card_number", "pk")}


def persons_of_stays(stay_ids: Iterable[UUID]) -> dict[UUID, Person]:
    """Return the persons of these stays, by the stays' keys; an empty argument executes no statement."""
    ids = list(stay_ids)
    stays = Member.objects.select_related("person").filter(pk__in=ids)
    return {stay.pk: stay.person for stay in stays} if ids else {}


PAGE = 25
_COUNTED_UP_TO = 10_000


class ListedMember(NamedTuple):
    """One row of the members' list, as the actor may read it; a masked row shows the birth year alone."""

    member_id: UUID
    person_id: UUID
    name: str
    branch: str
    birth_date: date | None
    birth_year: int | None
    joined_on: date | None
    state: str
    temporary: bool
    away: bool
    masked: bool


@dataclass(frozen=True, slots=True)
class MemberPage:
    """A page of the list; `count` is exact up to 10,000 and a lower bound beyond."""

    lines: list[ListedMember]
    number: int
    count: int
    more_than_counted: bool

    @property
    def last(self) -> int:
        """Return the number of the last page that can be opened."""
        return max(1, -(-self.count // PAGE))


_LISTED_COLUMNS = (
    *("pk", "person_id", "branch_id", "branch__code", "state", "temporary", "joined_on"),
    *("contact__name", "contact__birth_date", "contact__birth_year"),
)


def member_page(actor: User, queryset: QuerySet[Member], number: int) -> MemberPage:
    """Return a page of a list from `ordered_stays`, in a fixed number of statements however long the list is."""
    count = queryset.order_by().values("pk")[: _COUNTED_UP_TO + 1].count()
    more = count > _COUNTED_UP_TO
    count = min(count, _COUNTED_UP_TO)
    number = min(max(number, 1), max(1, -(-count // PAGE)))
    # Whole objects with their contacts cost three times as much as these columns.
    columns_of_rows = list(queryset.values_list(*_LISTED_COLUMNS)[(number - 1) * PAGE : number * PAGE])
    today = clock.today()
    away = away_persons((columns[1] for columns in columns_of_rows), today)
    called = UnitName.objects.filter(in_effect(today), unit_id__in={columns[2] for columns in columns_of_rows})
    branch_names = dict(called.values_list("unit_id", "name"))
    reader = personal_access(actor)
    lines = []
    for pk, person_id, branch_id, code, state, temporary, joined_on, name, birth_date, birth_year in columns_of_rows:
        shown = reader.shows(person_id, branch_id)
        lines.append(
            ListedMember(
                member_id=pk,
                person_id=person_id,
                name=name if shown else access.masked_name(name),
                branch=branch_names.get(branch_id, code),
                birth_date=birth_date if shown else None,
                birth_year=birth_year,
                joined_on=joined_on,
                state=state,
                temporary=temporary,
                away=person_id in away and state == MemberState.ACTIVE,
                masked=not shown,
            )
        )
    return MemberPage(lines, number, count, more)


def export_pages(queryset: QuerySet[Member]) -> Iterator[list[Member]]:
    """Yield all stays of a list by key in pages of 2,000, so that no cursor stays open during a download."""
    after: UUID | None = None
    while True:
        rows = queryset.order_by("pk") if after is None else queryset.filter(pk__gt=after).order_by("pk")
        page = list(rows.select_related("contact")[:2000])
        yield page
        if len(page) < 2000:
            return
        after = page[-1].pk


def current_posts(members: Iterable[Member]) -> dict[tuple[UUID, UUID], str]:
    """Return the highest office each person holds in the own branch today, as its Vietnamese name."""
    rank = list(PostKind)
    highest: dict[tuple[UUID, UUID], PostKind] = {}
    people = {member.person_id for member in members}
    for post in Post.objects.filter(in_effect(clock.today()), person_id__in=people):
        key = (post.person_id, post.unit_id)
        kind = PostKind(post.kind)
        if key not in highest or rank.index(kind) < rank.index(highest[key]):
            highest[key] = kind
    return {key: str(kind.label) for key, kind in highest.items()}


def current_absences(members: Iterable[Member]) -> dict[UUID, str]:
    """Return why persons are away today, in Vietnamese, by person."""
    people = {member.person_id for member in members}
    away = Absence.objects.filter(in_effect(clock.today()), person_id__in=people, taken_back_at=None)
    return {absence.person_id: absence.get_reason_display() for absence in away}


def branch_choices(actor: User, permission: Permission) -> list[NamedUnit]:
    """Return the units with members below those where the actor holds the permission, in tree order."""
    branches: list[NamedUnit] = []
    listed_ids: set[UUID] = set()
    for root in Unit.objects.filter(pk__in=permission.roots(actor)):
        tree = units.subtree(root)
        divided = divided_units([unit.id for unit in tree])
        for unit in tree:
            if unit.id not in listed_ids and rules.holds_members(unit.kind, unit.id in divided):
                listed_ids.add(unit.id)
                branches.append(unit)
    return branches


def count_members(unit_ids: Iterable[UUID], on: date) -> dict[UUID, int]:
    """Return the number of members of these units' subtrees on a day, including those who are away; one statement."""
    rows = (
        Member.objects.filter(in_effect(on), temporary=False)
        .filter(in_effect(on, "branch__paths_up__"), branch__paths_up__ancestor__in=list(unit_ids))
        .values_list("branch__paths_up__ancestor_id")
        .annotate(count=Count("person", distinct=True))
        .order_by()
    )
    return dict(rows)


def secretary_name(unit: Unit, on: date) -> str:
    """Return the name of the unit's secretary on a day, as printed on documents; empty where there is none or several."""
    held = Post.objects.filter(in_effect(on), unit=unit, kind=PostKind.SECRETARY).values_list("person_id", flat=True)
    names = Member.objects.filter(in_effect(on), person_id__in=held).values_list("person_id", "contact__name")
    secretaries = dict(names)
    return next(iter(secretaries.values())) if len(secretaries) == 1 else ""
