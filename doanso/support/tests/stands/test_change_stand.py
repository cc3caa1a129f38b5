"""Changing an open stand: the change holds for whoever comes next, and the records before stay as they were."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from doanso.audit.models import AuditEvent
from doanso.lib import clock
from doanso.lib.problems import Refused
from doanso.support.actions import Helper, StandChangeInput, change_stand, close_stand, open_stand
from doanso.support.forms.stands import ChangeStandForm
from doanso.support.forms.support_records import SupportFormOptions
from doanso.support.models import Stand, SupportRecord
from doanso.support.queries import recordable_services
from doanso.support.rules import stands as rules
from doanso.support.stand_keys import StandEntry
from doanso.support.tests.stands.conftest import BAY, stand_input
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

FORM = {
    "place": "Chợ Vòng Nhỏ",
    "services": ["portal", "vneid"],
    "helper": "Trần Gia Huy",
    "helper_kind": "youth",
    "second": "Võ Thị Năm",
    "second_kind": "official",
    "planned": "50",
}
NEXT = StandEntry("Trần Văn Tám", 1948, "")


def change(at_stand, **overrides):
    fields = {
        "place": "Nhà văn hoá Khu phố 3",
        "services": ("portal", "vneid"),
        "helper": Helper("Trần Gia Huy"),
        "second": Helper("Võ Thị Năm", "official"),
    } | overrides
    actor = fields.pop("actor", at_stand.actor)
    return change_stand(actor=actor, stand_id=at_stand.stand.pk, inputs=StandChangeInput(**fields))


def test_a_page_that_was_opened_before_overwrites_no_other_change_unseen(at_stand, as_user):
    client, address = as_user(at_stand.actor), f"/support/stands/{at_stand.stand.pk}/change/"
    form = FORM | {"until": f"{clock.local(at_stand.stand.link_until):%H:%M}"}
    read = re.search(r'name="read" value="(\w{16})"', client.get(address).content.decode())[1]
    change(at_stand, second=Helper("Lê Văn Chín", "official"))
    stale = client.post(address, form | {"read": read})
    assert (stale.status_code, at_stand.fresh().second_helper_name) == (422, "Lê Văn Chín")
    text = stale.content.decode()
    assert "Vừa có người sửa bàn này." in text
    now = re.search(r'name="read" value="(\w{16})"', text)[1]
    assert client.post(address, form | {"read": now}).status_code == 302
    assert at_stand.fresh().second_helper_name == "Võ Thị Năm"


def test_the_code_of_a_stand_that_was_moved_to_today_ends_when_the_form_says(ward, at_stand, as_user):
    yesterday = TODAY - timedelta(days=1)
    stand = open_stand(actor=ward.tree.an, unit=ward.tree.units["p4"], inputs=stand_input(happened_on=yesterday))
    Stand.objects.filter(pk=stand.pk).update(opened_at=clock.now() - timedelta(days=1))
    at_stand.stand = stand
    change(at_stand, happened_on=TODAY)

    # A code ends at midnight at the latest: an end an hour from now is of today or that midnight.
    now = clock.local(clock.now())
    until = min(now + timedelta(hours=1), rules.link_end(now))
    answer = as_user(at_stand.actor).post(f"/support/stands/{stand.pk}/change/", FORM | {"until": f"{until:%H:%M}"})

    assert answer.status_code == 302
    assert at_stand.fresh().link_until == until.replace(second=0, microsecond=0)


def test_the_next_receiver_is_recorded_with_the_new_pair_and_those_before_keep_theirs(at_stand):
    at_stand.record(BAY)
    assert change(at_stand, place=" Chợ  Vòng Nhỏ ", second=Helper("Lê Văn Chín", "official"), planned=50) == [
        "place",
        "planned",
        "second_helper_name",
    ]
    at_stand.record(NEXT)
    assert list(SupportRecord.objects.order_by("recorded_at").values_list("second_helper_name", flat=True)) == [
        "Võ Thị Năm",
        "Lê Văn Chín",
    ]
    stand = at_stand.fresh()
    assert (stand.place, stand.planned, stand.happened_on) == ("Chợ Vòng Nhỏ", 50, at_stand.stand.happened_on)
    event = AuditEvent.objects.get(action="support.change_stand")
    assert (event.object_id, event.changed) == (stand.pk, ["place", "planned", "second_helper_name"])


def test_a_service_can_be_added_and_the_link_stays(at_stand):
    assert change(at_stand, services=("portal",)) == ["services"]
    assert list(at_stand.fresh().services.values_list("pk", flat=True)) == ["portal"]
    assert at_stand.fresh().link_lookup == at_stand.stand.link_lookup


def test_the_same_again_changes_and_records_nothing(at_stand):
    assert change(at_stand) == []
    assert not AuditEvent.objects.filter(action="support.change_stand").exists()


def test_the_code_ends_when_the_keepers_say_so_within_the_day(at_stand):
    now = clock.local(clock.now())
    sooner = min(now + timedelta(minutes=5), now.replace(hour=23, minute=59, second=59, microsecond=999_999))
    assert change(at_stand, code_until=sooner) == ["link_until"]
    assert at_stand.fresh().link_until == sooner
    for wrong in (now - timedelta(minutes=1), now + timedelta(hours=25)):
        with pytest.raises(Refused) as refused:
            change(at_stand, code_until=wrong)
        assert refused.value.problem.field == "until"


@pytest.mark.parametrize(
    ("overrides", "code"),
    [
        ({"place": " "}, "place_missing"),
        ({"services": ()}, "services_missing"),
        ({"helper": Helper("")}, "helper_missing"),
        ({"second": Helper("Trần Gia Huy", "official")}, "same_helper"),
    ],
)
def test_what_may_not_open_a_stand_may_not_change_it(at_stand, overrides, code):
    with pytest.raises(Refused) as refused:
        change(at_stand, **overrides)
    assert refused.value.problem.code == code


def test_an_ended_stand_is_not_changed(at_stand, as_user):
    close_stand(actor=at_stand.actor, stand_id=at_stand.stand.pk)
    with pytest.raises(Refused) as refused:
        change(at_stand, place="Chợ")
    assert refused.value.problem.code == "stand_closed"
    answer = as_user(at_stand.actor).get(f"/support/stands/{at_stand.stand.pk}/change/")
    assert (answer.status_code, answer.url) == (302, f"/support/stands/{at_stand.stand.pk}/")


def test_only_its_keepers_change_it(at_stand, as_user):
    with pytest.raises(PermissionDenied):
        change(at_stand, actor=at_stand.ward.tree.chi)
    assert as_user(at_stand.ward.tree.chi).get(f"/support/stands/{at_stand.stand.pk}/change/").status_code == 404


def test_the_page_begins_with_what_the_stand_has_and_saves(at_stand, as_user):
    client, address = as_user(at_stand.actor), f"/support/stands/{at_stand.stand.pk}/"
    assert f'href="{address}change/"' in client.get(address).content.decode()
    page = client.get(f"{address}change/").content.decode()
    assert 'value="Nhà văn hoá Khu phố 3"' in page
    assert 'value="Võ Thị Năm"' in page

    until = clock.local(at_stand.stand.link_until).strftime("%H:%M")
    answer = client.post(f"{address}change/", {**FORM, "until": until})
    assert (answer.status_code, answer.url) == (302, address)
    assert at_stand.fresh().place == "Chợ Vòng Nhỏ"
    assert at_stand.fresh().link_until == at_stand.stand.link_until


def test_a_code_that_ends_at_midnight_ends_with_the_day(at_stand):
    offer = SupportFormOptions([], recordable_services(), [], "2023-09", "", [])
    form = ChangeStandForm({**FORM, "until": "00:00"}, offer=offer, has_code=True, initial={"until": time(17)})
    assert form.is_valid()
    assert form.inputs(TODAY).code_until == datetime.combine(
        TODAY + timedelta(days=1), time(), timezone.get_default_timezone()
    )


def test_a_refusal_keeps_what_was_typed(at_stand, as_user):
    answer = as_user(at_stand.actor).post(
        f"/support/stands/{at_stand.stand.pk}/change/", {**FORM, "place": "", "until": "25:99"}
    )
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Ghi giờ và phút, ví dụ 17:00." in page
    assert 'value="50"' in page


def test_the_day_changes_until_the_first_person_comes_and_the_link_follows(at_stand, as_user):
    yesterday = TODAY - timedelta(days=1)
    client, address = as_user(at_stand.actor), f"/support/stands/{at_stand.stand.pk}/change/"
    page = client.get(address).content.decode()
    assert 'value="12/11/2023"' in page
    [history] = page.split('id="history-head"')[1:]
    assert "mở bàn hướng dẫn" in history
    form = {**FORM, "happened_on": "11/11/2023", "until": clock.local(at_stand.stand.link_until).strftime("%H:%M")}
    assert client.post(address, form).status_code == 302
    stand = at_stand.fresh()
    assert (stand.happened_on, stand.link_lookup, stand.link_until) == (yesterday, None, None)
    event = AuditEvent.objects.get(action="support.change_stand")
    assert event.changed == ["place", "planned", "happened_on", "link_until", "services"][:4]

    assert "link_lookup" in change(at_stand, happened_on=TODAY)
    assert at_stand.fresh().link_lookup not in {None, at_stand.stand.link_lookup}
    at_stand.record(BAY)
    with pytest.raises(Refused) as refused:
        change(at_stand, happened_on=yesterday)
    assert refused.value.problem.code == "stand_has_people"
    assert 'name="happened_on"' not in client.get(address).content.decode()
