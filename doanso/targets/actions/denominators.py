"""Store the list of the members in a share's denominator as it was on a day."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.ledger.queries import DrilldownRow
from doanso.lib import clock
from doanso.lib.problems import Problem, Refused
from doanso.members.queries import exemption_reasons
from doanso.targets import policy
from doanso.targets.drilldown import DENOMINATOR, EXEMPT, DrilldownFigure
from doanso.targets.models import FrozenList, FrozenPerson, Indicator
from doanso.units.models import Unit

_AT_ONCE = 1000


@transaction.atomic
def freeze_denominator(*, actor: User, indicator: Indicator, unit: Unit, on: date, note: str = "") -> FrozenList:
    """Store who was in the denominator of a share on a day, and who was exempt for which reason.

    Later admissions, moves, exemptions and corrections change the live list only.
    """
    indicator = Indicator.objects.select_for_update(of=("self",)).select_related("programme__book").get(pk=indicator.pk)
    policy.ALLOCATE.require_at(actor, unit)
    programme = indicator.programme
    if not indicator.asks_members:
        raise Refused(Problem("no_denominator", _("Nobody is listed behind this target's denominator yet.")))
    if not programme.first_day <= on <= min(programme.last_day, clock.today()):
        raise Refused(Problem("day_outside", _("Choose a day of the programme that is not ahead."), "on"))
    if FrozenList.objects.filter(indicator=indicator, unit=unit, on=on).exists():
        raise Refused(Problem("frozen_already", _("The list of this day is kept already. Choose another day."), "on"))
    denominator_rows = list(DrilldownFigure(programme, indicator, unit, on, DENOMINATOR).all_records())
    exempt = list(DrilldownFigure(programme, indicator, unit, on, EXEMPT).all_records()) if indicator.exempt else []
    frozen_list = FrozenList.objects.create(
        indicator=indicator,
        unit=unit,
        on=on,
        asked=len(denominator_rows),
        exempt=len(exempt),
        note=note.strip(),
        taken_by=actor,
        taken_at=clock.now(),
    )
    reasons = exemption_reasons([row.source_id for row in exempt])
    people = [_person(frozen_list, row, exempt=False) for row in denominator_rows]
    people += [_person(frozen_list, row, exempt=True, reason=reasons.get(row.source_id, "")) for row in exempt]
    FrozenPerson.objects.bulk_create(people, batch_size=_AT_ONCE)
    record(actor=actor, action="targets.freeze", obj=frozen_list, unit=unit)
    return frozen_list


def _person(frozen_list: FrozenList, row: DrilldownRow, *, exempt: bool, reason: str = "") -> FrozenPerson:
    erased = row.subject_ref is None
    return FrozenPerson(
        list=frozen_list,
        unit_id=row.unit_id,
        exempt=exempt,
        reason="" if erased else reason,
        person_id=row.subject_ref,
        source_kind="" if erased else row.source_kind,
        source=None if erased else row.source_id,
    )


def forget_persons(person_ids: Iterable[UUID]) -> None:
    """Erase the data of these persons in frozen lists; each row is kept, so that the count does not change."""
    FrozenPerson.objects.filter(person_id__in=list(person_ids)).update(
        person=None, source=None, source_kind="", reason=""
    )
