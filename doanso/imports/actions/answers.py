"""Answer the questions of a comparison, row by row or all of one kind alike."""

from collections import Counter
from collections.abc import Mapping
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.files.actions import record_cipher
from doanso.imports import policy, rules, stored_rows
from doanso.imports.models import ASKED, Import, ImportRow, ImportState, RowVerdict
from doanso.imports.ports import LEAVE_OUT
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse

ALIKE_LIMIT = 20_000
"""Questions answered by one press; what is beyond stays open and can be answered by the next."""
_PAGE = 1000


def answer_questions(*, actor: User, job: Import, answers: Mapping[int, str]) -> int:
    """Answer the questions of rows by position, with the code of an option; empty removes an answer.

    Return the number of changed rows: the same answer given twice changes nothing.
    """
    return sum(_answer(actor, job.pk, answers).values())


def answer_alike(*, actor: User, job: Import, question: str, option: str) -> int:
    """Give all open questions of one kind the same answer, where they offer it; return their number."""
    answered, after = 0, 0
    while answered < ALIKE_LIMIT:
        open_rows = job.rows.filter(verdict=RowVerdict.QUESTION, question=question, position__gt=after)
        positions = list(open_rows.order_by("position").values_list("position", flat=True)[:_PAGE])
        if not positions:
            break
        answered += sum(_answer(actor, job.pk, dict.fromkeys(positions, option), only_offered=True).values())
        after = positions[-1]
    return answered


@transaction.atomic
def _answer(actor: User, job_id: UUID, answers: Mapping[int, str], *, only_offered: bool = False) -> Counter[str]:
    jobs = Import.objects.select_for_update(of=("self",)).select_related("file__key")
    job = jobs.get(pk=job_id)
    policy.RUN.require(actor, job)
    refuse(rules.answer_problem(state=job.state))
    cipher = record_cipher(job.file)
    changed: list[ImportRow] = []
    changed_counts: Counter[str] = Counter()
    for row in job.rows.filter(position__in=list(answers), verdict__in=ASKED, applied=False):
        answer, stored_row = answers[row.position], stored_rows.decrypt_row(cipher, row)
        if answer == stored_row.answer:
            continue
        if answer not in {"", LEAVE_OUT, *(option.code for option in stored_row.options)}:
            if only_offered:
                continue
            message = _("This answer is not offered for row %(row)d any more; look at the question again.")
            raise Refused(Problem("not_offered", message % {"row": row.row_number}))
        _count(job, row.verdict, -1)
        row.verdict = _verdict(answer)
        _count(job, row.verdict, 1)
        row.encrypted = stored_rows.with_answer(cipher, row.position, row.encrypted, answer)
        changed.append(row)
        changed_counts[row.question] += 1
    if not changed:
        return changed_counts
    ImportRow.objects.bulk_update(changed, ["verdict", "encrypted"], batch_size=100)
    # Rows that an application has passed already wait for the next one.
    job.applied_to = min([job.applied_to, *(row.position - 1 for row in changed)])
    if job.state == ImportState.APPLIED:
        job.state, job.finished_at = ImportState.COMPARED, None
    job.stepped_at = clock.now()
    fields = ["state", "finished_at", "applied_to", "stepped_at"]
    job.save(update_fields=[*fields, *(rules.COUNTERS[verdict] for verdict in ASKED)])
    # Codes of questions and their counts: never the content of a row.
    record(
        actor=actor,
        action="imports.answer",
        obj=job,
        unit=job.unit_id,
        changed=[f"{code}:{count}" for code, count in sorted(changed_counts.items())],
    )
    return changed_counts


def _verdict(answer: str) -> RowVerdict:
    if not answer:
        return RowVerdict.QUESTION
    return RowVerdict.SKIPPED if answer == LEAVE_OUT else RowVerdict.ANSWERED


def _count(job: Import, verdict: str, step: int) -> None:
    counter = rules.COUNTERS[RowVerdict(verdict)]
    setattr(job, counter, getattr(job, counter) + step)
