"""Personal links: made by an officer for members without an account and shown once; requests are throttled."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import F

from doanso.accounts.models import User
from doanso.adoption import policy, queries
from doanso.adoption.models import DeclareLink, LinkTry
from doanso.adoption.queries import self_report as own
from doanso.adoption.rules import self_report
from doanso.audit.actions import AuditEventInput, record_many
from doanso.lib import clock, encryption
from doanso.lib.problems import refuse
from doanso.members.models import Member

_FORGET_TRIES = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class NewLink:
    """A new link with its secret, which is shown only once."""

    member: Member
    token: str
    link: DeclareLink


@transaction.atomic
def make_links(*, actor: User, member_ids: Collection[UUID]) -> list[NewLink]:
    """Make a link for each of these members, by name; a member's earlier link becomes invalid."""
    refuse(self_report.links_problem(len(member_ids)))
    allowed = policy.ATTEST.filter(actor, queries.active_members()).filter(pk__in=member_ids)
    stays = list(allowed.select_related("contact", "branch").order_by("branch__code", "contact__sort_key", "pk"))
    if len(stays) != len(set(member_ids)):
        raise PermissionDenied(policy.ATTEST.name)
    now = clock.now()
    DeclareLink.objects.filter(person_id__in=[stay.person_id for stay in stays], ended_at=None).update(ended_at=now)
    new_links = []
    for stay in stays:
        token = self_report.new_token()
        link = DeclareLink(
            person_id=stay.person_id,
            unit_id=stay.branch_id,
            token_hash=own.token_hash(token),
            made_by=actor,
            made_at=now,
            expires_at=now + self_report.LINK_LIVES,
        )
        new_links.append(NewLink(stay, token, link))
    DeclareLink.objects.bulk_create([made_link.link for made_link in new_links])
    record_many(
        [
            AuditEventInput(actor=actor, action="adoption.make_link", obj=made_link.link, unit=made_link.link.unit_id)
            for made_link in new_links
        ]
    )
    return new_links


def _throttle_key(kind: str, value: str) -> str:
    """Return the key under which tries are counted: a keyed hash that changes every day, so that the table discloses no
    address.
    """
    return encryption.look_up(f"{clock.now():%Y-%m-%d} {kind} {value}", context="adoption.link_try")


def _tries(throttle_key: str) -> int:
    tries = LinkTry.objects.filter(who=throttle_key, began=self_report.tries_counted_since(clock.now()))
    return tries.values_list("tries", flat=True).first() or 0


def _count(throttle_key: str) -> int:
    """Count one try; return how many there are now."""
    began = self_report.tries_counted_since(clock.now())
    counter = LinkTry.objects.filter(who=throttle_key, began=began)
    if not counter.update(tries=F("tries") + 1):
        LinkTry.objects.filter(began__lt=began - _FORGET_TRIES).delete()
        try:
            with transaction.atomic():
                LinkTry.objects.create(who=throttle_key, began=began)
        except IntegrityError:
            # Another request began the span at the same moment.
            counter.update(tries=F("tries") + 1)
    return _tries(throttle_key)


def asks_too_often(*, address: str) -> bool:
    """Return whether this address has requested too many invalid links and has to wait."""
    return _tries(_throttle_key("address", address)) >= self_report.MOST_UNKNOWN


def count_unknown_link(*, address: str) -> None:
    """Count a request for an invalid link."""
    _count(_throttle_key("address", address))


def count_sent_form(*, link: DeclareLink) -> bool:
    """Count a form sent by this link; return whether the link may send it, or has to wait because there are too many."""
    return _count(_throttle_key("link", str(link.pk))) <= self_report.MOST_SENT
