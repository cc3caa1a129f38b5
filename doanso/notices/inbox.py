"""What waits in the inbox: alarms, and other unseen notices."""

from datetime import date

from django.urls import reverse
from django.utils.translation import ngettext_lazy, pgettext_lazy

from doanso.access.inbox import InboxKind, InboxOwner, InboxRows
from doanso.notices import queries


def _alarms(owner: InboxOwner) -> InboxRows:
    return queries.unseen_notices(owner.actor, alarms=True)


def _others(owner: InboxOwner) -> InboxRows:
    return queries.unseen_notices(owner.actor, alarms=False)


def _address(_owner: InboxOwner, _since: date | None) -> str:
    return reverse("notices:list")


KINDS = (
    InboxKind(
        "notices.alarms",
        order=1,
        page="notices:list",
        rows=_alarms,
        label=ngettext_lazy("alarm that nobody has looked at yet", "alarms that nobody has looked at yet"),
        button=pgettext_lazy("inbox", "See it now"),
        icon="alert-triangle",
        address=_address,
        # An alarm is due on the day it is raised, so it stands before everything that is not overdue itself.
        due="made_on",
    ),
    InboxKind(
        "notices.unseen",
        order=90,
        page="notices:list",
        rows=_others,
        label=ngettext_lazy("new notice", "new notices"),
        button=pgettext_lazy("inbox", "Read"),
        icon="bell",
        address=_address,
        since="made_on",
    ),
)
