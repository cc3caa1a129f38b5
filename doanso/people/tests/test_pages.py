"""Pages of people: who sees what, and what is done on them."""

from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from doanso.audit.models import AuditEvent
from doanso.lib import encryption
from doanso.people.actions import Particulars, open_request
from doanso.people.models import Consent, Contact, Duplicate, Merge, Person, Request
from doanso.people.queries import DETAIL


@pytest.fixture
def opened_request(tree, meet):
    """Mai of ward 4 asks."""

    def ask(kind, **more):
        met = meet("p4")
        return open_request(
            actor=None, person_id=met.person_id, unit_id=tree.units["p4"].pk, kind=kind, channel="screen", **more
        )

    return ask


def statements(client, url):
    with CaptureQueriesContext(connection) as captured:
        assert client.get(url).status_code == 200
    return len(captured)


def test_a_unit_reads_only_what_it_wrote(tree, meet, as_user):
    own, neighbour = meet("p4"), meet("p5")

    page = as_user(tree.an).get(reverse("people:people"))
    assert [line.contact.pk for line in page.context["lines"]] == [own.contact_id]
    assert as_user(tree.an).get(reverse("people:person", args=[neighbour.contact_id])).status_code == 404
    card = as_user(tree.an).get(reverse("people:person", args=[own.contact_id])).content.decode()
    assert "đơn vị khác" in card
    assert "Phường 5" not in card


def test_people_are_found_by_name_and_phone(tree, meet, as_user):
    met = meet("p4")
    meet("p4", Particulars("Lê Văn Tám", birth_year=1950))
    for typed in ("thi mai", "Mai", "0903 111 222"):
        page = as_user(tree.an).get(reverse("people:people"), {"q": typed})
        assert [line.contact.pk for line in page.context["lines"]] == [met.contact_id]


def test_lists_take_as_many_statements_for_fifty_rows_as_for_one(tree, meet, as_user, twins):
    city = as_user(tree.dung)
    addresses = [reverse("people:people"), reverse("people:requests"), reverse("people:pairs")]
    first = meet("p4", Particulars("Lê Văn Tám", birth_year=1950))
    open_request(actor=None, person_id=first.person_id, unit_id=tree.units["p4"].pk, kind="copy", channel="screen")
    few = [statements(city, address) for address in addresses]
    for place in range(12):
        met = meet(
            "p5", Particulars(f"Trần Văn {chr(65 + place)}", birth_year=1950 + place, phone=f"09031112{place:02}")
        )
        meet("p5", Particulars(f"Trần Văn {chr(65 + place)}", birth_year=1951 + place, phone=f"09031112{place:02}"))
        open_request(actor=None, person_id=met.person_id, unit_id=tree.units["p5"].pk, kind="copy", channel="screen")

    assert [statements(city, address) for address in addresses] == few
    assert max(few) <= 12


def test_consent_is_asked_purpose_by_purpose_with_nothing_ticked(tree, meet, as_user):
    met = meet("p4")
    address = reverse("people:consent", args=[met.contact_id])
    browser = as_user(tree.an)

    page = browser.get(address).content.decode()
    assert "checked" not in page
    assert 'name="text_version" value="2023-09"' in page
    # The page was open while the words were changed.
    old = browser.post(address, {"purposes": ["support"], "channel": "paper", "text_version": "2000-01"})
    assert (old.status_code, "Nội dung xin đồng ý vừa được sửa" in old.content.decode()) == (422, True)
    assert not Consent.objects.exists()
    answer = browser.post(address, {"purposes": ["support"], "channel": "paper"})
    assert answer.status_code == 302
    assert list(Consent.objects.values_list("purpose", "channel", "taken_by")) == [("support", "paper", tree.an.pk)]

    browser.post(reverse("people:withdraw", args=[met.contact_id]), {"purpose": "support"})
    assert Consent.objects.get().withdrawn_at is not None
    # Without it the name must go, by the law's clock.
    assert list(Request.objects.values_list("kind", "state")) == [("withdraw", "open")]


def test_a_child_needs_a_guardian_on_the_page_too(tree, meet, as_user):
    met = meet("p4", Particulars("Lê Thị Bé", birth_year=2012))
    address = reverse("people:consent", args=[met.contact_id])

    answer = as_user(tree.an).post(address, {"purposes": ["support"], "channel": "paper"})
    assert answer.status_code == 422
    assert answer.context["form"].errors["guardian_name"]
    data = {"purposes": ["support"], "channel": "paper", "guardian_name": "Lê Văn Cha"}
    assert as_user(tree.an).post(address, data).status_code == 302


def test_requests_stand_with_their_days_and_the_overdue_ones_in_red(tree, opened_request, as_user, business_day):
    request = opened_request("copy")
    page = as_user(tree.an).get(reverse("people:requests"))
    assert [(line.request, line.overdue, line.days_left) for line in page.context["lines"]] == [(request, False, 10)]

    business_day(date(2023, 11, 20))
    page = as_user(tree.an).get(reverse("people:requests"))
    assert page.context["lines"][0].answer_overdue
    business_day(date(2023, 11, 23))
    page = as_user(tree.an).get(reverse("people:requests"))
    assert page.context["lines"][0].overdue
    assert 'data-s="risk"' in page.content.decode()
    assert as_user(tree.chi).get(reverse("people:requests")).context["lines"] == []


def test_a_request_is_taken_extended_once_and_resolved(tree, opened_request, as_user):
    request = opened_request("withdraw")
    browser = as_user(tree.an)
    browser.post(reverse("people:take", args=[request.pk]))
    request.refresh_from_db()
    assert (request.state, request.handler, request.answered_at is None) == ("taken", tree.an, False)

    browser.post(reverse("people:extend", args=[request.pk]), {"reason": "Sổ giấy ở kho"})
    request.refresh_from_db()
    assert (request.due_on, request.extension_reason) == (date(2023, 12, 12), "Sổ giấy ở kho")
    again = browser.post(reverse("people:extend", args=[request.pk]), {"reason": "Lại nữa"})
    assert again.status_code == 422

    browser.post(reverse("people:settle", args=[request.pk]))
    request.refresh_from_db()
    assert request.state == "settled"
    verbs = ["people.take_request", "people.extend_request", "people.settle_request"]
    assert AuditEvent.objects.filter(action__in=verbs).count() == 3


def test_declining_needs_a_reason(tree, opened_request, as_user):
    request = opened_request("object")
    address = reverse("people:decline", args=[request.pk])
    assert as_user(tree.an).post(address, {"reason": ""}).status_code == 422
    assert as_user(tree.an).post(address, {"reason": "Luật yêu cầu lưu"}).status_code == 302
    assert Request.objects.get().decline_reason == "Luật yêu cầu lưu"


def test_a_record_is_corrected_by_the_request(tree, opened_request, as_user):
    request = opened_request("correct", detail="Tôi tên Mài")
    address = reverse("people:settle", args=[request.pk])
    assert "Tôi tên Mài" in as_user(tree.an).get(address).content.decode()
    data = {"name": "Nguyễn Thị Mài", "gender": "female", "birth": "1958", "phone": "0903 111 333", "address": ""}
    assert as_user(tree.an).post(address, data).status_code == 302

    contact = Contact.objects.get()
    assert (contact.name, contact.address) == ("Nguyễn Thị Mài", "")
    assert AuditEvent.objects.get(action="people.correct").changed == ["name", "phone", "address"]
    assert encryption.decrypt(request.detail_encrypted, context=DETAIL) == "Tôi tên Mài"


def test_no_number_is_kept_in_a_name(tree, opened_request, as_user):
    request = opened_request("correct")
    answer = as_user(tree.an).post(reverse("people:settle", args=[request.pk]), {"name": "Mai 082058000123"})
    assert (answer.status_code, list(answer.context["form"].errors)) == (422, ["name"])
    assert "Họ tên không có chữ số" in answer.content.decode()
    assert Contact.objects.get(unit=tree.units["p4"]).name == "Nguyễn Thị Mai"


def test_the_copy_says_everything_and_handing_it_out_is_recorded(tree, opened_request, as_user):
    request = opened_request("copy")
    page = as_user(tree.an).get(reverse("people:copy", args=[request.pk])).content.decode()

    assert "0903111222" in page
    assert "Nguyễn Thị Mai" in page
    assert "Đoàn Phường 4" in page
    assert AuditEvent.objects.get(action="people.copy_out").actor == tree.an


def test_what_other_units_keep_is_handed_out_by_the_city_alone(tree, opened_request, meet, as_user):
    request = opened_request("copy")
    meet("p5")

    assert as_user(tree.an).get(reverse("people:copy", args=[request.pk])).status_code == 409
    page = as_user(tree.dung).get(reverse("people:copy", args=[request.pk])).content.decode()
    assert "Đoàn Phường 5" in page


def test_erasing_needs_the_tick_and_then_leaves_nothing_on_the_pages(tree, opened_request, as_user):
    request = opened_request("erase")
    address = reverse("people:erase", args=[request.pk])
    browser = as_user(tree.an)
    assert browser.post(address, {}).status_code == 422
    assert Person.objects.get().erased_at is None

    assert browser.post(address, {"sure": "on"}).status_code == 302
    assert Person.objects.get().erased_at is not None
    assert browser.get(reverse("people:people")).context["lines"] == []
    resolved = browser.get(reverse("people:requests"), {"state": "settled"})
    assert [(line.request.state, line.name) for line in resolved.context["lines"]] == [("settled", "")]
    assert browser.get(reverse("people:request", args=[request.pk])).status_code == 200


def test_the_city_resolves_a_pair_side_by_side_and_takes_it_back(tree, twins, as_user):
    pair = Duplicate.objects.get()
    browser = as_user(tree.dung)
    page = browser.get(reverse("people:pair", args=[pair.pk])).content.decode()
    assert "Đoàn Phường 4" in page
    assert "Đoàn Phường 5" in page
    assert page.count("0903111222") == 2
    assert page.count(" data-differs>") == 2, "only the years differ, and stand out on both sides"

    browser.post(reverse("people:pair", args=[pair.pk]), {"decision": "same"})
    assert Merge.objects.filter(undone_at=None).count() == 1
    browser.post(reverse("people:undo", args=[pair.pk]))
    assert not Merge.objects.filter(undone_at=None).exists()
    assert browser.get(reverse("people:pairs")).context["lines"][0].pair == pair
    assert as_user(tree.an).get(reverse("people:pairs")).status_code == 404


def test_the_city_looks_for_who_is_alike_and_compares(tree, meet, as_user):
    own = meet("p4")
    other = meet("p5", Particulars("Nguyễn Thị Mai", birth_year=1958, address="90 Hùng Vương", phone="0388111222"))
    Duplicate.objects.all().delete()
    address = reverse("people:alike", args=[own.contact_id])
    browser = as_user(tree.dung)

    lines = browser.get(address).context["lines"]
    assert [(line.person_id, line.unit) for line in lines] == [(other.person_id, "Phường 5")]
    answer = browser.post(address, {"other": other.person_id})
    pair = Duplicate.objects.get()
    assert answer.url == reverse("people:pair", args=[pair.pk])
    assert (pair.reasons, pair.state) == (["name", "year", "phone_tail"], "open")
    assert browser.post(address, {"other": other.person_id}).url == answer.url

    # What was said to be different is not offered again; a ward compares with nobody.
    Duplicate.objects.update(state="different")
    assert browser.get(address).context["lines"] == []
    assert as_user(tree.an).get(address).status_code == 403
