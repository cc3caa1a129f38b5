"""Totals that booths report by their own books, by an officer or by the booth's staff; every change is a version of its own."""

from dataclasses import asdict, dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.events import rules
from doanso.events.actions.booth_stamps import STAFF
from doanso.events.actions.locking import lock_event, lock_event_row
from doanso.events.models import Booth, BoothCode, BoothReport, Event
from doanso.events.queries import booth_codes as queries
from doanso.events.rules import booths as booth_rules
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused, refuse


@dataclass(frozen=True, slots=True)
class BoothReportInput:
    """Totals of the day so far; None is not reported. `other` counts what `other_words` says."""

    accounts: int | None = None
    payments: int | None = None
    done: int | None = None
    other: int | None = None
    other_words: str = ""


@transaction.atomic
def report_totals(*, actor: User, booth: Booth, inputs: BoothReportInput) -> BoothReport:
    """Record what a booth reported to the organiser; the same figures again are no new version."""
    event = lock_event(actor, booth.event_id)
    return _report(event, booth, inputs, actor, None)


@transaction.atomic
def report_totals_by_code(*, link: str, inputs: BoothReportInput) -> BoothReport:
    """Report totals as the staff of a booth, during the shift and a day after the event."""
    found = queries.code_by_link(link)
    if found is None:
        raise Refused(
            Problem("booth_code_over", _("This code does not work any more. Ask the organiser for a new one."))
        )
    event = lock_event_row(found.shift.event_id)
    code = queries.all_codes().get(pk=found.pk)
    refuse(booth_rules.report_problem(queries.code_terms(code), clock.today()))
    return _report(event, code.booth, inputs, None, code)


def _report(
    event: Event, booth: Booth, inputs: BoothReportInput, actor: User | None, code: BoothCode | None
) -> BoothReport:
    refuse(rules.cancelled_problem(event.state))
    if clock.today() < event.day:
        raise Refused(Problem("booth_report_early", _("Totals are reported on the day of the event.")))
    data = _sound(booth, inputs)
    last = BoothReport.objects.filter(booth=booth).order_by("-version").first()
    if last is not None and all(getattr(last, name) == value for name, value in data.items()):
        return last
    if code is not None and code.reports.count() >= booth_rules.MOST_REPORTS:
        message = _("This code has changed the totals too often. Tell the organiser the totals.")
        raise Refused(Problem("booth_reports_full", message))
    report = BoothReport.objects.create(
        booth=booth,
        version=last.version + 1 if last is not None else 1,
        made_on=clock.today(),
        made_at=clock.now(),
        made_by=actor,
        code=code,
        **data,
    )
    note = "" if actor is not None else STAFF
    record(actor=actor, action="events.report_booth", obj=event, unit=event.unit_id, changed=["booths"], note=note)
    return report


def _sound(booth: Booth, inputs: BoothReportInput) -> dict[str, object]:
    """Return the columns of a report; refused without any figure, and for figures that this booth does not count."""
    data: dict[str, object] = asdict(inputs)
    words = data["other_words"] = " ".join(inputs.other_words.split()) if inputs.other is not None else ""
    offered = {booth_rules.COLUMNS[kind] for kind in booth_rules.kinds_of(booth.service_id)}
    figures = {name: value for name, value in asdict(inputs).items() if name != "other_words" and value is not None}
    for name, value in figures.items():
        refuse(rules.number_problem(value, 0, booth_rules.MOST_REPORTED, name))
        if name not in offered and name != "other":
            raise Refused(Problem("booth_report_kind", _("This booth does not count that."), name))
    if not figures:
        raise Refused(Problem("booth_report_empty", _("Write at least one total; 0 is a total too.")))
    if inputs.other is not None:
        refuse(rules.words_problem(str(words), rules.LONGEST_COUNT, "other_words", required=True))
    return data
