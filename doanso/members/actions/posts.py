"""Offices held in units, with their terms."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import Deed, record, record_many
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.members import policy, queries, rules
from doanso.members.actions.standing import require_active
from doanso.members.models import Member, Post, PostKind
from doanso.units.models import Unit


@transaction.atomic
def assign_post(
    *, actor: User, member: Member, unit: Unit, kind: str, since: date, until: date | None = None, decision: str = ""
) -> Post:
    """The member takes an office in the own branch or in a unit the actor reaches."""
    fresh = queries.locked(member.pk)
    policy.TRANSFER.require(actor, fresh)
    if not policy.TRANSFER.allows_at(actor, unit):
        raise PermissionDenied(policy.TRANSFER.name)
    require_active(fresh)
    if kind not in PostKind.values:
        raise Refused(Problem("post_kind", _("Choose an office."), "kind"))
    problem = rules.span_problem(since=since, until=until, first=min(since, fresh.since))
    if problem is not None:
        raise Refused(problem)
    held = Post.objects.filter(person_id=fresh.person_id, unit=unit, kind=kind).values_list("since", "until")
    if rules.overlaps(since, until, held):
        raise Refused(Problem("post_held", _("The member holds this office in these days already."), "since"))
    post = Post.objects.create(
        person_id=fresh.person_id, unit=unit, kind=kind, decision=decision, since=since, until=until
    )
    record(actor=actor, verb="members.assign_post", obj=fresh, unit=fresh.branch_id, changed=[kind])
    return post


@transaction.atomic
def end_post(*, actor: User, member: Member, post: Post, until: date) -> Post:
    """The term ends on that day."""
    fresh_member = queries.locked(member.pk)
    policy.TRANSFER.require(actor, fresh_member)
    require_active(fresh_member)
    fresh = (
        Post.objects.select_for_update(of=("self",))
        .select_related("unit")
        .get(pk=post.pk, person_id=fresh_member.person_id)
    )
    # Who reaches one branch of a person does not end what the person is elsewhere.
    policy.TRANSFER.require_at(actor, fresh.unit)
    problem = rules.span_problem(since=fresh.since, until=until, first=fresh.since)
    if problem is not None:
        raise Refused(problem)
    fresh.until = until
    fresh.save(update_fields=["until"])
    record(actor=actor, verb="members.end_post", obj=fresh_member, unit=fresh_member.branch_id, changed=[fresh.kind])
    return fresh


@transaction.atomic
def set_posts(*, actor: User, pairs: Sequence[tuple[Member, str]], note: str = "") -> list[Post]:
    """Offices in the own branch that a list tells of: another one held there ends, the new one begins today."""
    if not pairs:
        return []
    allowed = set(
        policy.CHANGE.filter(actor, Member.objects.filter(pk__in=[member.pk for member, _kind in pairs])).values_list(
            "pk", flat=True
        )
    )
    today = clock.today()
    wanted = {(member.person_id, member.branch_id): (member, kind) for member, kind in pairs if member.pk in allowed}
    open_posts = Post.objects.filter(person_id__in=[person for person, _branch in wanted]).filter(
        Q(until=None) | Q(until__gt=today)
    )
    for post in open_posts:
        new = wanted.get((post.person_id, post.unit_id))
        if new is None:
            continue
        if new[1] == post.kind:
            del wanted[(post.person_id, post.unit_id)]
            continue
        post.until = max(today, post.since + timedelta(days=1))
        post.save(update_fields=["until"])
    posts = [
        Post(person_id=person, unit_id=branch, kind=kind, since=today)
        for (person, branch), (_m, kind) in wanted.items()
    ]
    Post.objects.bulk_create(posts, batch_size=1000, ignore_conflicts=True)
    record_many(
        [Deed(actor, "members.assign_post", member, member.branch_id, [kind], note) for member, kind in wanted.values()]
    )
    return posts
