"""Map the columns of a file by hand, or forget the mapping; the file is compared anew."""

from collections.abc import Mapping

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.imports import heads, policy, rules
from doanso.imports.actions.lifecycle import require_import, wake_worker
from doanso.imports.models import Import, ImportState, RememberedHead
from doanso.imports.ports import list_kind
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse


def map_columns(
    *, actor: User, job: Import, sheet: str, number: int, column_meanings: Mapping[int, str], wake: bool = True
) -> Import:
    """Store for the unit the meanings of the columns below this head, and compare the file anew."""
    head = heads.find_head(job, sheet=sheet, number=number)
    if head is None:
        raise Refused(Problem("not_a_head", _("There is no such row in the file.")))
    columns = heads.column_meanings(list_kind(job.kind), head, column_meanings)
    with transaction.atomic():
        fresh = _readable_anew(actor, job)
        RememberedHead.objects.update_or_create(
            unit_id=fresh.unit_id,
            kind=fresh.kind,
            key=head.key,
            defaults={"columns": columns, "remembered_by": actor, "remembered_at": clock.now()},
        )
        record(actor=actor, action="imports.columns", obj=fresh, unit=fresh.unit_id)
        return _compare_anew(fresh, wake)


def forget_column_mapping(*, actor: User, job: Import, key: str, wake: bool = True) -> Import:
    """Delete the stored mapping of a head, and compare the file anew by its headings alone."""
    with transaction.atomic():
        fresh = _readable_anew(actor, job)
        RememberedHead.objects.filter(unit_id=fresh.unit_id, kind=fresh.kind, key=key).delete()
        record(actor=actor, action="imports.columns", obj=fresh, unit=fresh.unit_id)
        return _compare_anew(fresh, wake)


def _readable_anew(actor: User, job: Import) -> Import:
    fresh = Import.objects.select_for_update(of=("self",)).select_related("unit").get(pk=job.pk)
    policy.RUN.require(actor, fresh)
    require_import(actor, fresh.kind, fresh.unit)
    refuse(rules.columns_problem(state=fresh.state, problem_code=fresh.problem_code, written=fresh.applied_count))
    return fresh


def _compare_anew(job: Import, wake: bool) -> Import:
    """Reset the import to its beginning, so that it is compared with the present mapping."""
    job.rows.all().delete()
    counters = [*rules.COUNTERS.values(), "row_count", "compared_count", "warning_count", "applied_to"]
    for name in counters:
        setattr(job, name, 0)
    job.state, job.finished_at, job.layout = ImportState.READING, None, {}
    job.reading += 1
    job.figures = {}
    job.problem_code = job.problem_message = ""
    job.remembered = heads.remembered_meanings(kind=job.kind, unit=job.unit)
    job.stepped_at = clock.now()
    changed_fields = [
        "state",
        "reading",
        "finished_at",
        "layout",
        "figures",
        "problem_code",
        "problem_message",
        "remembered",
    ]
    job.save(update_fields=[*changed_fields, "stepped_at", *counters])
    if wake:
        wake_worker(job)
    return job
