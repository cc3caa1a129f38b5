"""Places of a unit that has ended: the unit that keeps its records goes on with them."""

from collections.abc import Callable
from datetime import date

from doanso.ledger.recount import recount
from doanso.notices.models import Notice
from doanso.organisation.actions import merge_units
from doanso.places import actions, policy
from doanso.places.actions import RecognitionInput
from doanso.places.models import PlaceState, Recognition
from doanso.places.tests.conftest import FILE, REACHED, StreetScene
from doanso.places.tests.test_recognise import figures
from doanso.targets.actions import load_programme
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


def test_a_place_of_a_merged_ward_counts_for_the_ward_that_goes_on(
    street: StreetScene, business_day: Callable[[date], None]
) -> None:
    programme = load_programme(actor=street.tree.dung, path=FILE)
    an, chi, dung = street.tree.an, street.tree.chi, street.tree.dung
    before, after = (street.create(name, unit="p5", by=chi) for name in ("Đường Hùng Vương", "Đường Trưng Trắc"))
    street.values.update(REACHED)
    for place in (before, after):
        street.step(actions.complete_survey, place, chi, on=date(2023, 3, 20))
        street.step(actions.start_work, place, chi)
        street.step(actions.assess_itself, place, chi)
        street.step(actions.assess, place, dung)
    business_day(date(2023, 12, 1))
    merge_units(actor=street.tree.giang, units=[street.unit("p5")], into=street.unit("p4"))
    business_day(date(2023, 12, 5))
    # One was decided while its ward existed, the other one when it was no more.
    street.step(actions.recognise, before, dung, inputs=RecognitionInput(date(2023, 11, 20)))
    street.step(actions.recognise, after, dung, inputs=RecognitionInput(date(2023, 12, 5)))
    units = Recognition.objects.order_by("decided_on").values_list("unit", flat=True)
    assert list(units) == [street.unit("p5").pk, street.unit("p4").pk]
    assert figures(programme, street, "digital-streets")["my-tho"] == 2
    assert list(recount()) == []
    street.step(actions.withdraw_recognition, after, dung, reason="Bảng mã hỏng")
    street.step(actions.start_work, after, an)
    assert figures(programme, street, "digital-streets")["my-tho"] == 1
    assert list(recount()) == []
