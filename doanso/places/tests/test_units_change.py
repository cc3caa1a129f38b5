"""Places of a unit that has ended: the unit that keeps its records goes on with them."""

from datetime import date

from doanso.notices.models import Notice
from doanso.places import actions, policy
from doanso.places.actions import RecognitionInput
from doanso.places.models import PlaceState
from doanso.places.tests.conftest import REACHED, StreetScene
from doanso.testing import TODAY
from doanso.units.models import Unit, UnitLink, UnitName, UnitPath


def end(unit: Unit, keeper: Unit) -> None:
    """End a unit today; another one keeps its records."""
    for rows in (
        UnitPath.objects.filter(unit=unit),
        UnitLink.objects.filter(unit=unit),
        UnitName.objects.filter(unit=unit),
    ):
        rows.filter(until=None).update(until=TODAY)
    Unit.objects.filter(pk=unit.pk).update(until=TODAY, successor=keeper, keeper=keeper)


def test_the_keeper_of_an_ended_unit_brings_its_place_to_the_end(street: StreetScene) -> None:
    place = street.create(unit="p5", by=street.tree.chi)
    street.step(actions.complete_survey, place, street.tree.chi, on=date(2023, 3, 20))
    end(street.unit("p5"), street.unit("p4"))
    an = street.tree.an
    assert policy.MANAGE.allows(an, street.fresh(place))
    street.step(actions.start_work, place, an)
    criterion = place.criteria_set.criteria.get(number=1)
    gap = actions.assign_gap(actor=an, place=street.fresh(place), criterion=criterion)
    assert gap.assignment is not None
    assert gap.assignment.unit == street.unit("p4")
    street.values.update(REACHED)
    street.step(actions.assess_itself, place, an)
    assert Notice.objects.get(kind="places.sent").unit == street.unit("my-tho")
    street.step(actions.assess, place, street.tree.dung)
    street.step(actions.recognise, place, street.tree.dung, inputs=RecognitionInput(TODAY))
    assert street.fresh(place).state == PlaceState.RECOGNISED
