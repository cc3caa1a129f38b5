"""Residents of a door that an officer corrects."""

from dataclasses import replace
from datetime import timedelta

import pytest

from doanso.ledger.recount import recount
from doanso.outreach.actions.visits.amendments import amend_visit
from doanso.outreach.models import Visit
from doanso.outreach.queries import amendments
from doanso.outreach.rules.amendments import PlaceContent
from doanso.outreach.tests.visiting import Visiting, applied, guest
from doanso.people.actions import change_contact, particulars_of
from doanso.people.models import Contact

OTHERWISE = "2 Lê Lợi, nhà sau chùa"


@pytest.mark.parametrize(
    ("met", "written", "address"),
    [
        ("", "", "4 Lê Lợi"),
        # Another visit met them there since: the address is still this one's.
        ("since", "", "4 Lê Lợi"),
        ("before", "", "2 Lê Lợi"),
        ("", OTHERWISE, OTHERWISE),
        ("since", OTHERWISE, OTHERWISE),
    ],
)
def test_whoever_was_written_down_at_the_door_by_this_visit_moves_along(
    visiting: Visiting, met: str, written: str, address: str
) -> None:
    applied(visiting.send(visiting.body()))
    visit = Visit.objects.get()
    first, second, _third = visiting.outing.doors
    if met:
        applied(visiting.send(visiting.body(people=[guest("Nguyễn Văn Bảy", "payment")])))
        apart = timedelta(days=-1 if met == "before" else 1)
        Visit.objects.exclude(pk=visit.pk).update(recorded_at=visit.recorded_at + apart)
    contact = Contact.objects.get()
    assert contact.address == "2 Lê Lợi"
    if written:
        change_contact(contact=contact, particulars=particulars_of(contact)._replace(address=written))

    amendable = amendments.amendable_visit(visit)
    place = PlaceContent("4", "Lê Lợi", visiting.outing.neighbourhood.pk)
    amend_visit(
        actor=visiting.outing.tree.an,
        visit=visit,
        content=replace(amendable.content, place=place),
        reason="Ghi nhầm",
        version=amendable.version,
    )
    contact.refresh_from_db()
    home = second.household_id if address == "4 Lê Lợi" else first.household_id
    assert (contact.address, contact.household_id) == (address, home)
    assert list(recount()) == []
