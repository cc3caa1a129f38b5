"""Who lives behind one door."""

import pytest

from doanso.lib.problems import Refused
from doanso.people.actions import Particulars, erase_person, open_request, share_home
from doanso.people.models import Contact, Household


def test_people_share_a_home_and_another_joins_it(tree, meet):
    mai, tam, bay = (meet("p4", Particulars(name, birth_year=1950)) for name in ("Lê Mai", "Trần Tám", "Võ Bảy"))
    p4 = tree.units["p4"].pk
    first = share_home(actor=tree.an, unit_id=p4, contact_ids=[mai.contact_id, tam.contact_id], address="12 Lê Lợi")
    again = share_home(actor=tree.an, unit_id=p4, contact_ids=[tam.contact_id, bay.contact_id])

    assert first == again
    assert set(Contact.objects.values_list("household", flat=True)) == {first.pk}


def test_a_home_is_of_the_units_own_people(tree, meet):
    neighbour = meet("p5")
    with pytest.raises(Refused) as refused:
        share_home(actor=tree.an, unit_id=tree.units["p4"].pk, contact_ids=[neighbour.contact_id])
    assert refused.value.problem.code == "not_own_contacts"
    assert not Household.objects.exists()


def test_an_empty_home_loses_its_address_with_the_last_who_is_erased(tree, meet):
    p4 = tree.units["p4"].pk
    residents = [meet("p4", Particulars(name, birth_year=1950)) for name in ("Lê Mai", "Trần Tám")]
    home = share_home(
        actor=tree.an, unit_id=p4, contact_ids=[resident.contact_id for resident in residents], address="12 Lê Lợi"
    )
    Household.objects.filter(pk=home.pk).update(house_number="12", street="Lê Lợi", place_key="k", walk_key="k")
    for resident, address in zip(residents, ("12 Lê Lợi", ""), strict=True):
        request = open_request(actor=None, person_id=resident.person_id, unit_id=p4, kind="erase", channel="paper")
        erase_person(actor=tree.an, request=request)
        home.refresh_from_db()
        assert home.address == address
    assert (home.house_number, home.street, home.place_key, home.walk_key) == ("", "", "", "")
