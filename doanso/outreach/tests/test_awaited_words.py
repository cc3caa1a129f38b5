"""Confirmations whose visit has not come: kept by visit and teammate, with limits on their number and age."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from doanso.access.models import RoleAssignment
from doanso.ledger.recount import recount
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.outreach.actions.visits import confirmations
from doanso.outreach.models import AwaitedConfirmation, Teammate, Visit
from doanso.outreach.tests.conftest import Outing
from doanso.outreach.tests.visiting import Visiting, applied, key
from doanso.sync.actions import register_device
from doanso.sync.tests.conftest import Phone
from doanso.testing import TODAY, Tree


class Second:
    """A teammate with a sign-in on a phone of their own."""

    def __init__(self, outing: Outing, mate: str, user: Any) -> None:
        self.mate = outing.mates[mate]
        Teammate.objects.filter(pk=self.mate.pk).update(user=user)
        RoleAssignment.objects.get_or_create(user=user, role="helper", unit=outing.ward, since=TODAY)
        registration = register_device(actor=user, device_id=uuid7(), name=f"Máy của {mate}")
        self.visiting = Visiting(outing, Phone(registration.device, registration.token, outing.ward, Client()))

    def confirm(self, *visits: str) -> list[dict[str, Any]]:
        words = [{"visit": item, "teammate": str(self.mate.pk), "how": "sign-in"} for item in visits]
        return self.visiting.deliver(*[self.visiting.record(item, kind="outreach.confirmation") for item in words])


@pytest.fixture
def ut(visiting: Visiting, tree: Tree) -> Second:
    return Second(visiting.outing, "ut", tree.an)


@pytest.fixture
def hoa(visiting: Visiting, tree: Tree) -> Second:
    return Second(visiting.outing, "hoa", tree.binh)


def _waiting() -> list[str]:
    return list(AwaitedConfirmation.objects.order_by("pk").values_list("teammate__name", flat=True))


def test_each_teammates_word_waits_by_itself(visiting: Visiting, ut: Second, hoa: Second) -> None:
    alone = visiting.with_second()
    visit = visiting.record(alone)
    applied(ut.confirm(visit["id"]) + hoa.confirm(visit["id"]) + ut.confirm(visit["id"]))
    assert _waiting() == ["Trần Văn Út", "Lê Thị Hoa"]
    applied(visiting.deliver(visit))
    assert (Visit.objects.get().second, _waiting()) == (ut.mate, ["Lê Thị Hoa"])
    hers = visiting.with_second(teammate=str(hoa.mate.pk))
    applied(visiting.deliver(visiting.record(hers, of=visit["id"], base=visit["hash"])))
    recorded = Visit.objects.get()
    assert (recorded.second, recorded.second_how, recorded.paired, _waiting()) == (hoa.mate, "sign-in", True, [])
    assert list(recount()) == []


def test_the_word_of_one_is_not_taken_for_a_visit_with_another(visiting: Visiting, ut: Second, hoa: Second) -> None:
    own, theirs = (visiting.record(visiting.with_second(teammate=str(second.mate.pk))) for second in (ut, hoa))
    ut.confirm(own["id"], theirs["id"])
    hoa.confirm(theirs["id"])
    applied(visiting.deliver(own, theirs))
    seconds = {str(visit): name for visit, name in Visit.objects.values_list("id", "second__name")}
    assert seconds == {own["id"]: "Trần Văn Út", theirs["id"]: "Lê Thị Hoa"}
    assert Visit.objects.filter(paired=True).count() == 2
    remaining = AwaitedConfirmation.objects.get()
    assert (str(remaining.visit_id), remaining.teammate) == (theirs["id"], ut.mate)


def test_only_so_many_words_of_one_person_wait(
    visiting: Visiting, ut: Second, hoa: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(confirmations, "MOST_AWAITED", 3)
    known_visit = visiting.record(visiting.with_second())
    visiting.deliver(known_visit)
    visits = [key() for _ in range(4)]
    answers = ut.confirm(*visits, known_visit["id"])
    assert [answer["state"] for answer in answers] == ["applied"] * 3 + ["refused", "applied"]
    assert answers[3]["problem"]["code"] == "too_many_waiting"
    applied(ut.confirm(visits[0]) + hoa.confirm(*visits[:3]))
    [late] = ut.confirm(key())
    assert (late["state"], AwaitedConfirmation.objects.count()) == ("refused", 6)


def test_a_word_whose_visit_never_comes_goes_after_ninety_days(ut: Second, hoa: Second) -> None:
    applied(ut.confirm(key()) + hoa.confirm(key()))
    old = AwaitedConfirmation.objects.filter(teammate=ut.mate)
    old.update(confirmed_at=clock.now() - timedelta(days=90, seconds=1))
    assert (confirmations.drop_old_confirmations(), confirmations.drop_old_confirmations()) == (1, 0)
    assert _waiting() == ["Lê Thị Hoa"]
