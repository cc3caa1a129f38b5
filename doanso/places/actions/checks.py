"""Dated checks of criteria that no record computes, with evidence; a wrong check is corrected by a new one."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import IO, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.documents.actions.drafts import keep_file
from doanso.documents.secrecy import refuse_secret
from doanso.files import actions as files
from doanso.files.models import Blob
from doanso.files.reading import Kind
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse
from doanso.places import policy
from doanso.places.actions.assessments import refresh_progress
from doanso.places.actions.locking import lock_place
from doanso.places.models import CheckFile, Criterion, CriterionCheck, Place, ThresholdKind
from doanso.places.rules import registers as rules
from doanso.places.values.checks import CHECK_FORMULAS

_ACCEPTED = {Kind.PDF, Kind.DOCX, Kind.XLSX, Kind.PNG, Kind.JPEG, Kind.WEBP}


@dataclass(frozen=True, slots=True)
class CriterionCheckInput:
    """The result of a check on a day: counted numbers, or 1 or 0 for yes or no, and a note."""

    checked_on: date
    numerator: int
    denominator: int | None = None
    note: str = ""


class CheckEvidence(NamedTuple):
    """An uploaded file with the name that its sender gave it."""

    name: str
    source: IO[bytes] | bytes


def record_check(
    *,
    actor: User,
    place: Place,
    criterion: Criterion,
    inputs: CriterionCheckInput,
    evidence: Sequence[CheckEvidence] = (),
    corrects: UUID | None = None,
) -> CriterionCheck:
    """Keep a check of a criterion with its evidence. Called outside a transaction, because files are stored first.

    `corrects` is the check that it replaces, whose files stay with the old one.
    """
    policy.RECORD.require(actor, place)
    refuse(_problem(criterion, inputs))
    refuse_secret([inputs.note], field="note")
    if len(evidence) > rules.MOST_FILES:
        message = _("Attach at most %(most)d files.") % {"most": rules.MOST_FILES}
        raise Refused(Problem("too_many_files", message, "evidence"))
    blobs = _keep(evidence)
    with files.keep_with_transaction(*blobs):
        return _record(actor, place, criterion, inputs, blobs, corrects)


def _problem(criterion: Criterion, inputs: CriterionCheckInput) -> Problem | None:
    if criterion.formula not in CHECK_FORMULAS:
        message = _("This criterion is computed from records; nothing is entered by hand.")
        return Problem("criterion_computed", message)
    if inputs.checked_on > clock.today():
        return Problem("check_ahead", _("This day has not come yet."), "checked_on")
    if len(inputs.note) > rules.LONGEST_NOTE:
        return Problem("note_long", _("Say it in at most %(most)d characters.") % {"most": rules.LONGEST_NOTE}, "note")
    if criterion.threshold_kind == ThresholdKind.YES and inputs.numerator not in {0, 1}:
        return Problem("not_yes_or_no", _("Answer yes or no."), "numerator")
    return rules.numbers_problem(inputs.numerator, inputs.denominator, kind=criterion.threshold_kind)


def _keep(evidence: Sequence[CheckEvidence]) -> list[Blob]:
    blobs: list[Blob] = []
    for file in evidence:
        try:
            with files.destroy_on_error(*blobs):
                blobs.append(keep_file(file.source, name=file.name, allowed=_ACCEPTED))
        except Refused as refused:
            problem = refused.problem
            raise Refused(Problem(problem.code, f"{file.name}: {problem.message}", "evidence")) from refused
    return blobs


def _record(
    actor: User,
    place: Place,
    criterion: Criterion,
    inputs: CriterionCheckInput,
    blobs: Sequence[Blob],
    corrects: UUID | None,
) -> CriterionCheck:
    fresh = lock_place(place)
    policy.RECORD.require(actor, fresh)
    if criterion.criteria_set_id != fresh.criteria_set_id:
        raise Refused(Problem("criterion_other", _("The place has other criteria now. Open its page anew.")))
    if corrects is not None:
        old = CriterionCheck.objects.filter(pk=corrects, place=fresh, corrected_by=None).first()
        if old is None:
            raise Refused(Problem("check_corrected", _("Somebody has corrected this check already.")))
    is_yes = criterion.threshold_kind == ThresholdKind.YES
    check = CriterionCheck.objects.create(
        place=fresh,
        criterion=criterion,
        checked_on=inputs.checked_on,
        numerator=inputs.numerator,
        denominator=1 if is_yes else inputs.denominator,
        note=inputs.note.strip(),
        corrects_id=corrects,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    CheckFile.objects.bulk_create(
        CheckFile(check_of=check, blob=blob, position=position) for position, blob in enumerate(blobs, start=1)
    )
    action = "places.correct_check" if corrects is not None else "places.record_check"
    record(actor=actor, action=action, obj=fresh, unit=fresh.unit_id)
    refresh_progress(fresh)
    return check


@transaction.atomic
def erase_evidence(*, actor: User, file: CheckFile) -> None:
    """Make a photo or paper unreadable for good, for instance because it shows what must not be kept; the check stays."""
    fresh = lock_place(file.check_of.place)
    policy.RECORD.require(actor, fresh)
    files.destroy_key(blob=file.blob)
    record(actor=actor, action="places.erase_evidence", obj=fresh, unit=fresh.unit_id)
