"""A change of a shop's code on the receipt's page: its owner can stop it there, without an account."""

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from doanso.cashless import actions
from doanso.cashless.models import ChangeState, CodeChange
from doanso.cashless.rules import codes as rules
from doanso.cashless.wording import account_name
from doanso.lib import clock, formats
from doanso.lib.problems import Problem, Refused
from doanso.support.ports import ReceiptNotice, ReceiptOwners


class ChangedCodes:
    """Changes that are announced, and those that came into force within the last thirty days."""

    def read(self, owners: ReceiptOwners) -> Sequence[ReceiptNotice]:
        """Return a notice for each change of the receipt's shop, or of a shop that its person owns; one statement."""
        now = clock.now()
        changes = [change for change in _changes_of(owners) if rules.can_object(change.state, change.effective_at, now)]
        return [_notice(change) for change in changes]

    def answer(self, owners: ReceiptOwners, key: UUID) -> str:
        """Stop the change; the officers of the shop's unit get an alarm."""
        change = _changes_of(owners).filter(pk=key).first()
        if change is None:
            raise Refused(Problem("change_unknown", _("This is not announced here any more.")))
        actions.object_to_change(change=change)
        return _(
            "Thank you. The change is stopped, and the Union looks into it. Keep the code that hangs in your shop."
        )


def _changes_of(owners: ReceiptOwners) -> QuerySet[CodeChange]:
    of_shops = Q(shop__business__in=owners.business_ids) | Q(shop__business__merged_into__in=owners.business_ids)
    of_owner = Q(shop__business__owner__in=owners.person_ids) | Q(
        shop__business__owner__merged_into__in=owners.person_ids
    )
    changes = CodeChange.objects.filter(of_shops | of_owner, erased_at=None).exclude(
        state__in=[ChangeState.REFUSED, ChangeState.WITHDRAWN]
    )
    return changes.select_related("shop__business").order_by("requested_at", "pk")


def _notice(change: CodeChange) -> ReceiptNotice:
    words = {"shop": change.shop.business.name, "account": account_name(change, change.requested_on)}
    if change.effective_at is None:
        text = _("It is asked that “%(shop)s” be paid to %(account)s. If you did not ask for it, stop it here.")
    elif clock.now() < change.effective_at:
        text = _(
            "From %(day)s on “%(shop)s” is to be paid to %(account)s. If you did not ask for it, stop it here before then."
        )
        words["day"] = formats.moment(change.effective_at)
    else:
        text = _(
            "Since %(day)s “%(shop)s” has been paid to %(account)s. If you did not ask for it, say so here at once."
        )
        words["day"] = formats.moment(change.effective_at)
    return ReceiptNotice(
        key=change.pk,
        title=_("The payment code of your shop is to change"),
        text=text % words,
        button=_("I do not change this code"),
        state="risk",
    )
