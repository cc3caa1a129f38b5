import csv
from datetime import date, timedelta
from io import BytesIO, StringIO

import pytest
from django.urls import reverse

from doanso.access.actions import unmask
from doanso.audit.models import AuditEvent
from doanso.lib.spreadsheet import read_workbook
from doanso.members.actions import (
    Admission,
    admit_many,
    assign_post,
    end_membership,
    exempt,
    set_absence,
    transfer_member,
)
from doanso.members.models import Absence, Exemption, Member, Post
from doanso.people.actions import Particulars
from doanso.people.queries import lookup_hash
from doanso.testing import TODAY


def names(response):
    return [line.name for line in response.context["page"].lines]


def listed(client, address=""):
    response = client.get(f"/members/{address}")
    assert response.status_code == 200
    return names(response)


@pytest.mark.parametrize(
    ("username", "expected_names"),
    [
        ("dung", ["Nguyễn Hoàng Đức", "Lê Minh Khang", "Trần Thị Thủy"]),
        ("an", ["Nguyễn Hoàng Đức", "Trần Thị Thủy"]),
        ("binh", ["Nguyễn Hoàng Đức", "Trần Thị Thủy"]),
        ("chi", ["Lê Minh Khang"]),
        ("hanh", ["N. H. Đ.", "L. M. K.", "T. T. T."]),
    ],
)
def test_each_sees_the_own_members_by_given_name(register, as_user, username, expected_names):
    assert listed(as_user(register.tree.users[username])) == expected_names


def test_a_unit_without_members_is_led_to_the_import_of_a_members_list(tree, as_user):
    assert 'href="/imports/?kind=members"' in as_user(tree.an).get("/members/").content.decode()


@pytest.mark.parametrize("username", ["lan", "minh"])
def test_for_others_the_page_does_not_exist(register, as_user, username):
    client = as_user(register.tree.users[username])

    assert client.get("/members/").status_code == 404
    assert client.get(f"/members/{register.duc.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("address", "expected_names"),
    [
        ("?q=duc", ["Nguyễn Hoàng Đức"]),
        ("?q=%C4%90%E1%BB%A9c+nguyen", ["Nguyễn Hoàng Đức"]),
        ("?q=0912+345+678", ["Nguyễn Hoàng Đức"]),
        ("?q=82201001234", ["Nguyễn Hoàng Đức"]),
        ("?q=uc", []),
        ("?unit=p5", ["Lê Minh Khang"]),
        ("?unit=nowhere", ["Nguyễn Hoàng Đức", "Lê Minh Khang", "Trần Thị Thủy"]),
        ("?sort=-name", ["Trần Thị Thủy", "Lê Minh Khang", "Nguyễn Hoàng Đức"]),
        ("?sort=branch", ["Nguyễn Hoàng Đức", "Trần Thị Thủy", "Lê Minh Khang"]),
        ("?sort=id;drop", ["Nguyễn Hoàng Đức", "Lê Minh Khang", "Trần Thị Thủy"]),
        ("?state=away", ["Trần Thị Thủy"]),
        ("?state=died", []),
        ("?page=99", ["Nguyễn Hoàng Đức", "Lê Minh Khang", "Trần Thị Thủy"]),
    ],
)
def test_search_filters_and_order_stand_in_the_address(register, as_user, address, expected_names):
    set_absence(actor=register.tree.an, member=register.thuy, reason="study", since=date(2023, 9, 1))

    assert listed(as_user(register.tree.dung), address) == expected_names


def test_the_exact_spelling_comes_first(tree, as_user):
    spelled = ["Trần Văn Duc", "Trần Văn Đức", "Nguyễn Văn Dục"]
    admit_many(
        actor=tree.an,
        entries=[Admission(branch=tree.units["p4-kp1"], particulars=Particulars(name=name)) for name in spelled],
    )

    assert listed(as_user(tree.an), "?q=%C4%91%E1%BB%A9c")[0] == "Trần Văn Đức"
    assert set(listed(as_user(tree.an), "?q=duc")) == set(spelled)


def test_a_long_list_takes_as_many_statements_as_a_short_one(register, as_user, django_assert_max_num_queries):
    tree = register.tree
    admit_many(
        actor=tree.an,
        entries=[
            Admission(branch=tree.units["p4-kp2"], particulars=Particulars(name=f"Phan Văn {chr(65 + n)}"))
            for n in range(26)
        ],
    )
    client = as_user(tree.an)

    with django_assert_max_num_queries(12):
        assert len(listed(client)) == 25
    assert len(listed(client, "?page=2")) == 3


def test_an_inspector_sees_names_after_stating_a_reason(register, as_user):
    tree = register.tree
    client = as_user(tree.hanh)
    page = client.get(f"/members/{register.duc.pk}/").content.decode()
    assert "Đức" not in page
    assert "0912345678" not in page

    assert '<a href="/units/">Chọn đơn vị</a>' in client.get("/members/").content.decode()

    unmask(actor=tree.hanh, unit=tree.units["p4"], reason="Kiểm tra quý 4", minutes=30)

    assert listed(client) == ["Nguyễn Hoàng Đức", "L. M. K.", "Trần Thị Thủy"]
    assert "0912345678" in client.get(f"/members/{register.duc.pk}/").content.decode()


def test_searching_tells_an_inspector_nothing_that_is_hidden(register, as_user):
    tree = register.tree
    client = as_user(tree.hanh)
    for query in ("?q=duc", "?q=0912345678", "?q=082201001234"):
        assert listed(client, query) == []
    answer = client.get("/members/?q=duc")
    assert answer.context["search_limited"] is True
    assert '<a href="/units/">Chọn đơn vị</a>' in answer.content.decode()
    assert as_user(tree.dung).get("/members/?q=duc").context["search_limited"] is False

    unmask(actor=tree.hanh, unit=tree.units["p4"], reason="Kiểm tra quý 4", minutes=30)

    for query in ("?q=duc", "?q=0912345678", "?q=082201001234"):
        assert listed(client, query) == ["Nguyễn Hoàng Đức"]
    assert listed(client, "?q=khang") == []


def test_what_was_typed_as_a_reason_is_hidden_with_the_name(register, as_user):
    tree = register.tree
    set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1), note="TP.HCM")
    exempt(actor=tree.an, member=register.duc, indicator="payment-members", reason="Mẹ ốm", review_on=date(2024, 3, 1))
    client = as_user(tree.hanh)
    address = f"/members/{register.duc.pk}/"
    page = client.get(address).content.decode()
    assert "TP.HCM" not in page
    assert "Mẹ ốm" not in page

    unmask(actor=tree.hanh, unit=tree.units["p4"], reason="Kiểm tra quý 4", minutes=30)

    page = client.get(address).content.decode()
    assert "TP.HCM" in page
    assert "Mẹ ốm" in page


def test_what_ends_on_a_day_ahead_can_be_ended_before(register, as_user, business_day):
    an, duc, ahead = register.tree.an, register.duc, TODAY + timedelta(days=30)
    term = {"actor": an, "member": duc, "since": date(2023, 9, 1), "until": ahead}
    absence = set_absence(reason="study", **term)
    exemption = exempt(indicator="payment-members", reason="Mẹ ốm", review_on=date(2024, 3, 1), **term)
    post = assign_post(unit=duc.branch, kind="deputy", **term)
    pages = {
        reverse("members:end_absence", args=[duc.pk, absence.pk]): absence,
        reverse("members:end_exemption", args=[duc.pk, exemption.pk]): exemption,
        reverse("members:end_post", args=[duc.pk, post.pk]): post,
    }
    client = as_user(an)

    def offered():
        text = client.get(f"/members/{duc.pk}/").content.decode()
        return [address for address in pages if f'href="{address}"' in text]

    assert offered() == [*pages]
    business_day(ahead)
    assert offered() == []
    business_day(TODAY)
    for address, row in pages.items():
        assert client.post(address, {"until": "10/11/2023"}).status_code == 302
        row.refresh_from_db()
        assert row.until == date(2023, 11, 10)
    assert offered() == []


def test_the_ward_a_member_left_reads_what_it_wrote_itself(register, as_user):
    tree = register.tree
    set_absence(
        actor=tree.an, member=register.duc, reason="work", since=date(2023, 9, 1), until=date(2023, 9, 9), note="Cà Mau"
    )
    arrived = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=date(2023, 11, 1))
    set_absence(actor=tree.chi, member=arrived, reason="study", since=date(2023, 11, 5), note="TP.HCM")
    exempt(actor=tree.chi, member=arrived, indicator="payment-members", reason="Mẹ ốm", review_on=date(2024, 3, 1))

    old = as_user(tree.an).get(f"/members/{register.duc.pk}/").content.decode()
    new = as_user(tree.chi).get(f"/members/{arrived.pk}/").content.decode()
    assert [note in old for note in ("Cà Mau", "TP.HCM", "Mẹ ốm")] == [True, False, False]
    assert [note in new for note in ("Cà Mau", "TP.HCM", "Mẹ ốm")] == [True, True, True]

    response = as_user(tree.an).get(f"/members/{register.duc.pk}/change/")
    assert (response.status_code, response["Location"]) == (302, f"/members/{register.duc.pk}/")


def test_one_member_with_all_that_is_known(register, as_user, django_assert_num_queries):
    tree = register.tree
    set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1), note="TP.HCM")
    exempt(
        actor=tree.an,
        member=register.duc,
        indicator="payment-members",
        reason="Chưa đủ tuổi",
        review_on=date(2024, 3, 1),
    )
    client = as_user(tree.an)

    # Eleven of its own; two for services that programmes count, and one more because none counts any here.
    with django_assert_num_queries(14):
        page = client.get(f"/members/{register.duc.pk}/").content.decode()

    for text in ("12/04/2001", "0912345678", "0822••••••34", "TP.HCM", "Chưa đủ tuổi", "820001"):
        assert text in page
    assert "082201001234" not in page


def test_one_who_inspects_reads_the_own_name_and_no_others(register, as_user):
    tree = register.tree
    register.duc.person.user = tree.hanh
    register.duc.person.save(update_fields=["user"])
    client = as_user(tree.hanh)

    page = client.get("/members/").content.decode()
    assert [name in page for name in ("Nguyễn Hoàng Đức", "Trần Thị Thủy")] == [True, False]
    page = client.get(f"/members/{register.duc.pk}/").content.decode()
    assert "Nguyễn Hoàng Đức" in page
    assert "0912345678" in page
    assert "Nguyễn Hoàng Đức" in client.get("/members/?q=duc").content.decode()
    assert "T. T. T." not in client.get("/members/?q=thuy").content.decode()


def test_a_member_reads_the_own_page_only(register, as_user):
    tree = register.tree
    register.duc.person.user = tree.khoa
    register.duc.person.save(update_fields=["user"])
    client = as_user(tree.khoa)

    page = client.get(f"/members/{register.duc.pk}/")
    assert page.status_code == 200
    assert "/change/" not in page.content.decode()
    assert client.get(f"/members/{register.thuy.pk}/").status_code == 404
    assert client.get(f"/members/{register.duc.pk}/change/").status_code == 403


FORMS = {
    "change": {"name": "Nguyễn Hoàng Đức", "phone": "0987654321"},
    "transfer": {"on": "12/11/2023"},
    "end": {"state": "grown-out", "on": "12/11/2023"},
    "absence": {"reason": "work", "since": "01/11/2023"},
    "exempt": {
        "indicator": "payment-members",
        "reason": "Chưa đủ tuổi",
        "since": "12/11/2023",
        "review_on": "01/03/2024",
    },
    "post": {"kind": "deputy", "since": "12/11/2023"},
}


@pytest.mark.parametrize("name", FORMS)
def test_each_form_runs_its_action(register, as_user, name):
    tree = register.tree
    client = as_user(tree.an)
    address = f"/members/{register.duc.pk}/{name}/"
    assert client.get(address).status_code == 200
    more = {
        "transfer": {"branch": str(tree.units["p4-kp2"].pk)},
        "post": {"unit": str(tree.units["p4-kp1"].pk)},
    }.get(name, {})

    response = client.post(address, FORMS[name] | more)

    assert response.status_code == 302, response.context["form"].errors
    duc = Member.objects.select_related("contact").get(pk=register.duc.pk)
    done = {
        "change": duc.contact.phone_lookup == lookup_hash("phone", "0987654321"),
        "transfer": duc.state == "transferred",
        "end": duc.state == "grown-out",
        "absence": Absence.objects.filter(person=duc.person).exists(),
        "exempt": Exemption.objects.filter(person=duc.person).exists(),
        "post": Post.objects.filter(person=duc.person, kind="deputy").exists(),
    }
    assert done[name]


@pytest.mark.parametrize("name", FORMS)
def test_a_form_sent_empty_says_what_is_missing(register, as_user, name):
    response = as_user(register.tree.an).post(f"/members/{register.duc.pk}/{name}/", {})

    assert response.status_code == 422
    assert response.context["form"].errors


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize(("username", "status"), [("chi", 404), ("hanh", 403), ("lan", 404)])
def test_the_forms_are_for_whoever_may(register, as_user, name, username, status):
    client = as_user(register.tree.users[username])

    assert client.get(f"/members/{register.duc.pk}/{name}/").status_code == status
    assert client.post(f"/members/{register.duc.pk}/{name}/", FORMS[name]).status_code == status


def test_ending_what_was_begun(register, as_user):
    tree = register.tree
    client = as_user(tree.an)
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    exemption = exempt(
        actor=tree.an, member=register.duc, indicator="payment-members", reason="Chưa", review_on=date(2024, 3, 1)
    )
    base = f"/members/{register.duc.pk}"

    assert client.post(f"{base}/absence/{absence.pk}/end/", {"until": "01/11/2023"}).status_code == 302
    assert client.post(f"{base}/exempt/{exemption.pk}/end/", {"until": "30/11/2023"}).status_code == 302
    assert client.get(f"/members/{register.thuy.pk}/absence/{absence.pk}/end/").status_code == 404

    absence.refresh_from_db()
    exemption.refresh_from_db()
    assert (absence.until, exemption.until) == (date(2023, 11, 1), date(2023, 11, 30))


def test_taking_back_what_was_a_mistake(register, as_user):
    tree = register.tree
    client = as_user(tree.an)
    absence = set_absence(actor=tree.an, member=register.duc, reason="study", since=date(2023, 9, 1))
    exemption = exempt(
        actor=tree.an, member=register.duc, indicator="payment-members", reason="Chưa", review_on=date(2024, 3, 1)
    )
    base = f"/members/{register.duc.pk}"

    for address in (f"{base}/absence/{absence.pk}/take-back/", f"{base}/exempt/{exemption.pk}/take-back/"):
        assert address in client.get(f"{base}/").content.decode()
        assert client.get(address).status_code == 200
        assert client.post(address).status_code == 302
        assert client.get(address).status_code == 404

    absence.refresh_from_db()
    exemption.refresh_from_db()
    assert None not in (absence.taken_back_at, exemption.taken_back_at)


def test_a_refusal_is_shown_at_its_field(register, as_user):
    tomorrow = f"{TODAY + timedelta(days=1):%d/%m/%Y}"
    response = as_user(register.tree.an).post(f"/members/{register.duc.pk}/end/", {"state": "died", "on": tomorrow})

    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["on"]


def test_admitting_by_hand(register, as_user):
    tree = register.tree
    sent = {"branch": str(tree.units["p4-kp2"].pk), "name": "phan thị mai", "birth": "2004", "phone": "+84 912 000 111"}

    response = as_user(tree.binh).post("/members/new/", sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["branch"]

    response = as_user(tree.an).post("/members/new/", sent)
    assert response.status_code == 302
    assert Member.objects.get(contact__name="Phan Thị Mai").branch.code == "p4-kp2"


def test_a_button_pressed_twice_makes_one_member(register, as_user):
    tree = register.tree
    client = as_user(tree.an)
    sent = {"branch": str(tree.units["p4-kp2"].pk), "name": "phan thị mai", "birth": "2004"}
    assert 'name="another"' not in client.get("/members/new/").content.decode()
    assert client.post("/members/new/", sent).status_code == 302

    response = client.post("/members/new/", sent)
    assert response.status_code == 422
    assert list(response.context["form"].errors) == ["another"]
    assert 'name="another"' in response.content.decode()
    assert Member.objects.filter(contact__name="Phan Thị Mai").count() == 1

    assert client.post("/members/new/", sent | {"another": "on"}).status_code == 302
    assert Member.objects.filter(contact__name="Phan Thị Mai").count() == 2


@pytest.mark.parametrize(
    ("typed", "field"), [({"birth": "2020"}, "birth"), ({"birth": "1901"}, "birth"), ({"name": "Phan 123"}, "name")]
)
def test_changing_keeps_to_the_importers_checks(register, as_user, typed, field):
    tree = register.tree
    sent = {"name": "Trần Thị Thủy", "birth": "2003"}

    response = as_user(tree.an).post(f"/members/{register.thuy.pk}/change/", sent | typed)

    assert response.status_code == 422
    assert list(response.context["form"].errors) == [field]


def test_export_holds_the_importers_columns(register, as_user):
    tree = register.tree
    end_membership(actor=tree.an, member=register.thuy, state="grown-out", on=TODAY)
    client = as_user(tree.an)

    response = client.get("/members/export/")
    rows = read_workbook(BytesIO(b"".join(response.streaming_content)).getvalue()).sheets[0].rows
    assert rows[0][:4] == ["Họ và tên", "Giới tính", "Ngày sinh", "Số CCCD"]
    assert [row[0] for row in rows[1:]] == ["Nguyễn Hoàng Đức"]
    assert rows[1][3:5] == ["082201001234", "0912345678"]
    assert AuditEvent.objects.get(action="members.export").object_id == tree.units["p4"].pk

    response = client.get("/members/export/?as=csv&state=all")
    lines = list(csv.reader(StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    assert sorted(line[0] for line in lines[1:]) == ["Nguyễn Hoàng Đức", "Trần Thị Thủy"]


def test_what_was_exported_imports_as_unchanged(register, as_user, tmp_path, settings):
    from doanso.imports.actions import run_import

    settings.FILES = tmp_path / "files"
    tree = register.tree
    path = tmp_path / "out.xlsx"
    path.write_bytes(b"".join(as_user(tree.an).get("/members/export/").streaming_content))

    job = run_import(actor=tree.an, kind="members", unit=tree.units["p4"], path=path)

    assert (job.row_count, job.unchanged_count, job.rejected_count) == (2, 2, 0)


def test_no_cell_of_an_export_is_a_formula(register, as_user):
    tree = register.tree
    admit_many(
        actor=tree.an,
        entries=[
            Admission(
                branch=tree.units["p4-kp1"], particulars=Particulars(name="Phan An", address='=HYPERLINK("http://x")')
            )
        ],
    )

    body = b"".join(as_user(tree.an).get("/members/export/?as=csv").streaming_content).decode()
    assert "'=HYPERLINK" in body


@pytest.mark.parametrize(("username", "status"), [("binh", 403), ("hanh", 403), ("lan", 404), ("khoa", 404)])
def test_exports_are_for_whoever_may(register, as_user, username, status):
    assert as_user(register.tree.users[username]).get("/members/export/").status_code == status


def test_after_a_transfer_the_old_stay_leads_to_the_present_one(register, as_user):
    tree = register.tree
    arrived = transfer_member(actor=tree.dung, member=register.duc, to=tree.units["p5-kp1"], on=TODAY)

    assert f"/members/{arrived.pk}/" in as_user(tree.dung).get(f"/members/{register.duc.pk}/").content.decode()
    page = as_user(tree.an).get(f"/members/{register.duc.pk}/").content.decode()
    assert f"/members/{arrived.pk}/" not in page
    assert as_user(tree.an).get(f"/members/{arrived.pk}/").status_code == 404
