"""What waits in the inbox: certificates of another name to confirm, and tools that no trial signature has shown to fit."""

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.signing import policy
from doanso.signing.models import Certificate, Way


def _to_confirm(owner: InboxOwner) -> InboxRows:
    if not policy.TRUST.allows_anywhere(owner.actor):
        return None
    waiting = Certificate.objects.filter(name_differs=True, confirmed_at=None, ended_at=None)
    return policy.TRUST.filter(owner.actor, waiting).exclude(added_by=owner.actor)


def _untried(owner: InboxOwner) -> InboxRows:
    if not policy.KEEP.allows_anywhere(owner.actor):
        return None
    untried = Certificate.objects.filter(way=Way.UPLOAD, tried_at=None, ended_at=None)
    return untried.filter(Q(user=owner.actor) | Q(user=None) & policy.SEAL.condition(owner.actor))


KINDS = (
    InboxKind(
        "signing.to-confirm",
        order=160,
        page="signing:certificates",
        rows=_to_confirm,
        label=ngettext_lazy("certificate of another name to confirm", "certificates of another name to confirm"),
        button=pgettext_lazy("inbox", "Check the name"),
        icon="certificate",
        address=lambda owner, since: reverse("signing:certificates"),
    ),
    InboxKind(
        "signing.untried",
        order=170,
        page="signing:certificates",
        rows=_untried,
        label=ngettext_lazy("certificate without a trial signature", "certificates without a trial signature"),
        button=pgettext_lazy("inbox", "Sign on trial"),
        icon="signature",
        address=lambda owner, since: reverse("signing:certificates"),
    ),
)
