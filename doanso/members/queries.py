"""Reads of members. Lists start from `visible`, which holds the policy."""

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from doanso.accounts.models import User
from doanso.lib import clock
from doanso.members import policy
from doanso.members.models import Absence, Exemption, Member, MemberState, Post
from doanso.people import queries as people_queries
from doanso.units.models import Unit, UnitKind, UnitLink, UnitName, UnitPath


def standing(on: date) -> Q:
    """Rows whose days hold this one."""
    return Q(since__lte=on) & (Q(until=None) | Q(until__gt=on))


def home_units(branch_ids: Iterable[object]) -> dict[object, UUID]:
    """For each branch the unit that keeps its contacts: the nearest one above that is no branch itself."""
    homes: dict[object, UUID] = {}
    paths = (
        UnitPath.objects.filter(standing(clock.today()), unit_id__in=set(branch_ids))
        .exclude(ancestor__kind=UnitKind.BRANCH)
        .order_by("unit_id", "depth")
        .values_list("unit_id", "ancestor_id")
    )
    for branch, ancestor in paths:
        homes.setdefault(branch, ancestor)
    return {branch: homes.get(branch, branch) for branch in branch_ids}  # type: ignore[misc]


def divided_units(unit_ids: Iterable[object]) -> set[object]:
    """Those that have units below them today, so that members belong further down."""
    links = UnitLink.objects.filter(standing(clock.today()), parent_id__in=set(unit_ids))
    return set(links.values_list("parent_id", flat=True))


def locked(member_id: UUID) -> Member:
    """The stay, read fresh and locked with its contact for a deed; the caller holds the transaction."""
    return Member.objects.select_for_update(of=("self",)).select_related("contact", "branch").get(pk=member_id)


def visible(actor: User) -> QuerySet[Member]:
    """The stays the actor may see."""
    return policy.VIEW.filter(actor, Member.objects.all())


def _absent(on: date) -> Exists:
    return Exists(Absence.objects.filter(standing(on), person_id=OuterRef("person_id"), taken_back_at=None))


STATES = ("active", "away", "temporary", "transferred", "grown-out", "struck-off", "died", "all")


def listed(queryset: QuerySet[Member], *, text: str = "", state: str = "active") -> QuerySet[Member]:
    """The stays that answer a search and a state, annotated with `rank`, `away` and the branch's names."""
    today = clock.today()
    queryset = queryset.annotate(away=_absent(today))
    if state in MemberState.values:
        queryset = queryset.filter(state=state)
        if state == MemberState.ACTIVE:
            queryset = queryset.filter(temporary=False)
    elif state == "away":
        queryset = queryset.filter(state=MemberState.ACTIVE, away=True)
    elif state == "temporary":
        queryset = queryset.filter(state=MemberState.ACTIVE, temporary=True)
    named = UnitName.objects.filter(standing(today), unit_id=OuterRef("branch_id"))
    queryset = queryset.annotate(
        branch_name=Coalesce(Subquery(named.values("short_name")[:1]), "branch__code"),
        branch_key=Coalesce(Subquery(named.values("sort_key")[:1]), "branch__code"),
    )
    return people_queries.search(queryset.select_related("contact", "branch"), text, contact="contact__")


def below(queryset: QuerySet[Member], unit: Unit) -> QuerySet[Member]:
    """The stays in the unit's subtree of today."""
    paths = UnitPath.objects.filter(standing(clock.today()), ancestor=unit)
    return queryset.filter(branch_id__in=paths.values("unit_id"))


SORTS: dict[str, tuple[str, ...]] = {
    "name": ("contact__sort_key",),
    "branch": ("branch_key", "contact__sort_key"),
    "birth": ("contact__birth_year", "contact__birth_date"),
    "joined": ("joined_on",),
}


def ordered(queryset: QuerySet[Member], sort: str) -> QuerySet[Member]:
    """By a column of the list (a leading minus turns it round); what is spelled exactly as searched comes first."""
    key = sort.removeprefix("-")
    fields = SORTS.get(key, SORTS["name"])
    if sort.startswith("-"):
        fields = tuple(f"-{name}" for name in fields)
    return queryset.order_by("rank", *fields, "pk")


def current(person_id: UUID) -> Member | None:
    """The person's standing stay that counts, if any."""
    return Member.objects.filter(person_id=person_id, state=MemberState.ACTIVE, temporary=False).first()


def stays(member: Member) -> list[Member]:
    """All stays of the person, newest first."""
    return list(Member.objects.filter(person_id=member.person_id).select_related("branch").order_by("-since", "-pk"))


def posts(member: Member) -> list[Post]:
    """Offices of the person, newest first."""
    return list(Post.objects.filter(person_id=member.person_id).select_related("unit").order_by("-since", "-pk"))


def absences(member: Member) -> list[Absence]:
    """When the person was away, newest first."""
    return list(Absence.objects.filter(person_id=member.person_id, taken_back_at=None).order_by("-since", "-pk"))


def exemptions(member: Member) -> list[Exemption]:
    """From which indicators the person is or was exempt, newest first."""
    return list(Exemption.objects.filter(person_id=member.person_id, taken_back_at=None).order_by("-since", "-pk"))


def on_day(rows: Iterable[Any], on: date) -> list[Any]:
    """Those of dated rows that hold the day."""
    return [row for row in rows if row.since <= on and (row.until is None or row.until > on)]


def names_for(actor: User, members: Iterable[Member]) -> dict[UUID, str]:
    """Names as the actor may read them; the contacts are loaded."""
    return {member.pk: member.contact.name for member in members}
