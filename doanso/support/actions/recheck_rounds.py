"""Actions of re-checks: store seed and list, draw, show one person, and store the answer."""

from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock, database
from doanso.lib.problems import Problem, Refused, refuse
from doanso.support import policy, ports
from doanso.support import rules as help_rules
from doanso.support.actions.grades import raise_grades
from doanso.support.actions.residents import set_refused
from doanso.support.models import (
    Dispute,
    Receipt,
    Recheck,
    RecheckAttempt,
    RecheckOutcome,
    RecheckRound,
    SupportRecord,
    WrongAnswer,
)
from doanso.support.queries import recheck_rounds as queries
from doanso.support.rules import recheck_rounds as rules
from doanso.units.models import Unit


@transaction.atomic
def open_round(*, actor: User, unit: Unit, first_day: date, last_day: date) -> RecheckRound:
    """Store the list a sample is drawn from, and the seed. Nothing is drawn yet.

    Periods of a unit's rounds do not overlap, so that nobody can draw again for a better sample.
    """
    policy.RECHECK.require_at(actor, unit)
    database.lock([f"support.recheck.{unit.pk}"], shared=False)
    since, until = first_day, last_day + timedelta(days=1)
    problem = rules.period_problem(first_day, last_day, clock.today())
    if problem is None and queries.has_overlapping_round(unit.pk, since, until):
        message = _("These days have a round already. A sample is drawn once; choose other days.")
        problem = Problem("round_overlaps", message, "first_day")
    refuse(problem)
    active_records = queries.records_of_period(unit, since, until)
    drawable = queries.drawable_receivers(active_records)
    if not drawable:
        message = _(
            "In these days there is nobody to ask: by name, with a phone or an address, and willing to be called."
        )
        raise Refused(Problem("nobody_to_ask", message, "first_day"))
    listed = rules.write_list(drawable)
    receivers = len({receiver_id for _key, receiver_id in drawable})
    share, least = settings.RECHECK_SHARE, settings.RECHECK_LEAST
    opened = RecheckRound.objects.create(
        unit=unit,
        since=since,
        until=until,
        seed=rules.new_seed(),
        listed=listed,
        list_hash=rules.list_hash(listed),
        share=share,
        least=least,
        helps=active_records.count(),
        receivers=receivers,
        size=rules.sample_size(receivers, share=share, least=least),
        opened_at=clock.business_now(),
        opened_by=actor,
    )
    record(actor=actor, action="support.open_round", obj=opened, unit=unit, changed=["seed", "list_hash"])
    return opened


@transaction.atomic
def draw_round(*, actor: User, round_id: UUID) -> RecheckRound:
    """Draw the sample from the stored seed and list. A second call does nothing."""
    recheck_round = RecheckRound.objects.select_for_update().get(pk=round_id)
    policy.RECHECK.require(actor, recheck_round)
    if recheck_round.drawn_at is not None:
        return recheck_round
    drawn = rules.draw_receivers(seed=recheck_round.seed, listed=recheck_round.listed, size=recheck_round.size)
    owners = dict(SupportRecord.objects.filter(pk__in=drawn).values_list("pk", "unit_id"))
    Recheck.objects.bulk_create(
        Recheck(round=recheck_round, unit_id=owners[key], support_record_id=key, place=place)
        for place, key in enumerate(drawn, start=1)
    )
    recheck_round.drawn_at = clock.business_now()
    recheck_round.save(update_fields=["drawn_at"])
    record(
        actor=actor, action="support.draw_round", obj=recheck_round, unit=recheck_round.unit_id, changed=["drawn_at"]
    )
    return recheck_round


@transaction.atomic
def show_next_receiver(*, actor: User, round_id: UUID) -> Recheck | None:
    """Return the next person to call, with name and number, and write an audit event; None when nobody waits for this
    actor now.
    """
    recheck_round = RecheckRound.objects.select_for_update().defer("listed").get(pk=round_id)
    policy.RECHECK.require(actor, recheck_round)
    while (recheck := queries.next_to_ask(actor, recheck_round.pk)) is not None:
        recheck.shown_at, recheck.shown_to = clock.now(), actor
        # `record_answer` locks the call alone and may be quicker: then the next one is shown.
        unanswered = Recheck.objects.filter(pk=recheck.pk, outcome="")
        if unanswered.update(shown_at=recheck.shown_at, shown_to=actor):
            break
    if recheck is None:
        return None
    record(actor=actor, action="support.show_recheck", obj=recheck.support_record, unit=recheck.unit_id)
    return recheck


@transaction.atomic
def record_answer(*, actor: User, recheck_id: UUID, outcome: str, wrong: str = "") -> Recheck:
    """Store the result of a call. "Confirmed" is the best evidence; "wrong" opens a dispute, and the record counts
    nowhere until an officer decides. An unreached person is tried on three days, and then counted as not reached.

    The same answer again does nothing, and a final one never changes.
    """
    if outcome in (RecheckOutcome.CONFIRMED, RecheckOutcome.WRONG):
        # Lock order: rows that wrap the records come before the call.
        ports.lock_wrappers_of(SupportRecord.objects.filter(receipt__helps__rechecks=recheck_id, taken_back_at=None))
    recheck = Recheck.objects.select_for_update(of=("self",)).select_related("round").get(pk=recheck_id)
    policy.RECHECK.require(actor, recheck.round)
    if recheck.outcome:
        if (recheck.outcome, recheck.wrong) == (outcome, wrong):
            return recheck
        raise Refused(Problem("already_answered", _("Somebody else has written down this person's answer already.")))
    if not queries.exclude_concerned(actor, Recheck.objects.filter(pk=recheck.pk)).exists():
        raise PermissionDenied(policy.RECHECK.name)
    if problem := _answer_problem(recheck, outcome, wrong):
        raise Refused(problem)
    today = clock.today()
    if outcome == RecheckOutcome.UNREACHED:
        before = recheck.attempts.filter(outcome=RecheckOutcome.UNREACHED)
        if before.filter(made_on=today).exists():
            return recheck
        if not rules.is_last_attempt(before.count()):
            _attempt(actor, recheck, outcome, "support.not_reached")
            return recheck
    _attempt(actor, recheck, outcome, "support.recheck")
    recheck.outcome, recheck.wrong, recheck.settled_on = outcome, wrong, today
    recheck.save(update_fields=["outcome", "wrong", "settled_on"])
    if outcome in (RecheckOutcome.CONFIRMED, RecheckOutcome.WRONG):
        _apply_answer(actor, recheck)
    return recheck


def _answer_problem(recheck: Recheck, outcome: str, wrong: str) -> Problem | None:
    if outcome not in RecheckOutcome.values:
        return Problem("no_answer", _("Choose what the person said."), "outcome")
    if (outcome == RecheckOutcome.WRONG) != (wrong in WrongAnswer.values) or (
        outcome != RecheckOutcome.WRONG and wrong
    ):
        return Problem("nothing_wrong_said", _("Choose what the person says instead."), "wrong")
    if not queries.askable_rechecks(Recheck.objects.filter(pk=recheck.pk)).exists():
        message = _("This person can't be asked any more: the help was taken back, or they withdrew their consent.")
        return Problem("not_askable", message)
    return None


def _attempt(actor: User, recheck: Recheck, outcome: str, action: str) -> None:
    RecheckAttempt.objects.create(
        recheck=recheck, made_at=clock.now(), made_on=clock.today(), made_by=actor, outcome=outcome
    )
    record(actor=actor, action=action, obj=recheck.support_record, unit=recheck.unit_id)


def _apply_answer(actor: User, recheck: Recheck) -> None:
    """Raise the grade, or open a dispute. Lock order: rows that wrap the records, the receipt, then its records."""
    receipt_id = SupportRecord.objects.values_list("receipt_id", flat=True).get(pk=recheck.support_record_id)
    ports.lock_wrappers_of(SupportRecord.objects.filter(receipt=receipt_id, taken_back_at=None))
    receipt = Receipt.objects.select_for_update(no_key=True).get(pk=receipt_id)
    support_records = list(
        SupportRecord.objects.select_for_update().filter(receipt=receipt, taken_back_at=None).order_by("pk")
    )
    if recheck.outcome == RecheckOutcome.CONFIRMED:
        raise_grades(
            support_records=[
                support_record for support_record in support_records if support_record.pk == recheck.support_record_id
            ],
            grade=help_rules.CALLED_BACK,
        )
        return
    now = clock.now()
    if queries.open_dispute(receipt.pk) is None:
        dispute = Dispute.objects.create(
            receipt=receipt,
            unit_id=receipt.unit_id,
            reason=recheck.wrong,
            opened_at=now,
            opened_on=clock.today(),
            recheck=recheck,
        )
        record(actor=actor, action="support.dispute", obj=dispute, unit=dispute.unit_id)
    # "Nobody came" disputes all records of that day; any other answer disputes this one.
    all_of_it = recheck.wrong == WrongAnswer.NOBODY_CAME
    doubted = [
        support_record
        for support_record in support_records
        if support_record.refused_at is None and (all_of_it or support_record.pk == recheck.support_record_id)
    ]
    if doubted:
        SupportRecord.objects.filter(pk__in=[support_record.pk for support_record in doubted]).update(refused_at=now)
        set_refused(doubted, refused=True)
