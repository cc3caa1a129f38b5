"""What happens at one moment: answers of one ticket on two phones, two phones of a booth, an answer while the staff undoes."""

from uuid import uuid4

import pytest
from django.db import transaction

from doanso.events import actions
from doanso.events.models import BoothStamp
from doanso.events.tests.booths.conftest import Fair, record_of
from doanso.ledger.recount import recount
from doanso.lib.problems import Refused
from doanso.people.actions.erasure import erase_everywhere
from doanso.people.actions.locking import lock_to_erase
from doanso.people.models import Contact, Person
from doanso.people.tests.test_at_once import at_once
from doanso.support.models import Confirmation, SupportRecord

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.engines]


def outcome(action: object) -> str:
    """Return the state that an action led to, or the code of its refusal."""
    try:
        return action().state  # type: ignore[operator]
    except Refused as refused:
        return refused.problem.code


def test_two_answers_of_a_paper_ticket_are_one_person_counted_once(fair: Fair):
    _booth, _shift, wallet = fair.add_booth(2, "p5")
    ticket, link = fair.walk_in()
    stamps = [fair.stamp(ticket), fair.stamp(ticket, "payment", wallet), fair.stamp(ticket, "payment")]
    before = Person.objects.count()
    inputs = {"name": "Trần Văn Tư", "birth_year": 1975}
    at_once(*[lambda stamp=stamp: fair.confirm(link, stamp, **inputs).state for stamp in (*stamps, stamps[0])])

    assert (Person.objects.count() - before, SupportRecord.objects.count(), fair.figure()) == (1, 2, 1)
    assert len({record_of(stamp).person_id for stamp in stamps}) == 1
    assert {record_of(stamp).grade for stamp in stamps} == {3}
    assert Confirmation.objects.count() == 2
    assert list(recount()) == []


def test_two_phones_of_a_booth_stamp_a_ticket_once(fair: Fair):
    ticket, _link = fair.ticket()
    keys = at_once(*[lambda: fair.stamp(ticket, key=uuid4()).pk for _phone in range(4)])
    assert set(keys) == {BoothStamp.objects.get().pk}


def test_undoing_and_answering_at_once_agree(fair: Fair):
    ticket, link = fair.ticket()
    stamp = fair.stamp(ticket)
    at_once(
        lambda: outcome(lambda: actions.undo_stamp(link=fair.link, stamp_id=stamp.pk)),
        lambda: outcome(lambda: fair.confirm(link, stamp)),
        lambda: outcome(lambda: fair.deny(link, stamp)),
    )
    stamp.refresh_from_db()
    counted = 1 if stamp.state == "confirmed" else 0
    assert stamp.state in {"confirmed", "denied", "undone"}
    assert (SupportRecord.objects.count(), fair.figure()) == (counted, counted)
    assert list(recount()) == []


def test_an_answer_writes_nothing_about_somebody_who_is_being_erased(fair: Fair):
    _booth, _shift, other = fair.add_booth(2, "p5")
    ticket, link = fair.ticket()
    first, second = fair.stamp(ticket), fair.stamp(ticket, link=other)
    fair.confirm(link, first)
    person_id = record_of(first).person_id
    assert person_id is not None

    def erase() -> None:
        with transaction.atomic():
            erase_everywhere(actor=fair.festival.by, locked=lock_to_erase([person_id]), action="people.erase")

    at_once(erase, lambda: outcome(lambda: fair.confirm(link, second)))
    ticket.refresh_from_db()
    assert (ticket.name, Contact.objects.filter(person_id=person_id, erased_at=None).count()) == ("", 0)
    assert (fair.figure(), list(recount())) == (1, [])
