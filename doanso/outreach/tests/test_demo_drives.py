"""The demo's drives, made through the actions."""

from dataclasses import dataclass
from datetime import date

from doanso.lib import clock
from doanso.outreach.demo.drives import year
from doanso.outreach.models import Door, Drive, Teammate, Visit
from doanso.outreach.queries import drives
from doanso.outreach.tests.conftest import Outing
from doanso.people.actions import Particulars, match_or_create_people
from doanso.people.models import Contact, Household
from doanso.testing import TODAY
from doanso.units.models import Neighbourhood


@dataclass(frozen=True)
class _InventedResident:
    name: str
    birth: date = date(1960, 3, 4)


def test_a_year_of_drives_leaves_one_running_with_doors_done_and_left(outing: Outing) -> None:
    tree = outing.tree
    Door.objects.all().delete()
    outing.drive.delete()
    Teammate.objects.update(until=date(2024, 1, 1))
    Neighbourhood.objects.create(unit=tree.units["p5"], name="Khu phố 3", since=date(2020, 1, 1))
    match_or_create_people(
        unit_id=outing.ward.pk, inputs=[Particulars("Lê Văn Tám", birth_year=1950, address="7/2 Học Lạc")]
    )
    invented = iter(range(1000))

    def invent(_youngest: int, _oldest: int, _day: date) -> _InventedResident:
        number = next(invented)
        return _InventedResident(f"Nguyễn Văn {'ABCDEFGHIJ'[number // 10 % 10]}{'abcdefghij'[number % 10]}")

    wards = [(tree.units["p4"], tree.an), (tree.units["p5"], tree.chi), (tree.units["p4-kp1"], tree.binh)]
    actions = year(wards, invent, TODAY, printed="p4", helper=tree.lan)
    for day, do in sorted(actions, key=lambda action: action[0]):
        clock.set_today(day)
        do()

    assert Drive.objects.filter(ended_at=None).count() == 2
    assert Drive.objects.exclude(ended_at=None).count() == 2
    now = clock.now()
    running = Drive.objects.get(unit=outing.ward, ended_at=None)
    figures = drives.progress_of_drives([running.pk], now=now, today=TODAY)[running.pk]
    assert 30 <= figures.total <= 200
    assert 0 < figures.done < figures.total
    assert figures.held >= 8
    assert {holder.name for holder in drives.holder_rows(running, now=now)} >= {"Bùi Thị Lan"}
    assert Contact.objects.get(folded="le van tam").household == Household.objects.get(address="7/2 Học Lạc")
    assert Visit.objects.filter(unit=outing.ward, paired=True).exists()
    assert not Visit.objects.filter(door=None).exists()
