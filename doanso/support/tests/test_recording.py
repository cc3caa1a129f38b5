"""The form that records help: the resident's answer, what is kept for the next receiver, and what will not count."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from doanso.ledger.actions import MeasurePlan, open_book
from doanso.lib import clock
from doanso.people import consent_texts
from doanso.people.actions import store_consent_text
from doanso.people.models import Consent
from doanso.support.models import SupportRecord
from doanso.support.queries.recording import counting_measures, recorded_receivers
from doanso.support.rules.counting import CountingMeasure, counting_note
from doanso.support.tests.conftest import record_input
from doanso.support.tests.test_pages import FORM
from doanso.testing import TODAY

pytestmark = pytest.mark.django_db

PAIR = FORM | {"second": "Võ Thị Năm", "second_kind": "official", "happened_on": "11/11/2023", "unit": "p4-kp1"}


def value(text: str, name: str) -> str:
    """The value of a text field."""
    [tag] = re.findall(rf'<input[^>]*name="{name}"[^>]*>', text)
    found = re.search(r'value="([^"]*)"', tag)
    return found[1] if found else ""


def test_the_next_receiver_keeps_day_helpers_and_unit_but_no_consent(ward, as_user):
    client = as_user(ward.tree.an)
    answer = client.post("/support/record/", PAIR | {"next": "", "purposes": ["recheck"]})
    first = SupportRecord.objects.get(service="portal")
    assert answer["Location"].startswith("/support/record/?to=person&after=")
    text = client.get(answer["Location"]).content.decode()

    assert [value(text, name) for name in ("happened_on", "helper", "second", "name", "birth_year", "phone")] == [
        *("11/11/2023", "Trần Gia Huy", "Võ Thị Năm"),
        *("", "", ""),
    ]
    assert re.search(r'value="p4-kp1"\s+selected', text)
    assert not re.search(r'name="(answer|purposes|services)"[^>]*checked', text)
    assert "Đã lưu: Nguyễn Văn Bảy · portal, payment" in text
    assert f"/support/receipts/{first.receipt_id}/" in text
    assert "Người thứ 2 trong ngày" in text
    assert set(Consent.objects.values_list("purpose", flat=True)) == {"support", "recheck"}


def test_who_comes_back_the_same_day_finds_day_helpers_and_unit_kept(ward, as_user):
    client = as_user(ward.tree.an)
    assert 'data-and="và" open>' in client.get("/support/record/").content.decode()
    client.post("/support/record/", PAIR | {"happened_on": "12/11/2023", "finish": ""})
    text = client.get("/support/record/").content.decode()

    assert [value(text, name) for name in ("happened_on", "helper", "second", "name")] == [
        *("12/11/2023", "Trần Gia Huy", "Võ Thị Năm", ""),
    ]
    assert 'data-and="và">' in text
    assert "Đã lưu" not in text
    assert not re.search(r'name="(answer|purposes|services)"[^>]*checked', text)


def test_a_record_of_another_unit_keeps_nothing(ward, as_user):
    [other] = ward.support_record(record_input(), unit="p5")
    text = as_user(ward.tree.an).get(f"/support/record/?after={other.pk}").content.decode()

    assert "Nguyễn Văn Bảy" not in text
    assert value(text, "helper") == "Nguyễn Văn An"
    assert as_user(ward.tree.an).get("/support/record/?after=x").status_code == 200


def test_words_of_consent_that_changed_meanwhile_are_read_out_before_anybody_is_named(ward, as_user):
    client = as_user(ward.tree.an)
    [read] = re.findall('name="text_version" value="([^"]+)"', client.get("/support/record/").content.decode())
    words = consent_texts.consent_words(clock.today())
    store_consent_text(actor=None, text=replace(words, version="9", since=clock.today(), body="Lời khác hẳn."))
    refused = client.post("/support/record/", PAIR | {"text_version": read})
    text = refused.content.decode()
    assert (refused.status_code, SupportRecord.objects.count()) == (422, 0)
    assert "Nội dung xin đồng ý vừa được sửa" in text
    assert 'name="text_version" value="9"' in text
    assert client.post("/support/record/", FORM | {"answer": "unnamed", "text_version": read}).status_code == 302
    assert client.post("/support/record/", PAIR | {"text_version": "9"}).status_code == 302
    assert set(Consent.objects.values_list("text_version", flat=True)) == {"9"}


def test_who_wants_the_help_alone_is_a_time_whatever_was_typed_about_them(ward, as_user):
    client = as_user(ward.tree.an)
    answer = client.post("/support/record/", FORM | {"answer": "unnamed", "birth_year": "51", "phone": "1", "next": ""})
    text = client.get(answer["Location"]).content.decode()

    assert set(SupportRecord.objects.values_list("named", "person", "contact", "receipt")) == {
        (False, None, None, None)
    }
    assert (ward.figure("portal-times"), ward.figure()) == (1, 0)
    assert not Consent.objects.exists()
    assert "Không giữ tên nên không có biên nhận để đưa" in text


def test_of_who_does_not_agree_nothing_is_stored(ward, as_user):
    refused = {"answer": "none", "services": [], "birth_year": "", "name": ""}
    answer = as_user(ward.tree.an).post("/support/record/", PAIR | refused | {"next": ""})
    text = answer.content.decode()

    assert (answer.status_code, SupportRecord.objects.count()) == (200, 0)
    assert "Không lưu gì" in text
    assert (value(text, "second"), value(text, "happened_on")) == ("Võ Thị Năm", "11/11/2023")


def test_what_no_indicator_counts_is_said_before_saving(ward, as_user):
    client = as_user(ward.tree.an)
    text = client.get("/support/record/").content.decode()
    assert "Chưa chỉ tiêu nào của chương trình năm nay đếm việc này." in text
    assert "“payment-residents” đếm người có ghi tên" in text

    shops = client.get("/support/record/?to=shop").content.decode()
    assert "“portal-residents” đếm người dân" in shops
    future = client.get(f"/support/record/?after={ward.support_record(record_input())[0].pk}")
    assert "Không chương trình nào" not in future.content.decode()


@pytest.mark.parametrize(
    ("measures", "to_business", "named", "words"),
    [
        ([CountingMeasure("A", False, True, 1)], False, True, ""),
        ([CountingMeasure("A", False, True, 1)], False, False, "đếm người có ghi tên"),
        ([CountingMeasure("A", False, True, 1), CountingMeasure("B", False, False, 1)], False, False, ""),
        ([CountingMeasure("A", False, True, 2)], False, True, "cặp 1+1"),
        ([CountingMeasure("A", False, True, 3)], False, True, "xác nhận biên nhận"),
        ([CountingMeasure("A", False, True, 4)], False, True, "gọi lại"),
        ([CountingMeasure("A", False, True, 3), CountingMeasure("B", False, True, 1)], False, True, ""),
        ([CountingMeasure("A", True, True, 1)], False, True, "ghi cho cửa hàng"),
        ([CountingMeasure("A", False, True, 1)], True, True, "ghi cho người dân"),
        ([], False, True, "Chưa chỉ tiêu nào"),
    ],
)
def test_the_note_names_the_indicator_and_what_it_needs(measures, to_business, named, words):
    note = counting_note(measures, to_business=to_business, named=named)
    assert words in note
    assert bool(note) == bool(words)


def test_only_programmes_of_that_day_and_above_the_unit_count(ward):
    tree = ward.tree
    open_book(
        code="khac",
        root=tree.units["p5"],
        first_day=TODAY,
        last_day=TODAY,
        measures=[MeasurePlan("vneid-residents", "support.people", "vneid", level=1)],
    )

    assert set(counting_measures(tree.units["p4-kp1"], TODAY)) == {"portal", "payment"}
    assert set(counting_measures(tree.units["p5-kp1"], TODAY)) == {"portal", "payment", "vneid"}
    assert set(counting_measures(tree.units["p5"], TODAY - timedelta(days=1))) == {"portal", "payment"}
    assert counting_measures(tree.units["p5"], TODAY + timedelta(days=400)) == {}


def test_receivers_of_a_day_are_listed_once_with_all_services(ward, django_assert_num_queries):
    tree = ward.tree
    ward.support_record(record_input(), record_input(service="vneid"))
    ward.support_record(record_input("Lê Thị Sáu"))
    unnamed = record_input()._replace(person=None, consent=None)
    ward.support_record(unnamed, unnamed._replace(service="vneid"))
    with django_assert_num_queries(2):
        receivers = recorded_receivers(tree.an, [tree.units["p4"].pk], TODAY)

    assert [(receiver.name, receiver.services) for receiver in receivers] == [
        ("", ("portal", "vneid")),
        ("Lê Thị Sáu", ("portal",)),
        ("Nguyễn Văn Bảy", ("portal", "vneid")),
    ]
    assert recorded_receivers(tree.chi, [tree.units["p4"].pk], TODAY) == []


def test_the_record_before_a_correction_leads_to_the_one_that_stands(ward, as_user):
    [support_record] = ward.support_record(record_input())
    client = as_user(ward.tree.an)
    changed = {"service": "vneid", "happened_on": "11/11/2023", "helper": "Lê Minh", "helper_kind": "youth"}
    answer = client.post(f"/support/{support_record.pk}/correct/", changed)

    assert f'href="{answer["Location"]}"' in client.get(f"/support/{support_record.pk}/").content.decode()
