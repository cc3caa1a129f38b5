"""Reads of what partners undertake."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Case, F, IntegerField, QuerySet, Value, When

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.lib import clock
from doanso.lib.paging import page_rows
from doanso.partners import kinds, policy
from doanso.partners.models import Undertaking, UndertakingState
from doanso.partners.wording import days_words, quantity_words, undertaking_mark
from doanso.units import queries as units
from doanso.units.models import Unit

PAGE_SIZE = 50
ALL = "all"
STATES = (UndertakingState.OPEN.value, *(state for state in UndertakingState.values if state != "open"), ALL)


@dataclass(frozen=True, slots=True)
class UndertakingRow:
    """An undertaking with its kind, figures and state in words; `due` is how far its day is, while it is open."""

    undertaking: Undertaking
    kind_name: str
    quantity: str
    mark: str
    label: str
    due: str
    unit: str = ""

    @property
    def is_open(self) -> bool:
        """Whether it is not settled yet."""
        return self.undertaking.state == UndertakingState.OPEN


@dataclass(frozen=True, slots=True)
class UndertakingFilter:
    """How the list is narrowed; `state` is one of `STATES`."""

    state: str = UndertakingState.OPEN.value
    kind: str = ""
    unit: Unit | None = None


def all_undertakings() -> QuerySet[Undertaking]:
    """Return all undertakings with what their forms show, to be narrowed by a policy."""
    return Undertaking.objects.select_related("partner", "unit", "agreement")


def _row(undertaking: Undertaking, today: date, unit: str = "") -> UndertakingRow:
    mark, label = undertaking_mark(undertaking, today)
    due = ""
    if undertaking.state == UndertakingState.OPEN and undertaking.due_on is not None:
        due = days_words(undertaking.due_on, today)
    return UndertakingRow(
        undertaking,
        kinds.undertaking_kind(undertaking.kind).name,
        quantity_words(undertaking),
        mark,
        label,
        due,
        unit,
    )


def _open_first(undertakings: QuerySet[Undertaking]) -> QuerySet[Undertaking]:
    settled = Case(When(state=UndertakingState.OPEN, then=Value(0)), default=Value(1), output_field=IntegerField())
    return undertakings.order_by(settled, F("due_on").asc(nulls_last=True), "-pk")


def undertaking_rows(undertakings: QuerySet[Undertaking]) -> list[UndertakingRow]:
    """Return the rows of these undertakings, open ones first by their day; one statement."""
    today = clock.today()
    return [_row(entry, today) for entry in _open_first(undertakings.select_related("agreement", "settled_by"))]


def undertaking_page(actor: User, filters: UndertakingFilter, number: int) -> tuple[list[UndertakingRow], bool]:
    """Return a page of the undertakings that the actor may see, and whether more follow; two statements."""
    today = clock.today()
    rows = policy.VIEW.filter(actor, Undertaking.objects.all())
    if filters.state != ALL:
        rows = rows.filter(state=filters.state)
    if filters.kind:
        rows = rows.filter(kind=filters.kind)
    if filters.unit is not None:
        rows = rows.filter(unit__in=records_below([filters.unit.pk]))
    entries, more = page_rows(_open_first(rows.select_related("partner")), number, PAGE_SIZE)
    names = units.named_units_by_id({entry.unit_id for entry in entries})
    return [_row(entry, today, names[entry.unit_id].short_name) for entry in entries], more
