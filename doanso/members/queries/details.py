"""The data of the page of one member, and the actions open to its reader."""

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.members import policy, queries, rules
from doanso.members.models import Absence, Exemption, Member, MemberState, Post
from doanso.units import queries as units
from doanso.units.queries import NamedUnit


@dataclass(frozen=True, slots=True)
class MemberDetails:
    """A stay with everything that belongs to it, and which of the person's stays and offices the reader may open or change."""

    member: Member
    stays: list[Member]
    posts: list[Post]
    absences: list[Absence]
    exemptions: list[Exemption]
    unit_names: dict[UUID, NamedUnit]
    visible: set[UUID]
    movable: set[UUID]
    movable_posts: set[UUID]
    may_change: bool
    may_exempt: bool
    reach: access.UnitReach
    shown: bool
    """Whether the reader may read the person's name and numbers."""

    @property
    def current(self) -> Member | None:
        """Return the person's stay that counts today, or None."""
        return next((stay for stay in self.stays if stay.state == MemberState.ACTIVE and not stay.temporary), None)

    @property
    def owner_id(self) -> UUID | None:
        """Return the account of the person, for permissions on what is one's own."""
        return self.member.person.user_id

    def allows(self, permission: access.Permission) -> bool:
        """Return whether the reader has the permission on the stay; no statement."""
        return self.reach.allows(permission, self.member.branch, owner_id=self.owner_id)

    @property
    def given_name(self) -> str:
        """Return the last word of the name, by which people call each other; masked where the name is."""
        name = self.member.contact.name
        return name.split()[-1] if self.shown and name.split() else access.masked_name(name)

    @property
    def is_active(self) -> bool:
        """Return whether the stay has not ended."""
        return self.member.state == MemberState.ACTIVE

    @property
    def may_transfer(self) -> bool:
        """Return whether the reader may transfer the member and end the stay."""
        return self.member.pk in self.movable

    @property
    def may_take_back_ending(self) -> bool:
        """Return whether the reader can take back the end of the stay."""
        ended_alone = self.member.temporary or self.current is None
        return self.may_transfer and self.member.state in rules.ENDINGS and ended_alone

    @property
    def may_take_back_transfer(self) -> bool:
        """Return whether the reader, who needs rights on both branches, can take back the transfer with which the stay began."""
        return self.is_active and {self.member.pk, self.member.previous_id} <= self.movable


def member_details(actor: User, member_id: UUID) -> MemberDetails:
    """Return the stay with all that its page shows; raise Http404 where the policy does not show it.

    All rights come from one statement; the number of statements is fixed.
    """
    stays = stays_of_person(member_id)
    member = next((stay for stay in stays if stay.pk == member_id), None)
    if member is None:
        raise Http404
    posts = queries.rows_of_stay(member, queries.posts_of(member))
    own_units = {unit.pk: unit for unit in (*(stay.branch for stay in stays), *(post.unit for post in posts))}
    reach = access.UnitReach(actor, own_units.values())

    def allowed(permission: access.Permission) -> set[UUID]:
        owner_id = member.person.user_id
        return {stay.pk for stay in stays if reach.allows(permission, stay.branch, owner_id=owner_id)}

    visible = allowed(policy.VIEW)
    if member.pk not in visible:
        raise Http404
    return MemberDetails(
        member=member,
        stays=stays,
        posts=posts,
        absences=queries.rows_of_stay(member, queries.absences_of(member)),
        exemptions=queries.rows_of_stay(member, queries.exemptions_of(member)),
        unit_names={named_unit.id: named_unit for named_unit in units.named_units(own_units.values())},
        visible=visible,
        movable=allowed(policy.TRANSFER),
        movable_posts={post.pk for post in posts if reach.allows_at(policy.TRANSFER, post.unit)},
        may_change=member.pk in allowed(policy.CHANGE),
        may_exempt=member.pk in allowed(policy.EXEMPT),
        reach=reach,
        shown=queries.personal_access(actor).shows_stay(member),
    )


def stays_of_person(member_id: UUID) -> list[Member]:
    """Return all stays of the person to whom this stay belongs, newest first; one statement."""
    person = Member.objects.filter(pk=member_id).values("person_id")
    stays = Member.objects.filter(person_id__in=person).select_related("person", "contact", "branch")
    return list(stays.order_by("-since", "-pk"))
