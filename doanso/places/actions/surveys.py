"""Enter survey sheets: what was seen at the addresses of a street and at the stalls of a market."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.lib import clock
from doanso.lib.database import insert_objects
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.places import policy
from doanso.places.models import Address, AddressCheck, Place, SurveyOutcome
from doanso.places.rules import registers as rules
from doanso.places.rules import survey


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """What one row of a sheet says: whether somebody answered, and yes or no to its questions."""

    address_id: UUID
    outcome: str = SurveyOutcome.ASKED
    answers: dict[str, bool] = field(default_factory=dict)


@transaction.atomic
def enter_survey(*, actor: User, place: Place, checked_on: date, rows: Sequence[SurveyRow]) -> int:
    """Keep what was seen at addresses on a day; return how many checks were written. As many statements for one as for fifty.

    A row equal to the newest check of that address and day is not written again, so that a form that is sent twice counts once.
    """
    # Shared with the actions that take an address out of the list.
    fresh = Place.objects.select_for_update(of=("self",)).select_related("unit", "criteria_set").get(pk=place.pk)
    policy.RECORD.require(actor, fresh)
    refuse(rules.many_problem(len(rows)))
    addresses = {
        address.pk: address for address in Address.objects.filter(pk__in=[row.address_id for row in rows], place=fresh)
    }
    codes: dict[str, set[str]] = defaultdict(set)
    for question in survey.questions_of(fresh.criteria_set.criteria.all()):
        codes[question.kind].add(question.code)
    for row in rows:
        address = addresses.get(row.address_id)
        if address is None:
            raise Refused(Problem("address_gone", _("One of these doors is not in the list any more.")))
        refuse(survey.survey_problem(checked_on, row.outcome, row.answers, clock.today()))
        refuse(rules.questions_problem(row.answers, codes[address.kind]))
    newest: dict[UUID, tuple[str, Any]] = {}
    told = AddressCheck.objects.filter(address__in=addresses, checked_on=checked_on).order_by("pk")
    for address_id, outcome, answers in told.values_list("address_id", "outcome", "answers"):
        newest[address_id] = (outcome, answers)
    now = clock.now()
    checks = [
        AddressCheck(
            pk=uuid7(),
            address_id=row.address_id,
            checked_on=checked_on,
            outcome=str(row.outcome),
            answers=row.answers,
            recorded_by=actor,
            recorded_at=now,
        )
        for row in rows
        if newest.get(row.address_id) != (row.outcome, row.answers)
    ]
    insert_objects(checks)
    if checks:
        record(actor=actor, action="places.enter_survey", obj=fresh, unit=fresh.unit_id)
    return len(checks)
