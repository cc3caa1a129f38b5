"""Two overlapping lists, applied concurrently."""

from string import ascii_uppercase

import pytest

from doanso.imports.actions import run_import
from doanso.ledger.recount import recount
from doanso.members.tests.workbooks import table
from doanso.people.models import Contact, Person
from doanso.people.tests.test_at_once import at_once
from doanso.support import rules
from doanso.support.tests.lists.rows import HEAD, line

pytestmark = pytest.mark.django_db(transaction=True)
SERVICES = "Dịch vụ portal; Dịch vụ payment; Dịch vụ vneid"


def test_two_wards_lists_of_the_same_people_meet_each_once(ward, tmp_path, monkeypatch):
    """Each has more records than one action takes, and names them in another order."""
    monkeypatch.setattr(rules, "MOST_AT_ONCE", 30)
    names = [f"Trần {letter}an {other}inh" for letter in ascii_uppercase for other in ascii_uppercase][:120]
    rows = [line(name, 1950 + index % 30, f"09{index:08}", service=SERVICES) for index, name in enumerate(names)]
    actors = {"p4": ward.tree.an, "p5": ward.tree.chi}

    def bring(code, table_rows):
        path = tmp_path / f"{code}.xlsx"
        path.write_bytes(table(HEAD, *table_rows))
        job = run_import(actor=actors[code], kind="supports", unit=ward.tree.units[code], path=path, skip_rejected=True)
        return job.state, job.applied_count

    outcomes = at_once(lambda: bring("p4", rows), lambda: bring("p5", rows[::-1]))

    assert outcomes == [("applied", 120)] * 2
    assert (Person.objects.count(), Contact.objects.count()) == (120, 240)
    assert (ward.figure(), ward.figure("portal-times")) == (120, 240)
    assert list(recount()) == []
