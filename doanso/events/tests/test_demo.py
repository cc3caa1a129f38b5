"""The demo's events happen as their schedule says."""

from datetime import date

from doanso.events import demo
from doanso.events.models import Event, Registration, ShiftVolunteer
from doanso.events.queries.attendance import confirmed_numbers, gate_figures
from doanso.events.queries.draws import all_draws, details_of, is_reproduced
from doanso.events.queries.photos import EventPhotoCounts, photo_counts
from doanso.events.tests.test_shifts import member
from doanso.partners.actions import PartnerInput, create_partner
from doanso.partners.models import Partner


def test_the_festival_is_moved_and_the_launch_day_lies_ahead(city, business_day):
    tree = city.tree
    for name in ("Trần Gia Huy", "Lê Mỹ Duyên", "Võ Minh Thư"):
        member(city, "p4-kp1", name)
    bank = PartnerInput("bank", "Ngân hàng Bến Tre Xanh (mẫu)", "Bến Tre Xanh", address="12 Nguyễn Huệ")
    create_partner(actor=tree.dung, unit=tree.units["my-tho"], inputs=bank)
    wards = [(tree.units["p4"], tree.an), (tree.units["p5"], tree.chi)]
    staff = {"city": tree.units["my-tho"], "officer": tree.dung, "administrator": tree.giang}
    schedule = demo.year(wards, **staff, until=date(2023, 11, 12))
    for day, action in sorted(schedule, key=lambda entry: entry[0]):
        business_day(day)
        action()
    festival, launch = Event.objects.get(pk=demo.FESTIVAL), Event.objects.get(pk=demo.LAUNCH)
    assert (festival.day, festival.partners.count(), festival.booths.count()) == (date(2023, 10, 10), 4, 5)
    # A partner whom the city has worked with is not entered twice.
    assert (Partner.objects.count(), Partner.objects.get(name=bank.name).address) == (4, "12 Nguyễn Huệ")
    assert (launch.day, launch.state) == (date(2023, 11, 19), "open")
    states = list(Registration.objects.filter(event=festival).values_list("state", flat=True))
    assert [states.count(state) for state in ("registered", "waiting", "cancelled", "blank")] == [1204, 0, 1, 60]
    assert [row.state for row in launch.registrations.order_by("number")] == ["registered"] * 5 + ["waiting"]
    figures = gate_figures(festival)
    assert (figures.came, len(confirmed_numbers(festival)), len(figures.gates)) == (1200, 1200, 3)
    assert figures.inside == 400
    assert ShiftVolunteer.objects.filter(shift__event=festival).count() == 3
    held = details_of(all_draws().get(event=festival))
    assert (held.draw.state, held.draw.ticket_count, len(held.winners), len(held.valid_winners)) == (
        "drawn",
        1200,
        6,
        5,
    )
    assert is_reproduced(held)
    assert photo_counts(festival) == EventPhotoCounts(kept=4, public=3, taken_down=0)
    assert demo.year(wards, **staff, until=date(2023, 1, 20)) == []
