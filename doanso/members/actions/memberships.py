"""Moving a member to another branch, and ending a membership."""

from datetime import date, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record_many
from doanso.ledger.actions import move_subject
from doanso.lib import clock
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import policy, queries, rules
from doanso.members.actions.posts import end_early
from doanso.members.actions.preconditions import require_active
from doanso.members.families import membership_fact
from doanso.members.models import Member, MemberState, Post
from doanso.people import actions as people
from doanso.units.models import Unit


def _end_posts(stay: Member, on: date, *, unit_id: UUID | None = None) -> None:
    """End the posts that belong to the stay on that day; one that began that very day lasts for it."""
    posts = Post.objects.select_for_update().order_by("pk")
    posts = posts.filter(not_over(on), person_id=stay.person_id)
    if unit_id is not None:
        posts = posts.filter(unit_id=unit_id)
    for post in posts:
        end_early(post, max(on, post.since + timedelta(days=1)), stay=stay)


@transaction.atomic
def transfer_member(*, actor: User, member: Member, to: Unit, on: date) -> Member:
    """End the stay and begin the next one in another branch, both on that day; return the new stay.

    The actor must reach both branches: between two wards that is the city's officer.
    """
    fresh = queries.lock_stay(member.pk)
    policy.TRANSFER.require(actor, fresh)
    if not policy.TRANSFER.allows_at(actor, to):
        raise PermissionDenied(policy.TRANSFER.name)
    require_active(fresh)
    if not rules.holds_members(to.kind, to.pk in queries.divided_units([to.pk])):
        raise Refused(Problem("not_a_branch", _("Members belong to a branch; choose one below this unit."), "branch"))
    today, now = clock.today(), clock.now()
    refuse(rules.move_problem(since=fresh.since, on=on, today=today, same_branch=to.pk == fresh.branch_id))
    if to.since > on or (to.until is not None and to.until <= on):
        raise Refused(Problem("branch_not_there", _("The branch did not exist on that day."), "on"))
    home = queries.home_units([to.pk])[to.pk]
    contact = fresh.contact
    if home != contact.unit_id:
        contact = people.carry_contact(contact=contact, unit_id=home, moment=now)
    fresh.state, fresh.until = MemberState.TRANSFERRED, on
    fresh.save(update_fields=["state", "until"])
    arrived = Member.objects.create(
        person_id=fresh.person_id,
        contact=contact,
        branch=to,
        temporary=fresh.temporary,
        since=on,
        joined_on=fresh.joined_on,
        card_number=fresh.card_number,
        arrived_on=today,
        recorded_at=now,
        previous=fresh,
    )
    _end_posts(fresh, on, unit_id=fresh.branch_id)
    record_many(
        [
            AuditEventInput(actor, policy.TRANSFER.name, fresh, fresh.branch_id, ["state", "until"]),
            AuditEventInput(actor, "members.arrive", arrived, arrived.branch_id),
        ]
    )
    if not fresh.temporary:
        move_subject(source_id=fresh.pk, on=on, to=membership_fact(arrived))
    return arrived


@transaction.atomic
def end_membership(*, actor: User, member: Member, state: str, on: date) -> Member:
    """End a membership (grown out, expelled, died) on that day; no other stay begins."""
    fresh = queries.lock_stay(member.pk)
    policy.TRANSFER.require(actor, fresh)
    require_active(fresh)
    if state not in rules.ENDINGS:
        raise Refused(Problem("not_an_ending", _("Choose how the membership ended."), "state"))
    refuse(rules.end_problem(since=fresh.since, on=on, today=clock.today()))
    fresh.state, fresh.until = state, on
    fresh.save(update_fields=["state", "until"])
    # A guest keeps the offices held in the home branch.
    _end_posts(fresh, on, unit_id=fresh.branch_id if fresh.temporary else None)
    record_many([AuditEventInput(actor, "members.end", fresh, fresh.branch_id, ["state", "until"])])
    if not fresh.temporary:
        move_subject(source_id=fresh.pk, on=on, to=None)
    return fresh
