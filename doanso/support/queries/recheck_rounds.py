"""Reads of re-checks: rounds, the next person to call, and error rates of units."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from doanso.accounts.models import User
from doanso.lib import clock, encryption
from doanso.lib.dated_rows import in_effect
from doanso.lib.paging import page_rows
from doanso.people import queries as people
from doanso.people.models import Consent
from doanso.support import families, policy
from doanso.support.models import (
    Dispute,
    Recheck,
    RecheckAttempt,
    RecheckOutcome,
    RecheckRound,
    SupportRecord,
    WrongAnswer,
)
from doanso.support.rules import recheck_rounds as rules
from doanso.support.rules.recheck_rounds import ErrorRate as ErrorRate  # noqa: PLC0414 -- what other apps name in signatures
from doanso.units import queries as units
from doanso.units.models import Unit
from doanso.units.queries import NamedUnit

PAGE = 50
PURPOSE = "recheck"
"""The consent needed for a call-back."""


# --- The list that a round is drawn from --------------------------------------------------------------------------------


def _below(unit_ids: Collection[UUID], prefix: str) -> Q:
    """Return the condition that the record's unit was below one of these units on the record's day; `prefix` is the path to the
    record.
    """
    return in_effect(F(f"{prefix}happened_on"), "unit__paths_up__") & Q(unit__paths_up__ancestor__in=unit_ids)


def records_of_period(unit: Unit, since: date, until: date) -> QuerySet[SupportRecord]:
    """Return the named active records that the unit's subtree made in a period."""
    support_records = SupportRecord.objects.filter(_below([unit.pk], ""), happened_on__gte=since, happened_on__lt=until)
    return support_records.filter(named=True, taken_back_at=None, refused_at=None)


def _reachable(prefix: str = "") -> Q:
    """Return the condition that the receiver has a phone or an address."""
    person = Q(**{f"{prefix}contact__isnull": False}) & (
        ~Q(**{f"{prefix}contact__phone_lookup": ""}) | ~Q(**{f"{prefix}contact__address": ""})
    )
    shop = Q(**{f"{prefix}business__isnull": False}) & (
        ~Q(**{f"{prefix}business__phone_lookup": ""}) | ~Q(**{f"{prefix}business__address": ""})
    )
    return person | shop


def _willing(prefix: str = "") -> Q:
    """Return the condition that the receiver agrees to be called; shops need not."""
    agreed = Consent.objects.filter(person=OuterRef(f"{prefix}person"), purpose=PURPOSE, withdrawn_at=None)
    return Q(**{f"{prefix}business__isnull": False}) | Q(Exists(agreed))


def drawable_receivers(support_records: QuerySet[SupportRecord]) -> list[tuple[UUID, UUID]]:
    """Return records whose receiver may be asked and was never drawn before, each with the receiver's present id."""
    drawn = Recheck.objects.filter(support_record__person=OuterRef("person"))
    drawn_shop = Recheck.objects.filter(support_record__business=OuterRef("business"))
    rows = list(
        support_records.filter(_reachable(), _willing())
        .exclude(Exists(drawn))
        .exclude(Exists(drawn_shop))
        .values_list("pk", "person_id", "business_id")
    )
    persons = people.canonical(person for _key, person, _shop in rows if person)
    shops = people.canonical_businesses(shop for _key, _person, shop in rows if shop)
    return [(key, persons[person] if person else shops[shop]) for key, person, shop in rows]


# --- Rounds -------------------------------------------------------------------------------------------------------------


def all_rounds() -> QuerySet[RecheckRound]:
    """Return all rounds without their lists, to be narrowed by a policy."""
    return RecheckRound.objects.select_related("unit", "opened_by").defer("listed")


def has_overlapping_round(unit_id: UUID, since: date, until: date) -> bool:
    """Return whether the unit has a round whose period overlaps this one."""
    return RecheckRound.objects.filter(unit_id=unit_id, since__lt=until, until__gt=since).exists()


def recheckable_units(actor: User) -> list[NamedUnit]:
    """Return the units that the actor may have re-checked, in tree order by the roots' codes."""
    units_by_id: dict[UUID, NamedUnit] = {}
    roots, above = policy.RECHECK.roots(actor), policy.RECHECK.roots_above(actor)
    trees = [tree for tree in units.subtrees(roots | above).values() if tree]
    for tree in sorted(trees, key=lambda tree: tree[0].code):
        for unit in tree:
            if unit.depth or unit.id in roots:
                units_by_id.setdefault(unit.id, unit)
    return list(units_by_id.values())


@dataclass(frozen=True, slots=True)
class RoundRow:
    """One round of the list."""

    round: RecheckRound
    unit: str
    last_day: date
    rate: ErrorRate


@dataclass(frozen=True, slots=True)
class RoundPage:
    """A page of rounds, newest first."""

    rows: list[RoundRow]
    number: int
    more: bool


def round_page(actor: User, number: int) -> RoundPage:
    """Return a page of the rounds the actor may see, in a fixed number of statements."""
    recheck_rounds, more = page_rows(
        policy.VIEW.filter(actor, all_rounds()).order_by("-opened_at", "-pk"), number, PAGE
    )
    return RoundPage(round_rows(recheck_rounds), number, more)


def round_rows(recheck_rounds: Collection[RecheckRound]) -> list[RoundRow]:
    """Return rounds with their units' names and error rates; two statements."""
    unit_names = units.named_units_by_id({recheck_round.unit_id for recheck_round in recheck_rounds})
    rates = rates_of(recheck_rounds)
    return [
        RoundRow(
            recheck_round,
            unit_names[recheck_round.unit_id].short_name,
            recheck_round.until - timedelta(days=1),
            rates.get(recheck_round.pk, ErrorRate()),
        )
        for recheck_round in recheck_rounds
    ]


_FIELDS = {
    RecheckOutcome.WRONG.value: "wrong",
    RecheckOutcome.CONFIRMED.value: "right",
    RecheckOutcome.UNREACHED.value: "unreached",
    RecheckOutcome.REFUSED.value: "refused",
    "": "waiting",
}


def rates_of(recheck_rounds: Iterable[RecheckRound]) -> dict[UUID, ErrorRate]:
    """Return the error rate of each round; one statement."""
    rows = (
        Recheck.objects.filter(round__in=[entry.pk for entry in recheck_rounds])
        .values_list("round_id", "outcome")
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[UUID, dict[str, int]] = {}
    for key, outcome, count in rows:
        counts.setdefault(key, {})[_FIELDS[outcome]] = count
    return {key: ErrorRate(**entry) for key, entry in counts.items()}


def wrong_answers(round_id: UUID) -> list[tuple[str, int]]:
    """Return the numbers of wrong answers by kind."""
    counts = dict(
        Recheck.objects.filter(round_id=round_id, outcome=RecheckOutcome.WRONG)
        .values_list("wrong")
        .annotate(count=Count("pk"))
        .order_by()
    )
    return [(str(answer.label), counts[answer.value]) for answer in WrongAnswer if answer.value in counts]


@dataclass(frozen=True, slots=True)
class RedrawResult:
    """A sample drawn again, and whether it equals the one that was drawn."""

    drawn: list[UUID]
    same_list: bool
    same_sample: bool


def redraw(round_id: UUID) -> RedrawResult | None:
    """Draw again from the stored list and seed; None where there is no such round."""
    recheck_round = RecheckRound.objects.filter(pk=round_id).first()
    if recheck_round is None:
        return None
    drawn = rules.draw_receivers(seed=recheck_round.seed, listed=recheck_round.listed, size=recheck_round.size)
    before = list(
        Recheck.objects.filter(round=recheck_round).order_by("place").values_list("support_record_id", flat=True)
    )
    return RedrawResult(drawn, rules.list_hash(recheck_round.listed) == recheck_round.list_hash, drawn == before)


# --- Asking -------------------------------------------------------------------------------------------------------------


def all_rechecks() -> QuerySet[Recheck]:
    """Return all drawn records with what the call screen shows, to be narrowed by a policy."""
    return Recheck.objects.select_related(
        "round", "support_record__contact", "support_record__business", "support_record__service"
    )


def _waiting(round_id: UUID) -> QuerySet[Recheck]:
    return all_rechecks().filter(round_id=round_id, outcome="")


def askable_rechecks(rechecks: QuerySet[Recheck]) -> QuerySet[Recheck]:
    """Return those whose receiver can still be asked: active, named, reachable, and willing to be called."""
    return rechecks.filter(
        _reachable("support_record__"), _willing("support_record__"), support_record__taken_back_at=None
    )


def exclude_concerned(actor: User, rechecks: QuerySet[Recheck]) -> QuerySet[Recheck]:
    """Return those about records that the actor neither made, nor helped with, nor received."""
    return (
        rechecks.exclude(support_record__recorded_by=actor)
        .exclude(support_record__helper__person__user=actor)
        .exclude(support_record__second_helper__person__user=actor)
        .exclude(support_record__person__user=actor)
    )


def next_to_ask(actor: User, round_id: UUID) -> Recheck | None:
    """Return the next person for the actor to call: in the order of the draw, nobody twice on a day, nobody who is being
    called.
    """
    now = clock.now()
    tried = RecheckAttempt.objects.filter(recheck=OuterRef("pk"), made_on=clock.today())
    free = Q(shown_at=None) | Q(shown_to=actor) | Q(shown_at__lt=now - rules.SHOWN_FOR)
    candidates = exclude_concerned(actor, askable_rechecks(_waiting(round_id))).exclude(Exists(tried))
    return candidates.filter(free).order_by("place").first()


@dataclass(frozen=True, slots=True)
class Progress:
    """Numbers of receivers still to be asked in a round."""

    waiting: int
    tried_today: int
    lost: int


def round_progress(round_id: UUID) -> Progress:
    """Return how many wait, how many of them were tried today, and how many can't be asked any more; three statements."""
    waiting = _waiting(round_id)
    askable = askable_rechecks(waiting)
    askable_count, tried = (
        askable.count(),
        askable.filter(attempts__made_on=clock.today()).distinct().count(),
    )
    return Progress(askable_count, tried, waiting.count() - askable_count)


def phone_of(support_record: SupportRecord) -> str:
    """Return the receiver's number, decrypted for the caller; empty without one."""
    receiver = support_record.contact or support_record.business
    if receiver is None or not receiver.phone_encrypted:
        return ""
    return encryption.decrypt(receiver.phone_encrypted, context=people.encryption_context("phone"))


def attempts_of(recheck: Recheck) -> list[RecheckAttempt]:
    """Return the attempts so far, oldest first."""
    return list(recheck.attempts.order_by("made_at"))


def answered_rechecks(support_record: SupportRecord) -> list[Recheck]:
    """Return the answered re-checks of a record, each with its round."""
    return list(support_record.rechecks.exclude(outcome="").select_related("round").order_by("settled_on"))


def open_dispute(receipt_id: UUID) -> Dispute | None:
    """Return the receipt's open dispute."""
    return Dispute.objects.filter(receipt_id=receipt_id, decided_at=None).first()


# --- How often units were wrong -----------------------------------------------------------------------------------------


class ErrorRates(dict[tuple[UUID, str, bool], ErrorRate]):
    """Error rates by unit, service, and kind of receiver."""

    def of(self, unit_id: UUID, *, service: str = "", to_business: bool | None = None) -> ErrorRate:
        """Return the rate of a unit with its subtree: of one service, of people or shops, or of everything."""
        rates = [
            rate
            for (unit, code, shops), rate in self.items()
            if unit == unit_id and service in ("", code) and to_business in (None, shops)
        ]
        return ErrorRate(
            wrong=sum(rate.wrong for rate in rates),
            right=sum(rate.right for rate in rates),
            unreached=sum(rate.unreached for rate in rates),
            refused=sum(rate.refused for rate in rates),
            waiting=sum(rate.waiting for rate in rates),
        )


def error_rates(unit_ids: Collection[UUID], *, on: date | None = None) -> ErrorRates:
    """Return error rates of units with their subtrees by a day, by service; one statement.

    A record belongs to the units above its unit on its day, as in the figures.
    """
    by = on or clock.today()
    rows = (
        Recheck.objects.filter(_below(unit_ids, "support_record__"))
        .filter(Q(settled_on=None) | Q(settled_on__lte=by))
        .values_list(
            "unit__paths_up__ancestor_id", "support_record__service_id", "support_record__to_business", "outcome"
        )
        .annotate(count=Count("pk"))
        .order_by()
    )
    counts: dict[tuple[UUID, str, bool], dict[str, int]] = {}
    for unit, service, shops, outcome, count in rows:
        counts.setdefault((unit, service, shops), {})[_FIELDS[outcome]] = count
    return ErrorRates({key: ErrorRate(**by_outcome) for key, by_outcome in counts.items()})


def error_rate_of_measure(*, family: str, service: str, unit_id: UUID, on: date) -> ErrorRate | None:
    """Return the error rate behind a unit's figure; None where the figure does not count support records."""
    if family not in (families.PEOPLE_FAMILY, families.BUSINESSES_FAMILY):
        return None
    rates = error_rates([unit_id], on=on)
    return rates.of(unit_id, service=service, to_business=family == families.BUSINESSES_FAMILY)
