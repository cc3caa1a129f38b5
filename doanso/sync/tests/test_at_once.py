"""Two phones whose batches tell of the same people, each at two units and in the other order."""

from collections.abc import Iterator, Sequence
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from doanso.accounts.models import User
from doanso.lib.problems import Problem
from doanso.people.actions import Particulars, match_or_create_people
from doanso.people.tests.test_at_once import at_once, then_both
from doanso.sync import ports
from doanso.sync.models import Record
from doanso.sync.tests.conftest import Notes
from doanso.units.models import Unit

pytestmark = pytest.mark.django_db(transaction=True)


class People(Notes):
    """Notes whose text is the name of somebody whom the unit met."""

    def apply(self, *, actor: User, unit: Unit, records: Sequence[ports.IncomingRecord]) -> list[Problem | None]:
        self.meet(unit.pk, [Particulars(record.content) for record in records])
        return super().apply(actor=actor, unit=unit, records=records)

    def meet(self, unit_id: UUID, person_inputs: Sequence[Particulars]) -> None:
        with transaction.atomic():
            match_or_create_people(unit_id=unit_id, inputs=person_inputs)


@pytest.fixture
def people() -> Iterator[People]:
    """The kind of record, known to the server for one test."""
    kind = People(code="test.note")
    ports.register_record_kind(kind)
    yield kind
    ports.registered_kinds.pop(kind.code)


def _send(phone: Any, *named_units: tuple[str, str]) -> Any:
    """A batch of names, each for a unit."""
    return lambda: phone.send(*[phone.record(name, unit=unit) for unit, name in named_units])["acks"]


def test_two_batches_of_two_units_do_not_wait_for_each_other(people, phone_of, tree, monkeypatch):
    p4, p5 = (str(tree.units[code].pk) for code in ("p4", "p5"))
    phones = phone_of(tree.dung, "my-tho"), phone_of(tree.giang, "my-tho")
    monkeypatch.setattr(people, "meet", then_both(Barrier(2), people.meet))
    answers = at_once(
        _send(phones[0], (p4, "Võ Thị Mai"), (p5, "Lê Văn Ba")), _send(phones[1], (p4, "Lê Văn Ba"), (p5, "Võ Thị Mai"))
    )

    assert [ack["state"] for acks in answers for ack in acks] == ["applied"] * 4
    assert Record.objects.filter(state="applied").count() == 4


def test_records_that_go_one_by_one_do_not_wait_for_another_phones(people, phone_of, tree, monkeypatch):
    """A batch that broke off is applied again record by record, and each of them matches people."""
    p4 = str(tree.units["p4"].pk)
    phones = phone_of(tree.dung, "my-tho"), phone_of(tree.giang, "my-tho")
    monkeypatch.setattr(people, "meet", then_both(Barrier(2), people.meet))
    answers = at_once(
        _send(phones[0], (p4, "Võ Thị Mai"), (p4, "Lê Văn Ba"), (p4, "hỏng")),
        _send(phones[1], (p4, "Lê Văn Ba"), (p4, "Võ Thị Mai"), (p4, "hỏng")),
    )

    assert [ack["state"] for acks in answers for ack in acks] == ["applied", "applied", "refused"] * 2
