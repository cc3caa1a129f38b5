"""The personal data that is erased by its age: each kind with its period, a count and the action that erases it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy, ngettext_lazy

from doanso.events import actions as events
from doanso.events.actions.registrations import KEPT_AFTER
from doanso.partners import actions as partners
from doanso.partners.actions.contacts import KEPT
from doanso.people import actions as people
from doanso.people import configuration

RESIDENTS: Final = "residents"


@dataclass(frozen=True, slots=True)
class ScheduledErasure:
    """One kind: `period` returns how long its data is kept now, `words` takes that; `count` returns how many are due.

    `erase` takes a note for the history and returns how many were erased, and of how many that was refused.
    """

    code: str
    title: str | Promise
    period: Callable[[], int]
    words: Promise
    count: Callable[[], int]
    erase: Callable[[str], tuple[int, int]]


def _erase_residents(note: str) -> tuple[int, int]:
    result = people.forget_residents(note=note)
    return result.forgotten, result.held_back


ERASURES: Final[Sequence[ScheduledErasure]] = (
    ScheduledErasure(
        RESIDENTS,
        gettext_lazy("Residents whose programmes have ended"),
        lambda: configuration.privacy_rules().retention_months,
        ngettext_lazy("%d month", "%d months"),
        lambda: people.forget_residents(dry_run=True).forgotten,
        _erase_residents,
    ),
    ScheduledErasure(
        "partner-contacts",
        gettext_lazy("Contacts of partners that have ended"),
        lambda: KEPT.days,
        ngettext_lazy("%d day", "%d days"),
        lambda: partners.forget_contacts(dry_run=True),
        lambda note: (partners.forget_contacts(note=note), 0),
    ),
    ScheduledErasure(
        "registrations",
        gettext_lazy("Names of those who registered for past events"),
        lambda: KEPT_AFTER.days,
        ngettext_lazy("%d day", "%d days"),
        lambda: events.forget_registrations(dry_run=True),
        lambda _note: (events.forget_registrations(), 0),
    ),
)
