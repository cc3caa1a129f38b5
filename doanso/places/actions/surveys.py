"""Enter survey sheets: what was seen at the addresses of a street, and at the shops of a street or a market."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from doanso.accounts.models import User
from doanso.audit.actions import record
from doanso.cashless.actions.checks import CheckInput, CheckPair, ShopVisit, write_checks
from doanso.cashless.models import CheckOrigin, Shop, ShopState
from doanso.lib import clock
from doanso.lib.database import insert_objects
from doanso.lib.problems import Problem, Refused, refuse
from doanso.lib.uuid7 import uuid7
from doanso.people.queries import canonical_businesses
from doanso.places import policy
from doanso.places.actions.assessments import refresh_progress
from doanso.places.actions.locking import lock_place
from doanso.places.models import Address, AddressCheck, Place, SurveyOutcome, Tenancy
from doanso.places.queries.day_answers import answers_of_day, shop_states_checked_on
from doanso.places.rules import registers as rules
from doanso.places.rules import survey


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """What one row of a sheet says of an address: whether somebody answered, and yes or no to its questions."""

    address_id: UUID
    outcome: str = SurveyOutcome.ASKED
    answers: dict[str, bool] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SeenShop:
    """What one row of a sheet says of a shop: its state on the ladder of `cashless`, where `used` says that customers paid."""

    business_id: UUID
    state: str


@transaction.atomic
def enter_survey(
    *, actor: User, place: Place, checked_on: date, rows: Sequence[SurveyRow] = (), shops: Sequence[SeenShop] = ()
) -> int:
    """Keep what was seen at addresses and shops on a day; return how many of its rows were new.

    Who records at the place also records what its shops take: a branch that was given a criterion enters the whole sheet. A row
    equal to the newest check of that day is not written again, so that a form that is sent twice counts once. As many
    statements for one row as for fifty.
    """
    # Shared with the actions that take an address out of the list.
    fresh = lock_place(place)
    policy.RECORD.require(actor, fresh)
    refuse(rules.many_problem(len(rows) + len(shops)))
    if checked_on > clock.today():
        raise Refused(Problem("survey_ahead", _("This day has not come yet."), "checked_on"))
    checks = _address_checks(actor, fresh, checked_on, rows) if rows else []
    insert_objects(checks)
    visits = _shop_visits(actor, fresh, checked_on, shops) if shops else {}
    if visits:
        write_checks(list(visits.values()))
    if checks or visits:
        record(actor=actor, action="places.enter_survey", obj=fresh, unit=fresh.unit_id)
        refresh_progress(fresh)
    # A shop's row holds a check of its door and one of its codes.
    return len(checks) + len(visits.keys() - {check.address.business_id for check in checks})


def _address_checks(actor: User, place: Place, checked_on: date, rows: Sequence[SurveyRow]) -> list[AddressCheck]:
    listed = Address.objects.filter(pk__in=[row.address_id for row in rows], place=place)
    addresses = {address.pk: address for address in listed}
    codes: dict[str, set[str]] = defaultdict(set)
    for question in survey.questions_of(place.criteria_set.criteria.all()):
        codes[question.kind].add(question.code)
    for row in rows:
        address = addresses.get(row.address_id)
        if address is None:
            raise Refused(Problem("address_gone", _("One of these doors is not in the list any more.")))
        refuse(survey.survey_problem(checked_on, row.outcome, row.answers, clock.today()))
        refuse(rules.questions_problem(row.answers, codes[address.kind]))
    newest = answers_of_day(listed, checked_on)
    now = clock.now()
    return [
        AddressCheck(
            pk=uuid7(),
            address=addresses[row.address_id],
            checked_on=checked_on,
            outcome=str(row.outcome),
            answers=row.answers,
            recorded_by=actor,
            recorded_at=now,
        )
        for row in rows
        if newest.get(row.address_id) != (row.outcome, row.answers)
    ]


def _shop_visits(actor: User, place: Place, checked_on: date, shops: Sequence[SeenShop]) -> dict[UUID, ShopVisit]:
    """Return what is new of each shop, by its business."""
    wanted = {shop.business_id: shop.state for shop in shops}
    if set(wanted.values()) - set(ShopState.values):
        raise Refused(Problem("shop_state", _("Choose what the shop takes."), "state"))
    if set(wanted) - _businesses_of(place, wanted):
        raise Refused(Problem("shop_gone", _("One of these shops is not in the list any more.")))
    followed = _followed(wanted)
    newest = shop_states_checked_on([shop.business_id for shop in followed.values()], checked_on)
    now = clock.now()
    return {
        business_id: ShopVisit(
            shop.pk,
            CheckInput(
                checked_on,
                state,
                used_recently=False if state == ShopState.DISPLAYED else None,
                reason=_("From the survey sheet") if state == ShopState.STOPPED else "",
            ),
            CheckPair(actor.display_name),
            actor,
            now,
            CheckOrigin.DESK,
        )
        for business_id, state in wanted.items()
        if (shop := followed.get(business_id)) is not None and newest.get(shop.business_id) != state
    }


def _businesses_of(place: Place, business_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the shops that are in the place's house list, or trade at its stalls."""
    listed = Address.objects.filter(place=place, business__in=business_ids).values_list("business_id", flat=True)
    traded = Tenancy.objects.filter(stall__place=place, business__in=business_ids).values_list("business_id", flat=True)
    return {key for key in (*listed, *traded) if key is not None}


def _followed(business_ids: Collection[UUID]) -> Mapping[UUID, Shop]:
    """Return the followed shop of each business that has one, also where it was merged."""
    present = canonical_businesses(business_ids)
    shops = {shop.business_id: shop for shop in Shop.objects.filter(business__in=present.values())}
    return {key: shops[remaining] for key, remaining in present.items() if remaining in shops}
