"""The unit's pages: list, form, one record, receipt, dispute."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from doanso.audit.models import AuditEvent
from doanso.support import receipt_keys
from doanso.support.actions import (
    Helper,
    confirm_receipt,
    dispute_receipt,
    raise_grades,
    remark_receipt,
    take_back_help,
)
from doanso.support.forms.support_records import HelpersForm
from doanso.support.models import Confirmation, Dispute, Remark, SupportRecord
from doanso.support.tests.conftest import key_of, record_input, shop
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

FORM = {
    "unit": "p4",
    "name": "NGUYỄN VĂN BẢY",
    "birth_year": "1951",
    "phone": "0912 345 678",
    "services": ["portal", "payment"],
    "happened_on": "12/11/2023",
    "helper": "Trần Gia Huy",
    "helper_kind": "youth",
    "answer": "named",
    "channel": "paper",
}


def listed(client, query: str = "") -> list[str]:
    text = client.get(f"/support/{query}").content.decode()
    return [name.strip() for name in re.findall(r'<th scope="row"><a [^>]*href="[^"]+">([^<]+)<', text)]


def test_the_list_shows_the_newest_first_with_the_state_of_each_claim_in_words(ward, as_user):
    [first] = ward.support_record(record_input())
    ward.support_record(record_input(), record_input("Lê Thị Sáu", happened_on=TODAY - timedelta(days=1)), unit="p5")
    dispute_receipt(receipt_id=first.receipt_id, reason="not-me")

    assert listed(as_user(ward.tree.chi)) == ["Nguyễn Văn Bảy", "Lê Thị Sáu"]
    assert "Đang khiếu nại" in as_user(ward.tree.an).get("/support/").content.decode()
    assert "Được tính" in as_user(ward.tree.chi).get("/support/").content.decode()


def test_the_other_ward_learns_only_that_somebody_else_has_helped(ward, as_user):
    ward.support_record(record_input())
    [other] = ward.support_record(record_input(), unit="p5")
    text = as_user(ward.tree.chi).get(f"/support/{other.pk}/").content.decode()

    assert "Đã được đơn vị khác giúp" in text
    assert "Phường 4" not in text


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?q=bay", ["Tạp hóa Bảy", "Nguyễn Văn Bảy"]),
        ("?q=TẠP+HÓA", ["Tạp hóa Bảy"]),
        ("?q=tap+hoa+sau", []),
        ("?to=people&q=bay", ["Nguyễn Văn Bảy"]),
        ("?to=people&q=tap+hoa", []),
        ("?q=0912000111", ["Lê Thị Sáu"]),
        ("?q=0273+3888+999", ["Tạp hóa Bảy"]),
        ("?to=shops&q=02733888999", ["Tạp hóa Bảy"]),
        ("?to=people&q=02733888999", []),
        ("?q=le+thi", ["Lê Thị Sáu"]),
        ("?to=shops", ["Tạp hóa Bảy"]),
        ("?to=shops&q=tap+hoa", ["Tạp hóa Bảy"]),
        ("?service=vneid", ["Lê Thị Sáu"]),
        ("?until=10/11/2023", ["Lê Thị Sáu"]),
        ("?since=12/11/2023&to=people", ["Nguyễn Văn Bảy"]),
        ("?state=confirmed", ["Tạp hóa Bảy", "Lê Thị Sáu"]),
        ("?state=by-receipt", ["Lê Thị Sáu"]),
        ("?state=called-back", ["Tạp hóa Bảy"]),
        ("?state=unconfirmed", ["Nguyễn Văn Bảy"]),
        ("?state=disputed", []),
        ("?unit=p4-kp1", []),
        ("?page=99", []),
        ("?page=x&since=nonsense", ["Tạp hóa Bảy", "Nguyễn Văn Bảy", "Lê Thị Sáu"]),
    ],
)
def test_filters_stand_in_the_address(ward, as_user, query, names):
    ward.support_record(record_input())
    [sau] = ward.support_record(
        record_input("Lê Thị Sáu", phone="0912000111", service="vneid", happened_on=TODAY - timedelta(days=3))
    )
    raise_grades(support_records=ward.support_record(shop(phone="02733888999")), grade=4)
    confirm_receipt(receipt_id=sau.receipt_id, staff_browser=False, device=["a"])

    assert listed(as_user(ward.tree.an), query) == names


def test_the_list_asks_the_same_statements_for_two_and_for_fifty(ward, as_user):
    client = as_user(ward.tree.an)

    def statements() -> int:
        with CaptureQueriesContext(connection) as caught:
            client.get("/support/?q=nguyen")
        return len(caught)

    ward.support_record(record_input(), shop("Tạp hóa Nguyên"))
    few = statements()
    ward.support_record(*[shop(f"Quán Nguyễn {'ABCDEFGH'[place]}") for place in range(8)])
    ward.support_record(
        *[record_input(f"Nguyễn Văn {'ABCDEFGH'[place % 8]}{'KLMNOPQ'[place // 8]}") for place in range(48)]
    )

    assert statements() == few <= 13


def test_a_record_and_the_form_cost_few_statements(ward, as_user, django_assert_max_num_queries):
    [support_record] = ward.support_record(record_input())
    ward.support_record(record_input(), unit="p5")
    client = as_user(ward.tree.an)

    with django_assert_max_num_queries(10):
        client.get("/support/record/")
    with django_assert_max_num_queries(15):
        client.get(f"/support/{support_record.pk}/")


def test_the_form_ticks_nothing_beforehand_and_records_what_is_entered(ward, as_user):
    client = as_user(ward.tree.an)
    empty = client.get("/support/record/").content.decode()
    assert not re.search(r'name="(answer|purposes|services)"[^>]*checked', empty)
    answer = client.post("/support/record/", FORM)

    portal, payment = SupportRecord.objects.order_by("service_id")[::-1]
    assert answer["Location"] in {f"/support/{portal.pk}/", f"/support/{payment.pk}/"}
    assert portal.contact.name == "Nguyễn Văn Bảy"
    assert portal.receipt_id == payment.receipt_id
    assert "Đã ghi 2 lượt giúp." in client.get(answer["Location"]).content.decode()


def test_sent_twice_it_is_recorded_once(ward, as_user):
    client = as_user(ward.tree.an)
    page = client.get("/support/record/").content.decode()
    sent = FORM | {"key": re.search(r'name="key" value="([^"]+)"', page)[1], "phone": ""}
    client.post("/support/record/", sent)
    client.post("/support/record/", sent)

    assert SupportRecord.objects.count() == 2
    assert ward.figure() == 1


@pytest.mark.parametrize(
    ("receiver", "changed", "words"),
    [
        ("person", {"answer": ""}, "Hỏi trước rồi đánh dấu"),
        ("person", {"birth_year": "51"}, "4 chữ số"),
        ("person", {"phone": "12"}, "điện thoại"),
        ("person", {"services": []}, "field"),
        ("person", {"unit": "p5"}, "field"),
        ("person", {"happened_on": "13/11/2023"}, "chưa đến"),
        ("shop", {}, "field"),
    ],
)
def test_what_is_missing_is_said_and_what_was_typed_stays(ward, as_user, receiver, changed, words):
    answer = as_user(ward.tree.an).post(f"/support/record/?to={receiver}", FORM | changed)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "Trần Gia Huy" in answer.content.decode()
    assert SupportRecord.objects.count() == 0


def test_a_shop_and_somebody_unnamed(ward, as_user):
    client = as_user(ward.tree.an)
    client.post("/support/record/?to=shop", FORM | {"business_name": "Quán Cô Tư", "services": ["payment"]})
    answer = client.post("/support/record/?to=unnamed", FORM | {"services": ["portal"]})

    assert (ward.figure("payment-shops"), ward.figure(), ward.figure("portal-times")) == (1, 0, 1)
    assert "Không muốn ghi tên" in client.get(answer["Location"]).content.decode()


def test_a_member_named_as_helper_is_that_member(ward, as_user, register):
    as_user(ward.tree.an).post("/support/record/", FORM | {"helper": "nguyen hoang duc"})

    assert set(SupportRecord.objects.values_list("helper_id", flat=True)) == {register.duc.pk}


def test_the_page_of_one_help_shows_what_the_person_said(ward, as_user):
    [support_record] = ward.support_record(record_input(second=Helper("Võ Thị Năm", "official")))
    confirm_receipt(receipt_id=support_record.receipt_id, staff_browser=False, device=["a"])
    Confirmation.objects.update(flags=["burst"])
    remark_receipt(receipt_id=support_record.receipt_id, parts=["name"])
    text = as_user(ward.tree.dung).get(f"/support/{support_record.pk}/").content.decode()

    for words in (
        "Võ Thị Năm",
        "3 · tự xác nhận qua biên nhận",
        "Nhiều xác nhận của đơn vị này",
        "Tên ghi sai",
        "đã ghi lượt giúp",
    ):
        assert words in text


def test_an_inspector_reads_initials(ward, as_user):
    [support_record, _shop] = ward.support_record(record_input(phone="0912000111"), shop(phone="02733888999"))
    client = as_user(ward.tree.hanh)
    text = client.get(f"/support/{support_record.pk}/").content.decode() + client.get("/support/").content.decode()

    assert "N. V. B." in text
    assert f'href="/units/p4/unmask/?next=/support/{support_record.pk}/"' in text
    for hidden in ("Bảy", "0912000111", "Trần Gia Huy"):
        assert hidden not in text
    assert listed(client, "?q=bay") == listed(client, "?q=tap+hoa") == listed(client, "?q=02733888999") == []
    assert listed(as_user(ward.tree.chi), "?q=bay") == []


def test_the_slip_opens_the_receipt_and_opening_it_is_in_the_history(ward, as_user):
    [support_record] = ward.support_record(record_input())
    answer = as_user(ward.tree.an).get(f"/support/receipts/{support_record.receipt_id}/")
    keys = receipt_keys.keys_of(support_record.receipt)

    assert keys.code in answer.content.decode()
    assert "<path d=" in answer.content.decode()
    assert "style=" not in answer.content.decode()
    assert keys.link not in answer.content.decode()
    assert AuditEvent.objects.filter(action="support.print_receipt").count() == 1


def test_correcting_and_taking_back_on_the_pages(ward, as_user):
    [support_record] = ward.support_record(record_input())
    client = as_user(ward.tree.an)
    changed = {"service": "vneid", "happened_on": "11/11/2023", "helper": "Lê Minh", "helper_kind": "youth"}
    answer = client.post(f"/support/{support_record.pk}/correct/", changed)
    new = SupportRecord.objects.get(corrects=support_record)
    assert answer["Location"] == f"/support/{new.pk}/"
    assert "đã được sửa" in client.get(f"/support/{support_record.pk}/").content.decode()

    assert client.get(f"/support/{new.pk}/take-back/").status_code == 200
    client.post(f"/support/{new.pk}/take-back/")
    assert client.post(f"/support/{new.pk}/correct/", changed).status_code == 422
    assert listed(client) == []
    assert len(listed(client, "?state=taken-back")) == 2


def test_an_officer_decides_on_the_disputes_page_but_not_about_the_own_record(ward, as_user):
    [support_record] = ward.support_record(record_input())
    dispute_receipt(receipt_id=support_record.receipt_id, reason="nobody-came")
    address = f"/support/disputes/{Dispute.objects.get().pk}/"
    decision = {"decision": "rejected", "explanation": "Đã gọi hỏi, bác nhớ ra"}
    assert as_user(ward.tree.an).post(address, decision).status_code == 422
    assert as_user(ward.tree.binh).get(address).status_code == 404

    assert as_user(ward.tree.dung).post(address, decision).status_code == 302
    assert ward.figure() == 1
    assert "bác nhớ ra" in as_user(ward.tree.an).get(address).content.decode()


def test_what_waits_is_said_on_the_list_and_settled_on_the_page(ward, as_user):
    [support_record] = ward.support_record(record_input())
    remark = remark_receipt(receipt_id=support_record.receipt_id, parts=["day"])
    client = as_user(ward.tree.an)
    assert "Có 1 người báo biên nhận có chỗ sai." in client.get("/support/").content.decode()
    assert listed(client, "?state=remarked") == ["Nguyễn Văn Bảy"]

    client.post(f"/support/remarks/{remark.pk}/settle/")
    assert Remark.objects.get().settled_at is not None
    assert listed(client, "?state=remarked") == []


def test_a_member_finds_no_such_page(ward, as_user):
    [support_record] = ward.support_record(record_input())
    take_back_help(actor=ward.tree.an, support_record_id=support_record.pk)
    for address in ("/support/", "/support/record/", f"/support/{support_record.pk}/"):
        assert as_user(ward.tree.khoa).get(address).status_code == 404
    assert as_user(ward.tree.hanh).get("/support/record/").status_code == 403


def test_a_helper_of_the_same_name_is_asked_about(ward, as_user):
    client = as_user(ward.tree.an)
    form = FORM | {"helper": "nguyễn văn bảy"}

    answer = client.post("/support/record/?to=person", form)
    assert (answer.status_code, SupportRecord.objects.count()) == (422, 0)
    assert 'name="namesakes"' in answer.content.decode()
    assert client.post("/support/record/?to=person", form | {"namesakes": "on"}).status_code == 302
    assert SupportRecord.objects.count() == 2


def test_helper_and_companion_of_one_name_are_refused(ward, as_user):
    form = FORM | {"second": "TRAN GIA HUY", "second_kind": "official"}

    answer = as_user(ward.tree.an).post("/support/record/?to=person", form)

    assert (answer.status_code, SupportRecord.objects.count()) == (422, 0)
    assert "là một người" in answer.content.decode()


def test_two_people_of_one_name_are_a_pair_where_the_office_says_so(ward, as_user):
    client, form = as_user(ward.tree.an), FORM | {"second": "Trần Gia Huy", "second_kind": "official"}

    answer = client.post("/support/record/?to=person", form)
    assert (answer.status_code, SupportRecord.objects.count()) == (422, 0)
    assert 'name="two_helpers"' in answer.content.decode()
    assert client.post("/support/record/?to=person", form | {"two_helpers": "on"}).status_code == 302
    support_record = SupportRecord.objects.first()
    assert (support_record.grade, support_record.second_helper_name) == (2, "Trần Gia Huy")

    correction = {"service": support_record.service_id, "happened_on": FORM["happened_on"], "helper": "Trần Gia Huy"}
    correction |= {"helper_kind": "youth", "second": "TRẦN GIA HUY", "second_kind": "official"}
    answer = client.post(f"/support/{support_record.pk}/correct/", correction)
    assert (answer.status_code, 'name="two_helpers"' in answer.content.decode()) == (422, True)
    assert client.post(f"/support/{support_record.pk}/correct/", correction | {"two_helpers": "on"}).status_code == 302


def test_a_helper_is_not_taken_for_a_member_of_a_like_name():
    form = HelpersForm({"helper": "Nguyễn Văn Hùng", "helper_kind": "youth", "second": "Nguyen Van Hung"})
    form.offer_helpers([(key_of(1), "Nguyễn Văn Hưng")])
    assert form.is_valid()
    assert form.first_helper.member_id is None
