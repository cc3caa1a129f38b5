"""The owner's side: the receipt's page, erasure and the copy of what is kept."""

from datetime import timedelta

import pytest
from django.test import Client

from doanso.cashless import actions, personal
from doanso.cashless.actions import CheckInput, CodeInput
from doanso.cashless.actions.checks import LATER_VERSION
from doanso.cashless.models import CodeAlarm, CodeChange, ShopCheck, ShopCode
from doanso.cashless.tests.conftest import ACB, VCB
from doanso.lib import clock
from doanso.lib.uuid7 import uuid7
from doanso.people.actions import Particulars, erase_person, match_or_create_people, open_request
from doanso.people.models import Business
from doanso.support.models import SupportRecord
from doanso.support.receipt_keys import keys_of
from doanso.support.tests.conftest import record_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

BUTTON = "Tôi không đổi mã này"


@pytest.fixture
def owned(registered):
    """Hai's shop belongs to Lê Thị Hai."""
    [result] = match_or_create_people(
        unit_id=registered.tree.units["p4"].pk, inputs=[Particulars("Lê Thị Hai", birth_year=1970)]
    )
    Business.objects.filter(pk=registered.businesses["hai"].pk).update(owner=result.person_id)
    return registered, result.person_id


def _change(market):
    return actions.request_change(actor=market.tree.an, shop=market.hai, inputs=CodeInput(ACB, True), why="Đổi")


@pytest.fixture
def receipt_link(owned, ward):
    """A receipt of help given to the owner."""
    _market, person_id = owned
    [record] = ward.support_record(record_input())
    SupportRecord.objects.filter(pk=record.pk).update(person=person_id)
    return keys_of(record.receipt).link


@pytest.fixture
def shop_link(owned, ward):
    """A receipt of help given to the shop itself."""
    [record] = ward.support_record(record_input())
    SupportRecord.objects.filter(pk=record.pk).update(
        person=None, contact=None, business=owned[0].businesses["hai"], to_business=True
    )
    return keys_of(record.receipt).link


@pytest.mark.parametrize("kind", ["receipt_link", "shop_link"])
def test_the_owner_sees_the_change_and_stops_it(owned, kind, request):
    link = request.getfixturevalue(kind)
    market, _person = owned
    page = f"/r/{link}/"
    assert BUTTON not in Client().get(page).content.decode()
    change = _change(market)
    shown = Client().get(page).content.decode()
    assert BUTTON in shown
    assert "ACB •••• 8859" in shown
    assert "257678859" not in shown
    answer = Client().post(f"{page}answer/", {"part": "cashless.change", "key": str(change.pk)})
    assert answer.status_code == 200
    assert CodeChange.objects.get().state == "stopped"
    assert CodeAlarm.objects.get().cause == "objection"
    assert BUTTON not in Client().get(page).content.decode()


def test_an_approved_change_can_be_stopped_until_thirty_days_after(owned, receipt_link, monkeypatch):
    market, _person = owned
    change = actions.approve_change(actor=market.tree.dung, change=_change(market))
    now = clock.now()
    for hours, offered in ((2, True), (30, True), (24 * 33, False)):
        monkeypatch.setattr(clock, "now", lambda hours=hours: now + timedelta(hours=hours))
        assert (BUTTON in Client().get(f"/r/{receipt_link}/").content.decode()) is offered
    answer = Client().post(f"/r/{receipt_link}/answer/", {"part": "cashless.change", "key": str(change.pk)})
    assert answer.status_code == 422
    assert CodeChange.objects.get().state == "approved"


@pytest.mark.parametrize("data", [{}, {"part": "nobody", "key": str(uuid7())}, {"part": "cashless.change", "key": "x"}])
def test_an_answer_to_nothing_changes_nothing(receipt_link, data):
    assert Client().post(f"/r/{receipt_link}/answer/", data).status_code == 422


def test_another_receipt_does_not_stop_it(owned, ward):
    change = _change(owned[0])
    [record] = ward.support_record(record_input())
    url = f"/r/{keys_of(record.receipt).link}/answer/"
    assert Client().post(url, {"part": "cashless.change", "key": str(change.pk)}).status_code == 422
    assert CodeChange.objects.get().state == "requested"


# --- Erasure ----------------------------------------------------------------------------------------------------------


def test_erasing_the_owner_empties_the_account_and_what_was_read_of_it(owned):
    market, person_id = owned
    an = market.tree.an
    actions.check_shop(actor=an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"), code=VCB)
    actions.check_shop(actor=an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB)
    _change(market)
    request = open_request(
        actor=an, person_id=person_id, unit_id=market.tree.units["p4"].pk, kind="erase", channel="paper"
    )
    erase_person(actor=an, request=request)
    code, change = ShopCode.objects.get(), CodeChange.objects.get()
    for row in (code, change):
        assert (bytes(row.account_encrypted), row.account_lookup, row.last_four, row.bank_bin) == (b"", "", "", "")
    assert (change.state, code.until) == ("withdrawn", TODAY)
    assert sorted(ShopCheck.objects.values_list("scan", "last_four")) == [("different", "8859"), ("same", "")]
    # The shop and its state stay.
    assert market.hai.state == "displayed"


def test_what_was_typed_about_the_shop_goes_with_its_owner(owned):
    market, person_id = owned
    an, dung, name = market.tree.an, market.tree.dung, "Lê Thị Hai"
    actions.check_shop(actor=an, shop=market.hai, inputs=CheckInput(TODAY, "none", reason=f"{name} từ chối"), code=None)
    wrong = ShopCheck.objects.get()
    actions.take_back_check(actor=an, check=wrong, reason=f"Nhầm {name}")
    actions.check_shop(actor=an, shop=market.hai, inputs=CheckInput(TODAY, "displayed"), code=ACB)
    actions.resolve_alarm(actor=an, alarm=CodeAlarm.objects.get(), outcome="removed", words=f"{name} đã gỡ mã")
    change = actions.request_change(actor=an, shop=market.hai, inputs=CodeInput(ACB, True), why=f"{name} đổi ngân hàng")
    actions.refuse_change(actor=dung, change=change, reason=f"{name} chưa đồng ý")
    other = ShopCheck.objects.exclude(pk=wrong.pk)
    other.update(taken_back_at=clock.now(), taken_back_reason=LATER_VERSION)
    personal.erase([person_id])

    change.refresh_from_db()
    wrong.refresh_from_db()
    assert (change.why, change.ended_reason) == ("–", "–")
    assert (wrong.reason, wrong.taken_back_reason, CodeAlarm.objects.get().words) == ("–", "–", "–")
    assert (other.get().reason, other.get().taken_back_reason) == ("", LATER_VERSION)


def test_the_copy_names_the_account_by_its_last_digits(owned):
    _market, person_id = owned
    [(title, text)] = personal.copy([person_id])
    assert title == "Mã nhận tiền của cửa hàng"
    assert text == "Phở Hai: Vietcombank •••• 6789, từ ngày 12/11/2023"
    assert list(personal.copy([uuid7()])) == []
