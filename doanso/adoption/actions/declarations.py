"""Decide declarations: an officer attests a member's own statement, or returns it with the reason."""

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.adoption import families, policy, queries, rules
from doanso.adoption.actions import difficulties
from doanso.adoption.actions.attestation import is_own_record
from doanso.adoption.models import BulkDraw, Declaration, DeclarationOutcome, DrawnPerson, Usage
from doanso.adoption.queries import declarations
from doanso.adoption.rules import self_report
from doanso.audit.actions import AuditEventInput, record, record_many
from doanso.ledger import actions as ledger
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse


def _not_waiting() -> Refused:
    return Refused(
        Problem("not_waiting", _("This was decided meanwhile, or the branch has recorded something newer. Look again."))
    )


def _locked(actor: User, declaration_id: UUID) -> Declaration:
    """Lock a declaration with its usage and return it as it is now, if it waits and the actor attests its person."""
    usage_id = Declaration.objects.values_list("usage_id", flat=True).get(pk=declaration_id)
    usage = Usage.objects.select_for_update().get(pk=usage_id)
    stay = queries.newest_stay(usage.person_id)
    if stay is None:
        raise PermissionDenied(policy.ATTEST.name)
    policy.ATTEST.require(actor, stay)
    declaration = declarations.waiting_declarations().filter(pk=declaration_id).select_related("usage__stage").first()
    if declaration is None:
        raise _not_waiting()
    return declaration


@transaction.atomic
def attest_declaration(*, actor: User, declaration_id: UUID) -> Usage:
    """Attest a declaration: the member's record gets the grade of one observer, from its own day on."""
    declaration = _locked(actor, declaration_id)
    usage = declaration.usage
    refuse(rules.own_record_problem(is_own_record(actor, usage.person_id)))
    _attested(actor, [declaration])
    record(
        actor=actor, action="adoption.attest_declaration", obj=usage, unit=usage.unit_id, changed=["grade", "seen_by"]
    )
    ledger.set_grade(family=families.STATE_FAMILY, source_id=usage.pk, grade=usage.grade)
    return usage


def _attested(actor: User, rows: Sequence[Declaration]) -> None:
    now = clock.now()
    for declaration in rows:
        declaration.outcome, declaration.decided_by, declaration.decided_at = DeclarationOutcome.ATTESTED, actor, now
        declaration.usage.grade, declaration.usage.seen_by = rules.SEEN_BY_OFFICER, actor
    Declaration.objects.bulk_update(rows, ["outcome", "decided_by", "decided_at"])
    Usage.objects.bulk_update([declaration.usage for declaration in rows], ["grade", "seen_by"])
    for service in {declaration.usage.service_id for declaration in rows}:
        people = [declaration.usage.person_id for declaration in rows if declaration.usage.service_id == service]
        difficulties.end_difficulty(service, people)


def attest_drawn_declarations(actor: User, draw: BulkDraw, drawn: Sequence[DrawnPerson]) -> list[Usage]:
    """Attest the declarations of a bulk whose sample was opened; those decided meanwhile are left as they are."""
    usage_ids = [drawn_person.usage_id for drawn_person in drawn if drawn_person.usage_id is not None]
    list(Usage.objects.select_for_update().filter(pk__in=usage_ids).order_by("pk"))
    attestable_people = queries.attestable_stays(actor).values("person_id")
    waiting = list(
        declarations.waiting_declarations()
        .filter(usage_id__in=usage_ids, usage__person_id__in=attestable_people)
        .select_related("usage__stage")
        .order_by("usage_id")
    )
    if not waiting:
        raise _not_waiting()
    usages = [declaration.usage for declaration in waiting]
    _attested(actor, waiting)
    draw.attested_at = clock.now()
    draw.save(update_fields=["attested_at"])
    changed = ["grade", "seen_by"]
    record_many(
        [
            AuditEventInput(
                actor=actor, action="adoption.attest_many", obj=draw, unit=draw.unit_id, changed=["attested_at"]
            ),
            *(AuditEventInput(actor, "adoption.attest_declaration", usage, usage.unit_id, changed) for usage in usages),
        ]
    )
    ledger.set_grades(
        family=families.STATE_FAMILY, source_ids=[usage.pk for usage in usages], grade=rules.SEEN_BY_OFFICER
    )
    return usages


@transaction.atomic
def return_declaration(*, actor: User, declaration_id: UUID, reason: str) -> Declaration:
    """Return a declaration that is not true, or not yet: its usage is taken back, the member reads why and may declare again."""
    declaration = _locked(actor, declaration_id)
    reason = " ".join(reason.split())
    refuse(self_report.reason_problem(reason))
    usage = declaration.usage
    now = clock.now()
    declaration.outcome, declaration.decided_by, declaration.decided_at = DeclarationOutcome.RETURNED, actor, now
    declaration.reason = reason
    declaration.save(update_fields=["outcome", "decided_by", "decided_at", "reason"])
    usage.taken_back_at = now
    usage.save(update_fields=["taken_back_at"])
    record(actor=actor, action="adoption.return_declaration", obj=usage, unit=usage.unit_id, changed=["taken_back_at"])
    ledger.take_back(family=families.STATE_FAMILY, source_id=usage.pk)
    return declaration
