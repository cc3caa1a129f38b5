"""Reads of results: the list, one result with its versions, what may be reported where, and what waits behind a figure."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from doanso.access.policy import records_below
from doanso.accounts.models import User
from doanso.ledger import queries as ledger
from doanso.ledger.models import Entry
from doanso.lib import clock, vietnamese
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.lib.search_words import words_condition
from doanso.results import policy
from doanso.results.families import REPORTED_FAMILY, RESULT
from doanso.results.models import Result, ResultFile, ResultState, ResultVersion
from doanso.targets.models import Indicator, Programme, Target
from doanso.units import queries as units
from doanso.units.models import Unit, UnitPath
from doanso.units.queries import NamedUnit

PAGE_SIZE = 50
TO_ATTEST, OWN, ALL = "to-attest", "own", "all"
VIEWS = (TO_ATTEST, OWN, ALL)


# --- Indicators and units ---------------------------------------------------------------------------------------------


def reported_indicators() -> QuerySet[Indicator]:
    """Return the indicators that units report for, with programme, root and book; those of the newest programme first."""
    rows = Indicator.objects.filter(family=REPORTED_FAMILY).exclude(numerator="")
    return rows.select_related("programme__root", "programme__book").order_by(
        "-programme__first_day", "programme__code", "position"
    )


def indicators_of(roots: Collection[UUID]) -> list[Indicator]:
    """Return the indicators of programmes whose root is one of these units or above one of them today."""
    above = UnitPath.objects.filter(in_effect(clock.today()), unit_id__in=list(roots))
    return list(reported_indicators().filter(programme__root__in=above.values("ancestor")))


def units_to_report(actor: User) -> list[NamedUnit]:
    """Return the units for which the actor reports, in reading order; one statement."""
    reported: dict[UUID, NamedUnit] = {}
    for tree in units.subtrees(sorted(policy.RECORD_AT.roots(actor))).values():
        reported.update({unit.id: unit for unit in tree if unit.id not in reported})
    return list(reported.values())


def units_to_see(actor: User) -> list[NamedUnit]:
    """Return the units whose results the actor may see, in reading order; one statement."""
    seen: dict[UUID, NamedUnit] = {}
    for tree in units.subtrees(sorted(policy.VIEW_AT.roots(actor))).values():
        seen.update({unit.id: unit for unit in tree if unit.id not in seen})
    return list(seen.values())


def was_below(unit_id: UUID, root_id: UUID, on: date) -> bool:
    """Return whether the unit was below a programme's root on a day."""
    return UnitPath.objects.filter(in_effect(on), unit=unit_id, ancestor=root_id).exists()


def programme_target(indicator: Indicator) -> int | None:
    """Return the newest target of the programme's root, None where there is none."""
    targets = Target.objects.filter(indicator=indicator, unit=indicator.programme.root_id).order_by("-version")
    return targets.values_list("value", flat=True).first()


def first_bookable_day(indicator: Indicator, unit_id: UUID, happened_on: date) -> date:
    """Return the first day on which something that happened on that day can still be booked for a unit."""
    closed = ledger.closed_until(indicator.programme.book_id, [unit_id]).get(unit_id)
    return _first_open(happened_on, closed)


def _first_open(happened_on: date, closed: date | None) -> date:
    return happened_on if closed is None or happened_on > closed else closed + timedelta(days=1)


def days_to_count(versions: Iterable[ResultVersion]) -> dict[UUID, date]:
    """Return what `first_bookable_day` returns for these versions, by id; two statements for each programme among them."""
    by_book: dict[UUID, list[ResultVersion]] = {}
    for version in versions:
        by_book.setdefault(version.result.indicator.programme.book_id, []).append(version)
    days: dict[UUID, date] = {}
    for book_id, of_book in by_book.items():
        closed = ledger.closed_until(book_id, {version.result.unit_id for version in of_book})
        days |= {
            version.pk: _first_open(version.happened_on, closed.get(version.result.unit_id)) for version in of_book
        }
    return days


def booking_day(result: Result, version: ResultVersion) -> date | None:
    """Return the day on which a version is in the figures of its indicator's programme, None if it is in none."""
    entries = Entry.objects.filter(
        subject__kind="result", subject__ref=result.pk, source_kind=RESULT, source_id=version.pk, takes_back=None
    ).filter(measure__book=result.indicator.programme.book_id, measure__code=result.indicator.numerator)
    return entries.exclude(taken_back_by__isnull=False).order_by("-seq").values_list("day", flat=True).first()


# --- Results ----------------------------------------------------------------------------------------------------------


def all_results() -> QuerySet[Result]:
    """Return all results with indicator, programme and unit, to be narrowed by a policy."""
    return Result.objects.select_related("indicator__programme__root", "indicator__programme__book", "unit")


def versions_of(result: Result) -> list[ResultVersion]:
    """Return the versions, newest first, with their files and who acted on them; two statements."""
    files = Prefetch("files", ResultFile.objects.select_related("blob__key"))
    rows = result.versions.select_related("made_by", "attested_by", "ended_by").prefetch_related(files)
    return list(rows.order_by("-number"))


def files_of(result: Result) -> QuerySet[ResultFile]:
    """Return the files of all versions."""
    return ResultFile.objects.select_related("version__result", "blob__key").filter(version__result=result)


def sees_all(actor: User, ids: Collection[UUID]) -> bool:
    """Return whether the actor may see each of these results."""
    return policy.VIEW.filter(actor, Result.objects.filter(pk__in=list(ids))).count() == len(ids)


def latest_version(result: Result) -> ResultVersion:
    """Return the newest version."""
    return result.versions.get(is_latest=True)


def state_token(result: Result) -> str:
    """Return what names the version and state of a result, so that an action can tell whether its user has read them."""
    return f"{result.version}.{result.state}"


def results_to_attest(actor: User) -> QuerySet[Result]:
    """Return the results that wait and that the actor may attest: none of those they wrote."""
    waiting = policy.ATTEST.filter(actor, Result.objects.filter(state=ResultState.WAITING))
    return waiting.exclude(Q(made_by=actor.pk) | Q(changed_by=actor.pk))


def has_other_attester(result: Result, version: ResultVersion) -> bool:
    """Return whether an account may attest the result today that wrote neither its first nor this version."""
    holders = policy.ATTEST_AT.holders_at(units.keeping_unit(result.unit))
    return holders.exclude(pk__in=[result.made_by_id, version.made_by_id]).exists()


def next_to_attest(actor: User, without: UUID) -> UUID | None:
    """Return the result that has waited longest for the actor, beside one."""
    return (
        results_to_attest(actor).exclude(pk=without).order_by("changed_on", "pk").values_list("pk", flat=True).first()
    )


def latest_versions_below(actor: User, unit: Unit) -> QuerySet[ResultVersion]:
    """Return the newest versions of the results of a unit, below it and of ended units whose records it keeps, for the actor."""
    own = Result.objects.filter(unit__in=records_below([unit.pk]))
    versions = ResultVersion.objects.filter(is_latest=True, result__in=policy.VIEW.filter(actor, own).values("pk"))
    return versions.select_related("result__indicator", "made_by", "attested_by")


@dataclass(frozen=True, slots=True)
class ResultFilter:
    """How the list is narrowed; `view` is one of `VIEWS`."""

    view: str = ALL
    text: str = ""
    state: str = ""
    indicator: UUID | None = None
    unit: Unit | None = None


@dataclass(frozen=True, slots=True)
class ResultPage:
    """One page of the list, newest first."""

    rows: Sequence[ResultVersion]
    number: int
    more: bool


def result_page(actor: User, filters: ResultFilter, number: int) -> ResultPage:
    """Return a page of newest versions with their results, in one statement and one more for files."""
    results = policy.VIEW.filter(actor, Result.objects.all())
    if filters.view == TO_ATTEST:
        results = results_to_attest(actor)
    elif filters.view == OWN:
        results = results.filter(Q(made_by=actor) | Q(changed_by=actor))
    if filters.state:
        results = results.filter(state=filters.state)
    if filters.indicator is not None:
        results = results.filter(indicator=filters.indicator)
    if filters.unit is not None:
        results = results.filter(unit__in=records_below([filters.unit.pk]))
    results = results.filter(words_condition(vietnamese.fold(filters.text).split()))
    versions = ResultVersion.objects.filter(is_latest=True, result__in=results.values("pk"))
    versions = versions.select_related("result__indicator", "made_by").annotate(
        has_files=Exists(ResultFile.objects.filter(version=OuterRef("pk")))
    )
    # What has waited longest stands first where it is to be decided.
    order = ("result__changed_on", "pk") if filters.view == TO_ATTEST else ("-happened_on", "-pk")
    rows, more = page_rows(versions.order_by(*order), number, PAGE_SIZE)
    return ResultPage(rows, number, more)


# --- Beside figures ---------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PendingResults:
    """How many results of an indicator in a unit and below wait or were sent back, and the quantities that wait."""

    waiting: int = 0
    waiting_quantity: int = 0
    returned: int = 0


def pending_results(indicator: Indicator, unit: Unit) -> PendingResults:
    """Return what is reported in a unit and below and is in no figure yet; one statement."""
    versions = ResultVersion.objects.filter(
        is_latest=True,
        result__indicator=indicator,
        result__state__in=[ResultState.WAITING, ResultState.RETURNED],
        result__unit__in=records_below([unit.pk]),
    )
    sums: dict[str, Any] = {
        row["result__state"]: row
        for row in versions.values("result__state").annotate(count=Count("pk"), quantity=Sum("quantity")).order_by()
    }
    waiting, returned = sums.get(ResultState.WAITING), sums.get(ResultState.RETURNED)
    return PendingResults(
        waiting["count"] if waiting else 0,
        int(waiting["quantity"]) if waiting else 0,
        returned["count"] if returned else 0,
    )


def waiting_of_days(programme: Programme, unit: Unit, first: date, last: date) -> int:
    """Return how many results of a unit and below happened on these days and wait to be attested; one statement."""
    versions = ResultVersion.objects.filter(
        is_latest=True,
        happened_on__range=(first, last),
        result__indicator__programme=programme,
        result__state=ResultState.WAITING,
        result__unit__in=records_below([unit.pk]),
    )
    return versions.count()


def equal_result(unit: Unit, indicator: Indicator, happened_on: date, quantity: int) -> Result | None:
    """Return a result of the same unit, day and quantity that is not withdrawn: mostly one entered twice."""
    versions = ResultVersion.objects.filter(
        is_latest=True,
        happened_on=happened_on,
        quantity=quantity,
        result__unit=unit,
        result__indicator=indicator,
    )
    version = versions.exclude(result__state=ResultState.WITHDRAWN).select_related("result").first()
    return version.result if version is not None else None
