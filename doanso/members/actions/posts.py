"""Offices held in units, with their terms."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.lib import clock
from doanso.lib.dated_rows import not_over
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import policy, queries, rules
from doanso.members.actions.preconditions import require_active
from doanso.members.models import Member, Post, PostEnd, PostKind
from doanso.units.models import Unit


def end_early(post: Post, until: date, *, stay: Member | None = None) -> None:
    """End a term on that day, alone or along with a stay, and store its former end so that this can be undone."""
    PostEnd.objects.create(post=post, stay=stay, until_before=post.until, recorded_at=clock.now())
    post.until = until
    post.save(update_fields=["until"])


def _held(post: Post) -> list[tuple[date, date | None]]:
    """Return the days in which the person holds the same office by other rows."""
    same = Post.objects.filter(person_id=post.person_id, unit_id=post.unit_id, kind=post.kind)
    return list(same.exclude(pk=post.pk).values_list("since", "until"))


def _post_held(field: str) -> Refused:
    return Refused(Problem("post_held", _("The member holds this office in these days already."), field))


def reinstate_post(end: PostEnd) -> None:
    """Restore the post as it was before its end, unless the person has been given the same office anew since."""
    post = end.post
    end.taken_back_at = clock.now()
    end.save(update_fields=["taken_back_at"])
    if rules.overlaps(post.since, end.until_before, _held(post)):
        return
    post.until = end.until_before
    post.save(update_fields=["until"])


@transaction.atomic
def assign_post(
    *, actor: User, member: Member, unit: Unit, kind: str, since: date, until: date | None = None, decision: str = ""
) -> Post:
    """Give the member an office in the own branch or in a unit the actor reaches."""
    fresh = queries.lock_stay(member.pk)
    policy.TRANSFER.require(actor, fresh)
    if not policy.TRANSFER.allows_at(actor, unit):
        raise PermissionDenied(policy.TRANSFER.name)
    require_active(fresh)
    if kind not in PostKind.values:
        raise Refused(Problem("post_kind", _("Choose an office."), "kind"))
    refuse(rules.span_problem(since=since, until=until, first=min(since, fresh.since)))
    post = Post(
        person_id=fresh.person_id, unit=unit, kind=kind, decision=decision, since=since, until=until, stay=fresh
    )
    if rules.overlaps(since, until, _held(post)):
        raise _post_held("since")
    post.save(force_insert=True)
    record(actor=actor, action="members.assign_post", obj=fresh, unit=fresh.branch_id, changed=[kind])
    return post


def _locked(actor: User, member: Member, post: Post) -> tuple[Member, Post]:
    """Lock the stay and the person's post and return them as they are now, if the actor may change offices of both."""
    fresh_member = queries.lock_stay(member.pk)
    policy.TRANSFER.require(actor, fresh_member)
    require_active(fresh_member)
    posts = Post.objects.select_for_update(of=("self",)).select_related("unit")
    fresh = posts.filter(pk=post.pk, person_id=fresh_member.person_id).first()
    if fresh is None:
        raise Refused(Problem("taken_back", _("This record was taken back already.")))
    # An actor who reaches one branch of a person may not end the person's offices in other branches.
    policy.TRANSFER.require_at(actor, fresh.unit)
    return fresh_member, fresh


@transaction.atomic
def end_post(*, actor: User, member: Member, post: Post, until: date) -> Post:
    """End the term of an office on that day."""
    fresh_member, fresh = _locked(actor, member, post)
    refuse(rules.span_problem(since=fresh.since, until=until, first=fresh.since))
    if rules.overlaps(fresh.since, until, _held(fresh)):
        raise _post_held("until")
    end_early(fresh, until)
    record(actor=actor, action="members.end_post", obj=fresh_member, unit=fresh_member.branch_id, changed=[fresh.kind])
    return fresh


@transaction.atomic
def take_back_post(*, actor: User, member: Member, post: Post) -> Post:
    """Take back an office given by mistake: the member never held it."""
    fresh_member, fresh = _locked(actor, member, post)
    fresh.taken_back_at = clock.now()
    fresh.save(update_fields=["taken_back_at"])
    action = "members.take_back_post"
    record(actor=actor, action=action, obj=fresh_member, unit=fresh_member.branch_id, changed=[fresh.kind])
    return fresh


@transaction.atomic
def take_back_post_end(*, actor: User, member: Member, post: Post) -> Post:
    """Take back the end of an office: it lasts as before. What ended along with a stay is restored with that stay."""
    fresh_member, fresh = _locked(actor, member, post)
    end = queries.last_ends([fresh]).get(fresh.pk)
    if end is None:
        raise Refused(Problem("post_not_ended", _("Nobody ended this office; there is nothing to take back.")))
    if rules.overlaps(fresh.since, end.until_before, _held(fresh)):
        raise _post_held("")
    end.post = fresh
    reinstate_post(end)
    action = "members.take_back_post_end"
    record(actor=actor, action=action, obj=fresh_member, unit=fresh_member.branch_id, changed=[fresh.kind])
    return fresh


@transaction.atomic
def set_posts(*, actor: User, pairs: Sequence[tuple[Member, str]], note: str = "") -> list[Post]:
    """Record offices in the own branch from a list: another office held there ends, the new one begins today."""
    if not pairs:
        return []
    allowed = set(
        policy.CHANGE.filter(actor, Member.objects.filter(pk__in=[member.pk for member, _kind in pairs])).values_list(
            "pk", flat=True
        )
    )
    today = clock.today()
    new_posts = {(member.person_id, member.branch_id): (member, kind) for member, kind in pairs if member.pk in allowed}
    open_posts = Post.objects.select_for_update().order_by("pk")
    open_posts = open_posts.filter(not_over(today), person_id__in=[person_id for person_id, _branch in new_posts])
    for post in open_posts:
        new = new_posts.get((post.person_id, post.unit_id))
        if new is None:
            continue
        if new[1] == post.kind:
            del new_posts[(post.person_id, post.unit_id)]
            continue
        end_early(post, max(today, post.since + timedelta(days=1)))
    posts = [
        Post(person_id=person, unit_id=branch, kind=kind, since=today, stay=member)
        for (person, branch), (member, kind) in new_posts.items()
    ]
    Post.objects.bulk_create(posts, batch_size=1000, ignore_conflicts=True)
    record_many(
        [
            AuditEventInput(actor, "members.assign_post", member, member.branch_id, [kind], note)
            for member, kind in new_posts.values()
        ]
    )
    return posts
