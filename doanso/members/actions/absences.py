"""Members who are away, and members left out of one indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.ledger.actions import resume_subject, suspend_many, suspend_subject, take_back
from doanso.ledger.inputs import SuspensionInput
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.members import policy, queries, rules
from doanso.members.actions.preconditions import require_lasting
from doanso.members.families import EXEMPT_FAMILY
from doanso.members.models import Absence, AbsenceReason, Exemption, Member, MemberState


@dataclass(frozen=True, slots=True)
class AbsenceInput:
    """An absence to record: away from `since` on; `until` is the day of return, None while it is unknown."""

    member: Member
    reason: str
    since: date
    until: date | None = None
    note: str = ""


@transaction.atomic
def set_absence(
    *, actor: User, member: Member, reason: str, since: date, until: date | None = None, note: str = ""
) -> Absence:
    """Record a member as away: counted nowhere from that day until the day of return."""
    fresh = queries.lock_stay(member.pk)
    policy.CHANGE.require(actor, fresh)
    require_lasting(fresh)
    if reason not in AbsenceReason.values:
        raise Refused(Problem("absence_reason", _("Choose why the member is away."), "reason"))
    refuse(rules.span_problem(since=since, until=until, first=fresh.since))
    if since > clock.today():
        raise Refused(Problem("day_in_future", _("The day lies in the future; record it when it has come."), "since"))
    known_absences = Absence.objects.filter(person_id=fresh.person_id, taken_back_at=None).values_list("since", "until")
    if rules.overlaps(since, until, known_absences):
        message = _("The member is recorded as away in these days already; end that absence first.")
        raise Refused(Problem("absence_overlaps", message, "since"))
    [absence] = _write_absences(actor, [AbsenceInput(fresh, reason, since, until, note)], "")
    return absence


@transaction.atomic
def set_absences(*, actor: User, leaves: Sequence[AbsenceInput], note: str = "") -> list[Absence]:
    """Record absences from a list, except those of temporary stays; the importer has left out members who are away already."""
    if not leaves:
        return []
    members = Member.objects.filter(pk__in=[leave.member.pk for leave in leaves], state=MemberState.ACTIVE)
    allowed = set(policy.CHANGE.filter(actor, members.filter(temporary=False)).values_list("pk", flat=True))
    return _write_absences(actor, [leave for leave in leaves if leave.member.pk in allowed], note)


def _write_absences(actor: User, leaves: Sequence[AbsenceInput], note: str) -> list[Absence]:
    today, now = clock.today(), clock.now()
    absences = [
        Absence(
            person_id=leave.member.person_id,
            reason=leave.reason,
            note=leave.note,
            since=leave.since,
            until=leave.until,
            arrived_on=today,
            recorded_at=now,
        )
        for leave in leaves
    ]
    Absence.objects.bulk_create(absences, batch_size=1000)
    record_many(
        [
            AuditEventInput(actor, "members.set_absence", leave.member, leave.member.branch_id, note=note)
            for leave in leaves
        ]
    )
    suspend_many(
        [
            SuspensionInput(
                family=EXEMPT_FAMILY,
                source_id=absence.pk,
                subject_ref=absence.person_id,
                measure_code="",
                since=absence.since,
                until=absence.until,
            )
            for absence in absences
        ]
    )
    return absences


def _locked_row[Row: (Absence, Exemption)](rows: type[Row], row_id: UUID, member: Member) -> Row:
    """Lock and return the person's row; refused where it was taken back."""
    row = rows.objects.select_for_update().filter(pk=row_id, person_id=member.person_id, taken_back_at=None).first()
    if row is None:
        raise Refused(Problem("taken_back", _("This record was taken back already.")))
    return row


@transaction.atomic
def end_absence(*, actor: User, member: Member, absence: Absence, until: date) -> Absence:
    """Record the day of return, or another planned one."""
    fresh_member = queries.lock_stay(member.pk)
    policy.CHANGE.require(actor, fresh_member)
    require_lasting(fresh_member)
    fresh = _locked_row(Absence, absence.pk, fresh_member)
    if until < fresh.since:
        raise Refused(Problem("span_empty", _("The day of return must come after the first day away."), "until"))
    other_absences = Absence.objects.filter(person_id=fresh.person_id, taken_back_at=None).exclude(pk=fresh.pk)
    if rules.overlaps(fresh.since, until, other_absences.values_list("since", "until")):
        message = _("The member is recorded as away in these days already; end that absence first.")
        raise Refused(Problem("absence_overlaps", message, "until"))
    fresh.until = until
    fresh.save(update_fields=["until"])
    record(actor=actor, action="members.end_absence", obj=fresh_member, unit=fresh_member.branch_id, changed=["until"])
    resume_subject(source_id=fresh.pk, until=until)
    return fresh


@transaction.atomic
def exempt(
    *,
    actor: User,
    member: Member,
    indicator: str,
    reason: str,
    review_on: date,
    since: date | None = None,
    until: date | None = None,
) -> Exemption:
    """Leave a member out of one indicator's share, with the reason and the day on which it is looked at again."""
    fresh = queries.lock_stay(member.pk)
    policy.EXEMPT.require(actor, fresh)
    require_lasting(fresh)
    today = clock.today()
    first = since or today
    if indicator not in queries.exemptable_measures(fresh.branch_id):
        message = _("Choose an indicator of which members can be exempt.")
        raise Refused(Problem("exemption_indicator", message, "indicator"))
    if first > today:
        raise Refused(Problem("day_in_future", _("The day lies in the future; record it when it has come."), "since"))
    if not reason.strip():
        raise Refused(Problem("exemption_reason", _("Say why the member is exempt."), "reason"))
    refuse(rules.span_problem(since=first, until=until, first=fresh.since))
    if review_on <= first:
        message = _("The day of review must come after the first day.")
        raise Refused(Problem("review_too_early", message, "review_on"))
    known_exemptions = Exemption.objects.filter(person_id=fresh.person_id, indicator=indicator, taken_back_at=None)
    if rules.overlaps(first, until, known_exemptions.values_list("since", "until")):
        message = _("The member is exempt from this indicator in these days already.")
        raise Refused(Problem("exemption_overlaps", message, "since"))
    exemption = Exemption.objects.create(
        person_id=fresh.person_id,
        indicator=indicator,
        reason=reason.strip(),
        since=first,
        until=until,
        review_on=review_on,
        arrived_on=today,
        recorded_at=clock.now(),
    )
    record(actor=actor, action=policy.EXEMPT.name, obj=fresh, unit=fresh.branch_id, changed=["exemption"])
    suspend_subject(
        family=EXEMPT_FAMILY,
        source_id=exemption.pk,
        subject_ref=exemption.person_id,
        measure_code=indicator,
        since=first,
        until=until,
    )
    return exemption


@transaction.atomic
def end_exemption(*, actor: User, member: Member, exemption: Exemption, until: date) -> Exemption:
    """End an exemption: the member counts for the indicator again from that day on."""
    fresh_member = queries.lock_stay(member.pk)
    policy.EXEMPT.require(actor, fresh_member)
    require_lasting(fresh_member)
    fresh = _locked_row(Exemption, exemption.pk, fresh_member)
    if until < fresh.since:
        raise Refused(Problem("span_empty", _("The last day must come after the first one."), "until"))
    others = Exemption.objects.filter(person_id=fresh.person_id, indicator=fresh.indicator, taken_back_at=None)
    if rules.overlaps(fresh.since, until, others.exclude(pk=fresh.pk).values_list("since", "until")):
        message = _("The member is exempt from this indicator in these days already.")
        raise Refused(Problem("exemption_overlaps", message, "until"))
    fresh.until = until
    fresh.save(update_fields=["until"])
    record(
        actor=actor, action="members.end_exemption", obj=fresh_member, unit=fresh_member.branch_id, changed=["until"]
    )
    resume_subject(source_id=fresh.pk, until=until)
    return fresh


@transaction.atomic
def take_back_absence(*, actor: User, member: Member, absence: Absence) -> Absence:
    """Take back an absence recorded by mistake: every figure is as if it had never been."""
    fresh_member = queries.lock_stay(member.pk)
    policy.CHANGE.require(actor, fresh_member)
    require_lasting(fresh_member)
    fresh = _locked_row(Absence, absence.pk, fresh_member)
    _take_back(actor, "members.take_back_absence", fresh_member, fresh)
    return fresh


@transaction.atomic
def take_back_exemption(*, actor: User, member: Member, exemption: Exemption) -> Exemption:
    """Take back an exemption recorded by mistake: every figure is as if it had never been."""
    fresh_member = queries.lock_stay(member.pk)
    policy.EXEMPT.require(actor, fresh_member)
    require_lasting(fresh_member)
    fresh = _locked_row(Exemption, exemption.pk, fresh_member)
    _take_back(actor, "members.take_back_exemption", fresh_member, fresh)
    return fresh


def _take_back(actor: User, action: str, member: Member, row: Absence | Exemption) -> None:
    row.taken_back_at = clock.now()
    row.save(update_fields=["taken_back_at"])
    record(actor=actor, action=action, obj=member, unit=member.branch_id, changed=["taken_back_at"])
    take_back(family=EXEMPT_FAMILY, source_id=row.pk)
