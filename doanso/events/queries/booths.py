"""What booths have done: our stamps, the totals that partners report, and the difference; for pages and the closing report."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, OuterRef, Q, Subquery

from doanso.access import policy as access
from doanso.accounts.models import User
from doanso.events.models import Booth, BoothReport, BoothStamp, Event, StampKind, StampState
from doanso.events.rules import booths as rules
from doanso.lib.paging import page_rows
from doanso.support.models import SupportRecord
from doanso.support.policy import VIEW as VIEW_RECORDS
from doanso.units import queries as units

STAMPED, COUNTED, DENIED, UNANSWERED = "stamped", "counted", "denied", "unanswered"
STAMPS_ON_A_PAGE = 100
MOST_READ_OUT = 60
"""Numbers of tickets that a text to be read out names."""
_IN_EFFECT = Q(state=StampState.CONFIRMED, support_record__taken_back_at=None, support_record__refused_at=None)
_SORTS = {
    STAMPED: Q(state__in=[StampState.WAITING, StampState.CONFIRMED]),
    COUNTED: _IN_EFFECT,
    DENIED: Q(state=StampState.DENIED),
    UNANSWERED: Q(state=StampState.WAITING),
}
"""The stamps behind each figure of `StampFigures`."""


@dataclass(frozen=True, slots=True)
class StampFigures:
    """Stamps of one kind at a booth or at several, and what is reported.

    `stamped` are those that were neither undone nor denied; `confirmed` those of them that count as support records today,
    `unanswered` those that the visitor has not answered.
    `difference` is reported minus confirmed, as in the closing report; None where nothing was reported. Of several booths only
    those that have reported are compared: `compared` counts what is confirmed at these.
    """

    kind: str
    label: str
    stamped: int
    confirmed: int
    denied: int
    unanswered: int
    reported: int | None
    compared: int | None = None

    @property
    def difference(self) -> int | None:
        """How much more is reported than visitors have confirmed."""
        return rules.reported_excess(self.reported, self.confirmed if self.compared is None else self.compared)


@dataclass(frozen=True, slots=True)
class BoothComparison:
    """A booth with whose it is, its figures by kind, and its last report, which may count something of its own (`other`)."""

    booth: Booth
    owner: str
    is_partner: bool
    kinds: Sequence[StampFigures]
    report: BoothReport | None

    @property
    def is_missing(self) -> bool:
        """Whether a partner's booth has not reported yet."""
        return self.is_partner and self.report is None


def booths_of(event: Event) -> list[Booth]:
    """Return an event's booths by number, with service and partner; one statement."""
    return list(event.booths.select_related("service", "event_partner__partner").order_by("number"))


def booth_figures(event: Event) -> list[BoothComparison]:
    """Return the figures of an event's booths by number; four statements."""
    return figures_of_booths(booths_of(event), units.named_unit(event.unit).short_name)


def figures_of_booths(booths: Sequence[Booth], own: str) -> list[BoothComparison]:
    """Return the figures of these booths of `booths_of`, `own` being the name of the event's unit; two statements."""
    return [_figures_of(booth, own, stamps, report) for booth, stamps, report in _with_stamps_and_reports(booths)]


def partner_figures(partner_id: UUID, event_ids: Collection[UUID]) -> dict[UUID, list[BoothComparison]]:
    """Return the figures of a partner's booths by event; three statements."""
    rows = Booth.objects.filter(event__in=event_ids, event_partner__partner=partner_id)
    booths = list(rows.select_related("service", "event_partner__partner").order_by("number"))
    found: dict[UUID, list[BoothComparison]] = defaultdict(list)
    for booth, stamps, report in _with_stamps_and_reports(booths):
        found[booth.event_id].append(_figures_of(booth, "", stamps, report))
    return found


def sum_comparisons(figures: Sequence[BoothComparison]) -> list[StampFigures]:
    """Return the figures of several booths together, by kind; reported is None where no booth has reported that kind."""
    totals = []
    for kind in StampKind:
        rows = [row for booth in figures for row in booth.kinds if row.kind == kind]
        if not rows:
            continue
        reporting = [row for row in rows if row.reported is not None]
        totals.append(
            StampFigures(
                kind.value,
                str(kind.label),
                sum(row.stamped for row in rows),
                sum(row.confirmed for row in rows),
                sum(row.denied for row in rows),
                sum(row.unanswered for row in rows),
                sum(row.reported or 0 for row in reporting) if reporting else None,
                sum(row.confirmed for row in reporting),
            )
        )
    return totals


type _Counts = dict[str, tuple[int, int, int, int]]


def _with_stamps_and_reports(booths: Sequence[Booth]) -> list[tuple[Booth, _Counts, BoothReport | None]]:
    ids = [booth.pk for booth in booths]
    counts: dict[UUID, _Counts] = defaultdict(dict)
    rows = (
        BoothStamp.objects.filter(booth__in=ids)
        .order_by()
        .values_list("booth_id", "kind")
        .annotate(
            stamped=Count("pk", filter=_SORTS[STAMPED]),
            confirmed=Count("pk", filter=_SORTS[COUNTED]),
            denied=Count("pk", filter=_SORTS[DENIED]),
            unanswered=Count("pk", filter=_SORTS[UNANSWERED]),
        )
    )
    for booth_id, kind, *figures in rows:
        counts[booth_id][kind] = tuple(figures)
    versions = BoothReport.objects.filter(booth=OuterRef("booth")).order_by("-version").values("version")
    highest = Subquery(versions[:1])
    reports = {
        report.booth_id: report
        for report in BoothReport.objects.filter(booth__in=ids, version=highest).select_related("made_by", "code")
    }
    return [(booth, counts[booth.pk], reports.get(booth.pk)) for booth in booths]


def _figures_of(booth: Booth, own: str, counts: _Counts, report: BoothReport | None) -> BoothComparison:
    partner = booth.event_partner.partner if booth.event_partner is not None else None
    kinds = []
    for kind in dict.fromkeys([*rules.kinds_of(booth.service_id), *counts]):
        reported = getattr(report, rules.COLUMNS[kind]) if report is not None else None
        kinds.append(StampFigures(kind, str(StampKind(kind).label), *counts.get(kind, (0, 0, 0, 0)), reported))
    return BoothComparison(
        booth, partner.short_name if partner is not None else own, partner is not None, kinds, report
    )


def count_unanswered_stamps(event: Event) -> int:
    """Return how many stamps of an event wait for their visitors; one statement."""
    return BoothStamp.objects.filter(booth__event=event, state=StampState.WAITING).count()


def unanswered_numbers(event: Event) -> list[int]:
    """Return the numbers of the tickets that have something to answer, as many as are read out; one statement."""
    rows = BoothStamp.objects.filter(booth__event=event, state=StampState.WAITING).order_by("registration__number")
    return list(rows.values_list("registration__number", flat=True).distinct()[:MOST_READ_OUT])


def reports_of(booth: Booth) -> list[BoothReport]:
    """Return all that a booth has reported, the last version first; one statement."""
    return list(booth.reports.select_related("made_by", "code__shift").order_by("-version"))


@dataclass(frozen=True, slots=True)
class StampLine:
    """A stamp as the office reads it: the holder's name or initials, and the record where the reader may open it."""

    stamp: BoothStamp
    name: str
    record_id: UUID | None


def stamp_page(
    actor: User, event: Event, number: int, *, booth: int | None = None, kind: str = "", sort: str = ""
) -> tuple[list[StampLine], bool]:
    """Return a page of an event's stamps, the latest first, and whether more follow; at most four statements.

    `sort` is one of the figures of a booth; without it undone stamps are there too.
    """
    rows = BoothStamp.objects.filter(booth__event=event).filter(_SORTS.get(sort, Q()))
    if booth is not None:
        rows = rows.filter(booth__number=booth)
    if kind:
        rows = rows.filter(kind=kind)
    rows = rows.select_related("booth", "registration").order_by("-made_at", "-pk")
    found, more = page_rows(rows, number, STAMPS_ON_A_PAGE)
    keys = {row.support_record_id for row in found if row.support_record_id is not None}
    records = SupportRecord.objects.filter(pk__in=keys)
    readable = set(VIEW_RECORDS.filter(actor, records).values_list("pk", flat=True))
    shown = access.sees_personal(actor, event.unit_id)
    return [
        StampLine(
            row,
            row.registration.name if shown else access.masked_name(row.registration.name),
            row.support_record_id if row.support_record_id in readable else None,
        )
        for row in found
    ], more
