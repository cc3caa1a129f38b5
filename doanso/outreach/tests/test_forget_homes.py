"""The address of a person who was erased."""

from doanso.lib import clock
from doanso.outreach.actions.doors import take_doors
from doanso.outreach.models import Door
from doanso.outreach.queries import drives
from doanso.outreach.tests.conftest import Outing
from doanso.people.actions import Particulars, erase_person, match_or_create_people, open_request
from doanso.people.models import Contact, Household
from doanso.testing import TODAY


def test_the_door_of_a_home_tells_no_address_once_the_last_of_it_is_erased(outing: Outing) -> None:
    ward, an = outing.ward.pk, outing.tree.an
    particulars = [Particulars(name, birth_year=1950, address="2 Lê Lợi") for name in ("Lê Mai", "Trần Tám")]
    matches = match_or_create_people(unit_id=ward, inputs=particulars)
    Contact.objects.filter(pk__in=[match.contact_id for match in matches]).update(household=outing.household)
    take_doors(actor=outing.tree.lan, drive=outing.drive, want=3)
    door, walk_key = outing.doors[0], outing.doors[0].walk_key

    for match, (key, holder, total) in zip(matches, ((walk_key, outing.tree.lan, 3), ("01", None, 2)), strict=True):
        request = open_request(actor=None, person_id=match.person_id, unit_id=ward, kind="erase", channel="paper")
        erase_person(actor=an, request=request)
        door.refresh_from_db()
        assert (door.walk_key, door.taken_by) == (key, holder)
        figures = drives.progress_of_drives([outing.drive.pk], now=clock.now(), today=TODAY)[outing.drive.pk]
        assert figures.total == total
    home = Household.objects.get(pk=outing.household.pk)
    assert (home.address, home.street, home.house_number) == ("", "", "")
    assert Door.objects.exclude(pk=door.pk).filter(taken_by=outing.tree.lan).count() == 2
